"""Writes the first agreements and rules: only into a brokerage that has none of its own."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from models.base import Record
from models.catalogue import Agreement, Entity, Insurer, Product
from models.rules import CommissionRule, ExpenseRule
from models.session import Work
from seeds.reference.insurers import INSURERS, InsurerSeed
from seeds.reference.products import PRODUCTS
from seeds.reference.rates import EXPENSES, OWN_ENTITY, SINCE, rate_of


async def ensure_terms(work: Work) -> None:
    """Propose an own entity, an agreement with each insurer, its rates, and how commission is shared."""
    if await _is_empty(work, Entity):
        work.add(Entity(name=OWN_ENTITY))
        await work.flush()
    if await _is_empty(work, Agreement) and await _is_empty(work, CommissionRule):
        await _agree(work)
    if await _is_empty(work, ExpenseRule):
        await _share(work)


async def _is_empty(work: Work, record: type[Record]) -> bool:
    return await work.scalar(select(record.id).limit(1)) is None


async def _agree(work: Work) -> None:
    entity = (await work.scalars(select(Entity.id).limit(1))).one()
    insurers = {name: key for key, name in await work.execute(select(Insurer.id, Insurer.name))}
    products = await _products(work)
    known = [seed for seed in INSURERS if seed.name in insurers]
    for number, seed in enumerate(known, start=1):
        insurer = insurers[seed.name]
        agreement = Agreement(entity_id=entity, insurer_id=insurer, number=f"АД-{number:03}/24", starts_on=SINCE)
        work.add(agreement)
        work.add_all(_rates(seed, insurer, agreement.id, products))
    await work.flush()


def _rates(seed: InsurerSeed, insurer: UUID, agreement: UUID, products: dict[str, UUID]) -> list[CommissionRule]:
    return [
        CommissionRule(
            name=f"{seed.name}, {product.name}",
            insurer_id=insurer,
            agreement_id=agreement,
            product_id=products[product.slug],
            starts_on=SINCE,
            percent=rate_of(seed.slug, product.slug),
        )
        for product in PRODUCTS
        if product.slug in products
    ]


async def _share(work: Work) -> None:
    products = await _products(work)
    for name, kind, product, share_of, percent in EXPENSES:
        product_id = products.get(product) if product else None
        if product and product_id is None:
            continue
        rule = ExpenseRule(
            name=name, kind=kind, product_id=product_id, starts_on=SINCE, share_of=share_of, percent=percent
        )
        work.add(rule)
    await work.flush()


async def _products(work: Work) -> dict[str, UUID]:
    return {slug: key for key, slug in await work.execute(select(Product.id, Product.slug))}
