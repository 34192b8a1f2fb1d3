"""Totals are true under concurrent writers, and a deal's next day follows every kind of write."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from jobs.nightly import derive_everything
from models import clock
from models.actor import SYSTEM_ID
from models.deal import Deal
from models.deal.stages import PutOff
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.session import Database
from tests import databases
from tests.trade import Trade, add, begin, do, drafted, get, instalments, issue, pay, rows
from tests.world import World

D = Decimal
WRITERS = 20

NAIVE = (
    "UPDATE crm.payments SET incomes_expected ="
    " (SELECT sum(amount) FROM crm.payment_incomes WHERE payment_id = :p) WHERE id = :p"
)
DERIVE = "SELECT crm.derive(ARRAY(SELECT deal_id FROM crm.payments WHERE id = :p))"


@pytest.fixture
async def owner(world: World) -> AsyncIterator[AsyncEngine]:
    """The schema's owner, as psql comes in: no hooks, no derive."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield engine
    await engine.dispose()


@pytest.fixture
async def crowd(world: World) -> AsyncIterator[Database]:
    """The panel's door with a connection for each of the writers."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_panel"), pool_size=WRITERS)
    yield opened
    await opened.close()


async def act_as_system(connection: AsyncConnection) -> None:
    await connection.execute(text(f"SELECT set_config('app.actor_id', '{SYSTEM_ID}', true)"))


async def earn(connection: AsyncConnection, payment: Payment, amount: int) -> None:
    """Write an income line past the models."""
    await act_as_system(connection)
    await connection.execute(
        text(
            "INSERT INTO crm.payment_incomes (id, deal_id, payment_id, amount,"
            " kind, status, received_amount, settlement, vat_mode, origin)"
            " VALUES (uuidv7(), :deal, :payment, :amount, 'bonus', 'expected', 0, 'after_act', 'none', 'manual')"
        ),
        {"deal": payment.deal_id, "payment": payment.id, "amount": amount},
    )


async def test_twenty_writers_on_two_payments_leave_true_totals(world: World, trade: Trade, crowd: Database) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.vsk, "1000", plan="50-50")
    payments = await instalments(world, policy)

    async def write(n: int) -> None:
        async with crowd.transaction(world.anna, action="income.create") as work:
            there, here = payments[n % 2], payments[(n + 1) % 2]
            work.add(Income(deal_id=begun.deal, payment_id=there.id, amount=D(n + 1)))
            work.add(Expense(deal_id=begun.deal, payment_id=here.id, amount=D("0.01")))

    await asyncio.gather(*(write(n) for n in range(WRITERS)))
    first, second = await instalments(world, policy)
    assert (first.incomes_expected, second.incomes_expected) == (D(100), D(110))
    assert (first.expenses_expected, second.expenses_expected) == (D("0.10"), D("0.10"))


async def test_payers_and_earners_of_one_deal_do_not_block_each_other_for_good(
    world: World, trade: Trade, crowd: Database
) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.vsk, "12000", plan="equal-12")
    payments = await instalments(world, policy)

    async def settle(payment: Payment) -> None:
        async with crowd.transaction(world.anna, action="payment.pay") as work:
            found = await work.get_record(Payment, payment.id, lock=True)
            await Payment.__verbs__["pay"].do(found, work.act(), Payment.__verbs__["pay"].asks(paid_on=work.today))

    async def earn_on(payment: Payment) -> None:
        async with crowd.transaction(world.anna, action="income.create") as work:
            work.add(Income(deal_id=begun.deal, payment_id=payment.id, amount=D(7)))

    steps = [step(payment) for payment in payments for step in (settle, earn_on)]
    await asyncio.gather(*steps)
    after = await instalments(world, policy)
    assert [(p.status, p.incomes_expected) for p in after] == [("paid", D(7))] * 12
    deal = await get(world, world.anna, Deal, begun.deal)
    assert deal.next_review_reason == "task"


@pytest.mark.parametrize(("statement", "total"), [(DERIVE, D(35)), (NAIVE, D(5))], ids=["derive", "naive"])
async def test_a_total_needs_the_lock_before_the_sum(
    world: World, trade: Trade, owner: AsyncEngine, statement: str, total: Decimal
) -> None:
    """The naive variant is the control: it forgets the line that the other transaction committed meanwhile."""
    begun = await begin(world, trade)
    (payment,) = await instalments(world, await drafted(world, begun, trade.vsk, "1000"))
    key = {"p": payment.id}
    async with owner.connect() as first, owner.connect() as second:
        await earn(first, payment, 30)
        await earn(second, payment, 5)
        await first.execute(text(statement), key)
        waiting = asyncio.create_task(second.execute(text(statement), key))
        await until_somebody_waits(owner)
        await first.commit()
        await waiting
        await second.commit()
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == total


async def until_somebody_waits(engine: AsyncEngine) -> None:
    """Return when a transaction of this database stands before a lock."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with engine.connect() as connection, asyncio.timeout(10):
        while not await connection.scalar(text(asked)):
            await connection.rollback()


async def review(world: World, deal: UUID) -> tuple[object, str | None]:
    """The deal's next day and its reason."""
    found = await get(world, world.olga, Deal, deal)
    return found.next_review_at, found.next_review_reason


async def test_the_next_day_follows_every_kind_of_write(world: World, trade: Trade, owner: AsyncEngine) -> None:
    begun = await begin(world, trade)
    policy = await drafted(
        world, begun, trade.ingos, "1000", plan="50-50", starts_on=clock.today() + timedelta(days=60)
    )
    await issue(world, policy)
    async with world.database.transaction(world.anna, action="task.trash") as work:
        for task in await work.scalars(text("SELECT id FROM tasks.tasks WHERE deal_id = :d"), {"d": begun.deal}):
            await work.execute(text("UPDATE tasks.tasks SET deleted_at = now() WHERE id = :t"), {"t": task})
    first, second = await instalments(world, policy)
    lead = timedelta(days=3)
    assert await review(world, begun.deal) == (first.due_on - lead, "instalment")

    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, first.id)).due_on = second.due_on + timedelta(days=1)
    assert await review(world, begun.deal) == (second.due_on - lead, "instalment")

    day = clock.today() + timedelta(days=2)
    await do(world, world.anna, Deal, begun.deal, "put_off", PutOff(review_on=day, note="позвонить"))
    assert await review(world, begun.deal) == (day, "manual")

    async with owner.begin() as psql:
        await act_as_system(psql)
        await psql.execute(text("UPDATE crm.deals SET review_on = NULL WHERE id = :d"), {"d": begun.deal})
    assert await review(world, begun.deal) == (day, "manual")
    async with owner.begin() as psql:
        await act_as_system(psql)
        await psql.execute(text("SELECT crm.derive(ARRAY[CAST(:d AS uuid)])"), {"d": begun.deal})
    assert await review(world, begun.deal) == (second.due_on - lead, "instalment")

    await pay(world, second)
    moved = second.due_on + timedelta(days=1)
    assert await review(world, begun.deal) == (moved - lead, "instalment")
    await pay(world, first)
    assert await review(world, begun.deal) == (policy.ends_on - timedelta(days=45), "policy_end")


async def test_the_night_repairs_what_psql_left_in_batches_of_one_action(
    world: World, trade: Trade, owner: AsyncEngine
) -> None:
    begun = [await begin(world, trade) for _ in range(3)]
    payments = [(await instalments(world, await drafted(world, one, trade.vsk, "1000")))[0] for one in begun]
    async with owner.begin() as psql:
        for payment in payments:
            await earn(psql, payment, 11)
    jobs = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"), pool_size=1)
    try:
        deals = await rows(world, Deal)
        assert await derive_everything(jobs, batch=2) == len(deals)
        assert await derive_everything(jobs, batch=1000) == len(deals)
    finally:
        await jobs.close()
    assert [(await get(world, world.olga, Payment, p.id)).incomes_expected for p in payments] == [D(11)] * 3
    async with world.database.transaction(world.admin) as work:
        found = await work.execute(text("SELECT actor_id, via FROM audit.actions WHERE slug = 'deal.derive'"))
        assert [tuple(row) for row in found] == [(SYSTEM_ID, "job")]


async def test_an_open_deal_without_any_event_is_due_since_its_stage(
    world: World, trade: Trade, owner: AsyncEngine
) -> None:
    begun = await begin(world, trade)
    async with owner.begin() as psql:
        await act_as_system(psql)
        await psql.execute(text("UPDATE tasks.tasks SET deleted_at = now() WHERE deal_id = :d"), {"d": begun.deal})
        await psql.execute(
            text("UPDATE crm.deals SET stage_since = '2026-03-01 22:30:00+00' WHERE id = :d"), {"d": begun.deal}
        )
        await psql.execute(text("SELECT crm.derive(ARRAY[CAST(:d AS uuid)])"), {"d": begun.deal})
    day, reason = await review(world, begun.deal)
    assert (str(day), reason) == ("2026-03-02", "stage")


async def test_lines_in_the_trash_and_written_off_do_not_count(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    (payment,) = await instalments(world, await drafted(world, begun, trade.vsk, "1000"))
    lines = [Income(deal_id=begun.deal, payment_id=payment.id, amount=D(n)) for n in (1, 20, 300)]
    await add(world, world.anna, *lines)
    await do(world, world.anna, Income, lines[0].id, "trash")
    for verb, asked in (("put_in_statement", None), ("dispute", Income.__verbs__["dispute"].asks(note="?"))):
        await do(world, world.olga, Income, lines[1].id, verb, asked)
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == D(320)
    await do(world, world.olga, Income, lines[1].id, "write_off")
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == D(300)
    await do(world, world.anna, Income, lines[0].id, "restore")
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == D(301)


async def test_a_lead_that_began_before_the_instalment_begins_with_it(world: World, trade: Trade) -> None:
    """Due tomorrow with three days of warning: to be looked at today, not two days ago."""
    begun = await begin(world, trade)
    today = clock.today()
    asked = text("SELECT since FROM crm.attention WHERE record_id = :payment")
    for days, since in ((1, today), (10, today + timedelta(days=7)), (-5, today - timedelta(days=5))):
        first = today + timedelta(days=days)
        policy = await drafted(world, begun, trade.ingos, "1000", starts_on=first)
        (payment,) = await instalments(world, policy)
        async with world.database.transaction(world.anna) as work:
            assert await work.scalar(asked, {"payment": payment.id}) == since, days
        await do(world, world.anna, Policy, policy.id, "annul")
