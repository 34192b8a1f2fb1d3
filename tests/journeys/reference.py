"""The reference rows of the panel that journeys work in, by the names that tests have for them."""

from __future__ import annotations

from sqlalchemy import select

from models.catalogue import Agreement, Insurer, Product
from models.rules import CommissionRule
from tests.trade import Trade
from tests.world import World


async def trade_of(world: World) -> Trade:
    """Two products, three insurers, and what Ингосстрах pays for КАСКО under its agreement."""
    async with world.database.transaction(world.admin) as work:
        insurers = {name: key for key, name in await work.execute(select(Insurer.id, Insurer.name))}
        products = {slug: key for key, slug in await work.execute(select(Product.id, Product.slug))}
        ingos, kasko = insurers["Ингосстрах"], products["kasko"]
        agreement = (await work.scalars(select(Agreement.id).where(Agreement.insurer_id == ingos))).one()
        mine = CommissionRule.insurer_id == ingos, CommissionRule.product_id == kasko
        rule = (await work.scalars(select(CommissionRule.id).where(*mine))).one()
    return Trade(kasko, products["osago"], ingos, insurers["РЕСО-Гарантия"], insurers["ВСК"], agreement, rule)
