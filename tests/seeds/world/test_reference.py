"""Reference data may be planted again and again; what people did to it stays."""

from decimal import Decimal

from sqlalchemy import func, select

from models.actor import SYSTEM
from models.catalogue import Agreement, Insurer, Product
from models.log import events
from models.people import Role
from models.rules import CommissionRule, ExpenseRule
from models.session import Database
from models.task import TaskKind
from seeds import reference

TABLES = (Role, Insurer, Product, TaskKind, Agreement, CommissionRule, ExpenseRule)


async def counts(database: Database) -> list[int]:
    async with database.transaction(SYSTEM) as work:
        return [await work.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


async def test_planting_twice_writes_once(seeded: Database) -> None:
    await reference.plant(seeded)
    once = await counts(seeded)
    assert all(once)
    async with seeded.transaction(SYSTEM) as work:
        written = await work.scalar(select(func.count()).select_from(events))
    await reference.plant(seeded)
    assert await counts(seeded) == once
    async with seeded.transaction(SYSTEM) as work:
        assert await work.scalar(select(func.count()).select_from(events)) == written


async def test_what_people_changed_stays(seeded: Database) -> None:
    await reference.plant(seeded)
    before = await counts(seeded)
    async with seeded.transaction(SYSTEM, action="test") as work:
        renamed = (await work.scalars(select(Insurer).where(Insurer.name == "ВСК"))).one()
        renamed.name = "Страховой дом ВСК"
        kasko = (await work.scalars(select(Product).where(Product.slug == "kasko"))).one()
        kasko.review_lead_days = 60
        rule = (await work.scalars(select(CommissionRule).limit(1))).one()
        rule.put_away(work.act())
    await reference.plant(seeded)
    assert await counts(seeded) == before
    async with seeded.transaction(SYSTEM) as work:
        assert (await work.get_record(Insurer, renamed.id)).name == "Страховой дом ВСК"
        assert (await work.get_record(Product, kasko.id)).review_lead_days == 60
        assert (await work.get_record(CommissionRule, rule.id)).deleted_at is not None


async def test_leads_and_what_is_kept_of_a_refund(seeded: Database) -> None:
    await reference.plant(seeded)
    async with seeded.transaction(SYSTEM) as work:
        products = {product.slug: product for product in await work.scalars(select(Product))}
    assert products["osago"].refund_withheld_percent == Decimal(23)
    assert products["mortgage"].review_lead_days == 45
    assert products["osago"].review_lead_days == 30
    assert {product.instalment_lead_days for product in products.values()} == {3}
