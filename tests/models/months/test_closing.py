"""Months are closed in their order; then their money stands still, whoever writes."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from models.dates import add_months
from models.errors import Denied, Invalid, Refused
from models.month import ClosedMonth, Figures, Reopen
from models.month.checklist import matters_of
from models.payment import Expense, Income, Payment, Transit
from models.payment.income import Received
from models.payment.record import Bounced, Paid
from tests.models.months.closing import (
    BEFORE,
    DAY,
    LAST,
    THIS,
    TODAY,
    D,
    close,
    figures,
    one,
    reopen_all,
    waits_for_a_lock,
)
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, rows, undo
from tests.world import World


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
