"""Rows that were typed or pasted become calculations: all of them or none, under one action."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from admin.entry.rows import Row
from models.calculation import Calculation, Refusal
from models.catalogue import Product
from models.changes import create
from models.deal import Need
from models.errors import NotFound
from models.session import Work


async def needs_of(work: Work, deal_id: UUID) -> list[tuple[Need, Product]]:
    """The deal's needs with their products, in the order that they were made."""
    statement = (
        select(Need, Product)
        .join(Product, Product.id == Need.product_id)
        .where(Need.deal_id == deal_id, Need.deleted_at.is_(None))
        .order_by(Need.created_at, Need.id)
    )
    return [(need, product) for need, product in await work.execute(statement)]


def chosen_need(needs: Sequence[tuple[Need, Product]], key: str) -> tuple[Need, Product]:
    """The named one, else the only or the last one. Raises `NotFound` for a foreign one, and where there is none."""
    if not needs:
        raise NotFound
    if not key:
        return needs[-1]
    found = [pair for pair in needs if str(pair[0].id) == key]
    if not found:
        raise NotFound
    return found[0]


async def write(
    work: Work, need: Need, rows: Sequence[Row], *, ready: bool, refusal: str = "", keys: Sequence[UUID] = ()
) -> list[Calculation]:
    """Make the calculations; those with a premium are ready at once, where that is asked. Raises what creating raises.

    With a refusal they carry the insurer's reason. The same key a second time makes nothing new.
    """
    made = []
    act = work.act()
    for number, row in enumerate(rows):
        values = {name: value for name, value in row.values.items() if value is not None}
        key = keys[number] if number < len(keys) else None
        told = {"deal_id": need.deal_id, "need_id": need.id} | values
        calculation = await create(work, Calculation, told, id=key)
        made.append(calculation)
        if calculation.status != "requested":
            continue
        if refusal:
            await Calculation.__verbs__["refuse"].do(calculation, act, Refusal(reason=refusal))
        elif ready and calculation.premium is not None:
            await Calculation.__verbs__["ready"].do(calculation, act)
    return made
