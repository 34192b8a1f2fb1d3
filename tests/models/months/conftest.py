"""A trade, the owner at psql, and a premium with all its money last month."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models.payment import Expense, Income, Payment, Transit
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Paid
from models.payment.transit import PassedOn
from tests import databases
from tests.models.months.closing import DAY, one, reopen_all
from tests.trade import Trade, begin, do, drafted, instalments, issue, reference_rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture
async def owner(world: World) -> AsyncIterator[AsyncConnection]:
    """The owner at psql, as the system."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, false)"), {"id": str(world.admin.id)})
        await connection.commit()
        yield connection
        await connection.rollback()
    await engine.dispose()


@pytest.fixture
async def paid(world: World, trade: Trade) -> AsyncIterator[Payment]:
    """1000 that the brokerage took last month and passed on, its commission received and the share paid out."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, payment.id)).collected_by = "broker"
    await issue(world, policy)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=DAY))
    await do(world, world.olga, Payment, payment.id, "confirm")
    income, expense, transit = [await one(world, kind, payment) for kind in (Income, Expense, Transit)]
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=DAY))
    await do(world, world.head, Expense, expense.id, "approve")
    await do(world, world.olga, Expense, expense.id, "pay", PaidOut(paid_on=DAY))
    await do(world, world.olga, Transit, transit.id, "pass_on", PassedOn(passed_on=DAY))
    yield payment
    await reopen_all(world)
