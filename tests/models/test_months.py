"""Months are closed in their order; then their money stands still, whoever writes, and only dated reversals come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models import clock
from models.dates import add_months
from models.errors import Denied, Invalid, Refused
from models.month import ClosedMonth, Figures, Reopen, figures_of
from models.month.checklist import matters_of
from models.payment import Expense, Income, Payment, PaymentReversal, Transit
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Bounced, Paid
from models.payment.reversal import Reversal, ReversalOfMoney
from models.payment.transit import PassedOn
from tests import databases
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, reference_rows, rows, undo
from tests.world import World

D = Decimal
TODAY = clock.today()
THIS = TODAY.replace(day=1)
LAST = add_months(THIS, -1)
BEFORE = add_months(THIS, -2)
DAY = LAST + timedelta(days=9)


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


async def test_months_are_closed_in_their_order_and_reopened_backwards(world: World, paid: Payment) -> None:
    await do(world, world.olga, Payment, paid.id, "reverse", Bounced(reason="перенос"))
    await do(world, world.anna, Payment, paid.id, "pay", Paid(paid_on=BEFORE))
    for month, wrong in ((THIS, Invalid), (add_months(THIS, 1), Invalid), (DAY, Invalid), (LAST, Refused)):
        with pytest.raises(wrong):
            await close(world, month)
    with pytest.raises(Denied):
        async with world.database.transaction(world.head, action="closed-month.close") as work:
            await ClosedMonth.close(work, BEFORE)
    both = await close(world, LAST, earlier=True)
    assert [one.month for one in both][-2:] == [BEFORE, LAST]
    with pytest.raises(Refused, match="closed already"):
        await close(world, LAST)
    first, last = both[-2:]
    with pytest.raises(Refused, match="was closed after"):
        await do(world, world.admin, ClosedMonth, first.id, "reopen", Reopen(reason="раньше"))
    with pytest.raises(Denied):
        await do(world, world.olga, ClosedMonth, last.id, "reopen", Reopen(reason="бухгалтер"))
    await do(world, world.admin, ClosedMonth, last.id, "reopen", Reopen(reason="пришла выписка"))
    found = await get(world, world.olga, ClosedMonth, last.id)
    assert (found.reopen_reason, found.reopened_by_id, found.is_closed) == ("пришла выписка", world.admin.id, False)
    with pytest.raises(Denied):
        await do(world, world.admin, ClosedMonth, last.id, "reopen", Reopen(reason="ещё раз"))


async def test_a_close_is_opened_by_reopening_and_not_by_undo(world: World, paid: Payment) -> None:
    async with world.database.transaction(world.olga, action="closed-month.close") as work:
        await ClosedMonth.close(work, LAST, earlier=True)
        action = work.action_id
    with pytest.raises(Refused, match="Reopen"):
        await undo(world, world.olga, action)


async def test_a_closed_month_keeps_its_figures(world: World, paid: Payment) -> None:
    *_, closed = await close(world, LAST, earlier=True)
    now = await figures(world, LAST)
    assert Figures.kept(LAST, closed.figures or {}) == now
    assert (now.premium >= 1000, now.received >= 200, now.paid_out >= 60) == (True, True, True)


async def test_what_is_open_is_told_by_month(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "500")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    async with world.database.transaction(world.olga) as work:
        before = {m.check.slug: m.rows for m in await matters_of(work, [BEFORE])}
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=BEFORE))
    async with world.database.transaction(world.olga) as work:
        found = {m.check.slug: (m.rows, m.amount) for m in await matters_of(work, [BEFORE])}
        assert await matters_of(work, []) == []
    assert found["unconfirmed"][0] == before.get("unconfirmed", 0) + 1


MOVES = {
    "a day": "UPDATE crm.payments SET paid_on = '{open}' WHERE id = '{payment}'",
    "a sum": "UPDATE crm.payments SET paid_amount = 999 WHERE id = '{payment}'",
    "nothing paid": (
        "UPDATE crm.payments SET paid_on = NULL, paid_amount = 0, status = 'planned' WHERE id = '{payment}'"
    ),
    "a premium in the trash": "UPDATE crm.payments SET deleted_at = now() WHERE id = '{payment}'",
    "a commission": "UPDATE crm.payment_incomes SET received_amount = 1 WHERE id = '{income}'",
    "its VAT": "UPDATE crm.payment_incomes SET vat_mode = '22' WHERE id = '{income}'",
    "its day": "UPDATE crm.payment_incomes SET received_on = '{open}' WHERE id = '{income}'",
    "a state": "UPDATE crm.payment_incomes SET status = 'expected' WHERE id = '{income}'",
    "a pay-out": "UPDATE crm.payment_expenses SET amount = 1 WHERE id = '{expense}'",
    "a pay-out removed": "DELETE FROM crm.payment_expenses WHERE id = '{expense}'",
    "premium passed on": "UPDATE crm.transits SET passed_on = '{open}' WHERE id = '{transit}'",
    "premium collected": "UPDATE crm.transits SET collected_on = '{open}' WHERE id = '{transit}'",
    "a line of that day": (
        "INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, received_on,"
        " settlement, vat_mode, origin) SELECT uuidv7(), deal_id, id, 'fee', 'received', 5, 5, '{closed}', 'after_act',"
        " 'none', 'manual' FROM crm.payments WHERE id = '{payment}'"
    ),
    "a reversal of nothing": (
        "INSERT INTO crm.payment_reversals (id, deal_id, payment_id, amount, paid_on, reversed_on, reason)"
        " SELECT uuidv7(), deal_id, id, 1000, '{closed}', '{closed}', 'x' FROM crm.payments WHERE id = '{payment}'"
    ),
}
STILL = {
    "a note": "UPDATE crm.payments SET note = 'x', covered_until = NULL WHERE id = '{payment}'",
    "who has seen it": "UPDATE crm.payments SET status = 'paid' WHERE id = '{payment}'",
    "an act": "UPDATE crm.payment_incomes SET act_date = '{open}', note = 'акт' WHERE id = '{income}'",
    "a line of today": (
        "INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, received_on,"
        " settlement, vat_mode, origin) SELECT uuidv7(), deal_id, id, 'fee', 'received', 5, 5, '{open}', 'after_act',"
        " 'none', 'manual' FROM crm.payments WHERE id = '{payment}'"
    ),
}


async def test_nobody_moves_money_of_a_closed_month_psql_neither(
    world: World, paid: Payment, owner: AsyncConnection
) -> None:
    keys = {"payment": paid.id, "open": TODAY, "closed": DAY}
    keys |= {
        k: (await one(world, r, paid)).id for k, r in (("income", Income), ("expense", Expense), ("transit", Transit))
    }

    async def outcome(statement: str) -> str:
        try:
            await owner.execute(text(statement.format(**keys)))
        except DBAPIError as error:
            return str(getattr(getattr(error.orig, "__cause__", None), "constraint_name", error))
        finally:
            await owner.rollback()
        return ""

    before = {name: await outcome(statement) for name, statement in (MOVES | STILL).items()}
    assert {name: said for name, said in before.items() if said} == {}, "all of it is possible in an open month"
    await close(world, LAST, earlier=True)
    assert {name: await outcome(statement) for name, statement in MOVES.items()} == dict.fromkeys(MOVES, "closed_month")
    assert {name: await outcome(statement) for name, statement in STILL.items()} == dict.fromkeys(STILL, "")


async def test_without_its_triggers_the_money_would_move(world: World, paid: Payment, owner: AsyncConnection) -> None:
    """Negative control."""
    await close(world, LAST, earlier=True)
    await owner.execute(text("ALTER TABLE crm.payments DISABLE TRIGGER closed_month_update"))
    await owner.execute(text("UPDATE crm.payments SET paid_amount = 999 WHERE id = :id"), {"id": paid.id})
    await owner.rollback()


async def test_the_refusal_is_a_sentence(world: World, paid: Payment) -> None:
    await close(world, LAST, earlier=True)
    with pytest.raises(Refused, match=r"is closed") as refused:
        async with world.database.transaction(world.olga, action="payment.update") as work:
            (await work.get_record(Payment, paid.id)).paid_on = TODAY
    assert refused.value.params == {"month": f"{LAST:%m.%Y}"}


async def test_a_later_part_of_an_instalment_is_still_taken(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    await issue(world, policy)
    (income,) = await rows(world, Income, Income.payment_id == payment.id)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=DAY, amount=D(400)))
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=DAY, amount=D(50)))
    await close(world, LAST, earlier=True)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=TODAY))
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=TODAY))
    assert (await get(world, world.anna, Payment, payment.id)).status == "paid"
    await reopen_all(world)


async def test_a_month_is_not_closed_over_money_that_is_being_entered(world: World, trade: Trade) -> None:
    """Whoever closes waits for who pays; the figures have the payment."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, "777.77")
    (payment,) = await instalments(world, policy)
    async with world.database.transaction(world.anna, action="payment.pay") as work:
        row = await work.get_record(Payment, payment.id, lock=True)
        await Payment.__verbs__["pay"].do(row, work.act(), Paid(paid_on=DAY))
        await work.flush()
        before = await figures(world, LAST)
        closing = asyncio.create_task(close(world, LAST, earlier=True))
        while not await waits_for_a_lock(world):
            assert not closing.done()
    closed = (await closing)[-1]
    assert Figures.kept(LAST, closed.figures or {}).premium == before.premium + D("777.77")
    await reopen_all(world)


async def waits_for_a_lock(world: World) -> bool:
    async with world.database.engine.connect() as connection:
        statement = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(await connection.scalar(text(statement)))


async def test_commission_of_a_closed_month_is_reversed_by_a_line_of_today(world: World, paid: Payment) -> None:
    income: Income = await one(world, Income, paid)
    await close(world, LAST, earlier=True)
    last, this = await figures(world, LAST), await figures(world, THIS)
    for asked, wrong in (
        (ReversalOfMoney(reversed_on=DAY, reason="x"), Refused),
        (ReversalOfMoney(reversed_on=TODAY + timedelta(days=1), reason="x"), Invalid),
        (ReversalOfMoney(reversed_on=TODAY, taken_back=D("200.01"), reason="x"), Invalid),
    ):
        with pytest.raises(wrong):
            await do(world, world.olga, Income, income.id, "reverse", asked)
    with pytest.raises(Denied):
        await do(world, world.anna, Income, income.id, "reverse", ReversalOfMoney(reversed_on=TODAY, reason="x"))
    part = ReversalOfMoney(reversed_on=TODAY, taken_back=D(50), reason="лишнее", again=True)
    await do(world, world.olga, Income, income.id, "reverse", part)
    await do(world, world.olga, Income, income.id, "reverse", ReversalOfMoney(reversed_on=TODAY, reason="возврат"))
    with pytest.raises(Refused, match="reversed already"):
        await do(world, world.olga, Income, income.id, "reverse", ReversalOfMoney(reversed_on=TODAY, reason="ещё"))
    lines = await rows(world, Income, Income.payment_id == paid.id)
    told = [(line.amount, line.received_amount, line.received_on, line.status, line.reverses_id) for line in lines]
    assert told[1:] == [
        (D(-50), D(-50), TODAY, "received", income.id),
        (D(50), D(0), None, "expected", None),
        (D(-150), D(-150), TODAY, "received", income.id),
    ]
    payment = await get(world, world.olga, Payment, paid.id)
    assert (payment.incomes_expected, payment.incomes_received) == (D(50), D(0))
    assert await figures(world, LAST) == last
    assert (await figures(world, THIS)).received == this.received - 200


async def test_a_pay_out_is_reversed_and_its_reversal_undone(world: World, paid: Payment) -> None:
    expense: Expense = await one(world, Expense, paid)
    await close(world, LAST, earlier=True)
    async with world.database.transaction(world.olga, action="expense.reverse") as work:
        row = await work.get_record(Expense, expense.id, lock=True)
        await Expense.__verbs__["reverse"].do(row, work.act(), Reversal(reversed_on=TODAY, reason="вернул"))
        action = work.action_id
    (_, back) = await rows(world, Expense, Expense.payment_id == paid.id)
    assert (back.amount, back.status, back.paid_on, back.reverses_id) == (D(-60), "paid", TODAY, expense.id)
    assert (await get(world, world.olga, Payment, paid.id)).expenses_paid == 0
    await undo(world, world.olga, action)
    assert (await get(world, world.olga, Payment, paid.id)).expenses_paid == 60


async def test_premium_of_a_closed_month_is_owed_again_and_that_month_keeps_it(world: World, paid: Payment) -> None:
    await close(world, LAST, earlier=True)
    last, this = await figures(world, LAST), await figures(world, THIS)
    with pytest.raises(Refused, match="Date the reversal"):
        await do(world, world.olga, Payment, paid.id, "reverse", Bounced(reason="банк"))
    with pytest.raises(Refused):
        await do(world, world.olga, Payment, paid.id, "reverse", Bounced(reason="банк", reversed_on=DAY))
    await do(world, world.olga, Payment, paid.id, "reverse", Bounced(reason="банк", reversed_on=TODAY))
    payment = await get(world, world.olga, Payment, paid.id)
    assert (payment.status, payment.paid_amount, payment.paid_on) == ("planned", 0, None)
    (reversal,) = await rows_of_reversals(world, paid.id)
    assert (reversal.amount, reversal.paid_on, reversal.reversed_on) == (D(1000), DAY, TODAY)
    taken, back = await rows(world, Transit, Transit.payment_id == paid.id)
    assert (taken.status, back.status, back.amount, back.passed_on) == ("passed_on", "passed_on", D(-1000), TODAY)
    assert await figures(world, LAST) == last
    assert (await figures(world, THIS)).premium == this.premium - 1000
    await do(world, world.anna, Payment, paid.id, "pay", Paid(paid_on=TODAY))
    assert (await figures(world, THIS)).premium == this.premium
    waiting = await rows(world, Transit, Transit.payment_id == paid.id, Transit.status == "collected")
    assert [(one.amount, one.collected_on) for one in waiting] == [(D(1000), TODAY)]


async def rows_of_reversals(world: World, payment: UUID) -> list[PaymentReversal]:
    async with world.database.transaction(world.olga) as work:
        found = await work.execute(text("SELECT id FROM crm.payment_reversals WHERE payment_id = :id"), {"id": payment})
        return [await work.get_record(PaymentReversal, key) for key in found.scalars()]


async def test_premium_that_was_not_passed_on_is_given_back(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, payment.id)).collected_by = "broker"
    await issue(world, policy)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=DAY))
    await close(world, LAST, earlier=True)
    before = (await figures(world, THIS)).in_transit
    await do(world, world.olga, Payment, payment.id, "reverse", Bounced(reason="банк", reversed_on=TODAY))
    found = await rows(world, Transit, Transit.payment_id == payment.id)
    assert [(one.status, one.amount, one.collected_on) for one in found] == [
        ("given_back", D(1000), DAY),
        ("given_back", D(-1000), TODAY),
    ]
    assert (await figures(world, THIS)).in_transit == before - 1000
    await reopen_all(world)


async def test_premium_that_the_insurer_sent_back_goes_on_again(world: World, paid: Payment) -> None:
    transit: Transit = await one(world, Transit, paid)
    await close(world, LAST, earlier=True)
    before = (await figures(world, THIS)).in_transit
    asked = ReversalOfMoney(reversed_on=TODAY, reason="не тот счёт", again=True)
    await do(world, world.olga, Transit, transit.id, "reverse", asked)
    _, back, again = await rows(world, Transit, Transit.payment_id == paid.id)
    assert (back.amount, back.status, again.amount, again.status) == (D(-1000), "passed_on", D(1000), "collected")
    assert (await figures(world, THIS)).in_transit == before + 1000


async def test_a_payment_of_a_closed_month_may_still_be_seen_and_that_be_undone(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    await issue(world, policy)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=DAY))
    await close(world, LAST, earlier=True)
    async with world.database.transaction(world.olga, action="payment.confirm") as work:
        row = await work.get_record(Payment, payment.id, lock=True)
        await Payment.__verbs__["confirm"].do(row, work.act())
        action = work.action_id
    await undo(world, world.olga, action)
    assert (await get(world, world.olga, Payment, payment.id)).status == "paid"
    await reopen_all(world)
