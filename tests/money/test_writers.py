"""Fifty people at one payment's incomes at once, each by a door's own way: totals exact, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy import text

from jobs.invariants import check_invariants
from models import clock
from models.changes import Change, apply, create
from models.payment import Income, Payment
from models.payment.income import Received
from models.policy import Policy
from models.session import Database
from tests import databases
from tests.trade import Trade, add, begin, drafted, get, instalments, issue, last_action, reference_rows, rows, undo
from tests.world import World

D = Decimal
WRITERS = 50


@pytest.fixture
async def crowd(world: World) -> AsyncIterator[Database]:
    """The panel's door with a connection for each of the writers."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_panel"), pool_size=WRITERS)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture
async def payment(world: World, trade: Trade) -> Payment:
    """The one instalment of an issued policy without commission."""
    policy: Policy = await drafted(world, await begin(world, trade), trade.vsk, "100000")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    return payment


async def test_fifty_writers_on_one_payments_incomes(world: World, crowd: Database, payment: Payment) -> None:
    lines = [Income(deal_id=payment.deal_id, payment_id=payment.id, kind="bonus", amount=D(100)) for _ in range(15)]
    await add(world, world.olga, *lines)

    async def enter(n: int) -> None:
        values = {"deal_id": payment.deal_id, "payment_id": payment.id, "kind": "fee", "amount": f"{n}.01"}
        async with crowd.transaction(world.anna, action="income.create") as work:
            await create(work, Income, values)

    async def receive(line: Income) -> None:
        async with crowd.transaction(world.olga, action="income.receive") as work:
            found = await work.get_record(Income, line.id, lock=True)
            asked = Received(received_on=clock.today(), amount=D(7))
            await Income.__verbs__["receive"].do(found, work.act(), asked)

    async def edit(line: Income) -> None:
        async with crowd.transaction(world.head, action="income.update") as work:
            await apply(work, Change(Income, line.id, {"amount": "100.00"}, {"amount": "90.50"}))

    async def again(line: Income) -> None:
        async with crowd.transaction(world.anna, action="income.update") as work:
            await apply(work, Change(Income, line.id, {"note": None}, {"note": "сверено"}))

    writers = [
        *(enter(n) for n in range(1, 21)),
        *(receive(line) for line in lines[:10] * 2),
        *(edit(line) for line in lines[10:]),
        *(again(line) for line in lines[10:]),
    ]
    assert len(writers) == WRITERS
    await asyncio.gather(*writers)
    found = await get(world, world.olga, Payment, payment.id)
    living = await rows(world, Income, Income.payment_id == payment.id)
    entered, received, edited = D(210) + D("0.01") * 20, D(7) * 20, D(100) * 10 + D("90.50") * 5
    assert len(living) == 35
    assert [line.note for line in living if line.amount == D("90.50")] == ["сверено"] * 5
    assert (found.incomes_expected, found.incomes_received) == (entered + edited, received)
    assert (sum(i.amount for i in living), sum(i.received_amount for i in living)) == (entered + edited, received)
    await check_invariants(world.database)
    await undo(world, world.admin, await last_action(world, payment.deal_id))
    await check_invariants(world.database)


async def test_writers_who_add_up_themselves_lose(world: World, crowd: Database, payment: Payment) -> None:
    """Negative control: who reads a total and writes the new one loses what others write meanwhile."""
    start = asyncio.Barrier(WRITERS)
    total = text("SELECT incomes_expected FROM crm.payments WHERE id = :payment")
    write = text("UPDATE crm.payments SET incomes_expected = :total WHERE id = :payment")

    async def enter() -> None:
        async with crowd.engine.connect() as connection:
            await connection.execute(text("SELECT set_config('role', 'crm_all', true)"))
            await connection.execute(
                text("SELECT set_config('app.actor_id', :who, true)"), {"who": str(world.admin.id)}
            )
            known = await connection.scalar(total, {"payment": payment.id})
            await start.wait()
            await connection.execute(write, {"payment": payment.id, "total": known + 10})
            await connection.commit()

    await asyncio.gather(*(enter() for _ in range(WRITERS)))
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == 10
