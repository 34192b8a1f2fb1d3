"""Closing and reopening as the tests do it, and what a month holds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from models import clock
from models.dates import add_months
from models.month import ClosedMonth, Figures, Reopen, figures_of
from models.payment import Payment
from tests.trade import do, rows
from tests.world import World

D = Decimal
TODAY = clock.today()
THIS = TODAY.replace(day=1)
LAST = add_months(THIS, -1)
BEFORE = add_months(THIS, -2)
DAY = LAST + timedelta(days=9)


async def one(world: World, record: Any, payment: Payment) -> Any:
    """The first line of a kind."""
    return (await rows(world, record, record.payment_id == payment.id))[0]


async def close(world: World, month: date, **how: bool) -> list[ClosedMonth]:
    async with world.database.transaction(world.olga, action="closed-month.close") as work:
        return await ClosedMonth.close(work, month, **how)


async def reopen_all(world: World) -> None:
    async with world.database.transaction(world.admin) as work:
        found = await work.scalars(
            text("SELECT id FROM crm.closed_months WHERE reopened_at IS NULL ORDER BY month DESC")
        )
        keys = list(found)
    for key in keys:
        await do(world, world.admin, ClosedMonth, key, "reopen", Reopen(reason="проверка"))


async def figures(world: World, month: date) -> Figures:
    async with world.database.transaction(world.olga) as work:
        return (await figures_of(work, [month]))[0]


async def waits_for_a_lock(world: World) -> bool:
    async with world.database.engine.connect() as connection:
        statement = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(await connection.scalar(text(statement)))
