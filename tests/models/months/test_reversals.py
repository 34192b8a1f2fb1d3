"""After a month is closed, money is taken back by rows of their own day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from models.errors import Denied, Invalid, Refused
from models.payment import Expense, Income, Payment, PaymentReversal, Transit
from models.payment.record import Bounced, Paid
from models.payment.reversal import Reversal, ReversalOfMoney
from tests.models.months.closing import DAY, LAST, THIS, TODAY, D, close, figures, one, reopen_all
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, rows, undo
from tests.world import World


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
