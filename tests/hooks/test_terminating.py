"""An early end: what is kept, what is refunded, and the agreement that says so."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from models import clock
from models.dates import add_months
from models.errors import Denied
from models.month import ClosedMonth
from models.payment import Expense, Income, Payment
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Paid
from models.policy import Endorsement, Policy
from models.policy.record import Cancel
from tests.trade import Trade, add, begin, do, drafted, get, instalments, issue, last_action, marked, pay, rows, undo
from tests.world import World

D = Decimal


async def served(world: World, trade: Trade, premium: str = "36500", plan: str = "once") -> Policy:
    """A company's policy, paid at once, of which a hundred days of 365 are over today."""
    begun = await begin(world, trade, kind="company")
    starts_on = clock.today() - timedelta(days=99)
    policy = await drafted(world, begun, trade.ingos, premium, plan=plan, starts_on=starts_on)
    await issue(world, policy, sale_date=starts_on, ends_on=starts_on + timedelta(days=364))
    first, *_ = await instalments(world, policy)
    await pay(world, first)
    return policy


async def test_the_agreement_keeps_the_refund_and_the_client_has_it_to_get(world: World, trade: Trade) -> None:
    policy = await served(world, trade)
    (first,) = await instalments(world, policy)
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=clock.today(), reason="продал"))
    # 265 of 365 days are not used, the insurer keeps a fifth of 26 500.
    (paper,) = await rows(world, Endorsement, Endorsement.policy_id == policy.id)
    assert (paper.kind, paper.number, paper.premium_difference, paper.kept_percent) == ("termination", "1", -21200, 20)
    assert (paper.effective_on, paper.what_changed) == (clock.today(), "продал")
    paid, refund = await instalments(world, policy)
    assert (paid.amount, refund.amount, refund.due_on, refund.endorsement_id) == (
        36500,
        -21200,
        clock.today(),
        paper.id,
    )
    kept, taken = await rows(world, Income, Income.payment_id == first.id)
    assert (kept.amount, taken.amount, taken.base_amount) == (7300, -4240, -21200)
    assert [e.amount for e in await rows(world, Expense, Expense.payment_id == first.id)] == [D("918.00")]
    await undo(world, world.anna, await last_action(world, policy.deal_id))
    assert (await get(world, world.anna, Policy, policy.id)).status == "issued"
    assert len(await instalments(world, policy)) == 1


async def test_what_the_insurer_keeps_is_another_matter_of_those_who_may(world: World, trade: Trade) -> None:
    policy = await served(world, trade)
    asked = Cancel(cancelled_on=clock.today(), reason="продал", kept_percent=D(0))
    with pytest.raises(Denied):
        await do(world, world.anna, Policy, policy.id, "cancel", asked)
    for refund in (D("36500.01"), D(-1)):
        with marked("between nought"):
            asked = Cancel(cancelled_on=clock.today(), reason="продал", refund=refund)
            await do(world, world.olga, Policy, policy.id, "cancel", asked)
    asked = Cancel(cancelled_on=clock.today(), reason="продал", refund=D("20000.00"), paper="С-7", kept_percent=D(23))
    await do(world, world.olga, Policy, policy.id, "cancel", asked)
    (paper,) = await rows(world, Endorsement, Endorsement.policy_id == policy.id)
    assert (paper.number, paper.premium_difference, paper.kept_percent) == ("С-7", -20000, 23)


async def test_shares_that_are_paid_out_come_back_by_a_line_of_their_own(world: World, trade: Trade) -> None:
    policy = await served(world, trade)
    (first,) = await instalments(world, policy)
    (line,) = await rows(world, Income, Income.payment_id == first.id)
    (share,) = await rows(world, Expense, Expense.payment_id == first.id)
    await do(world, world.olga, Income, line.id, "receive", Received(received_on=clock.today()))
    await do(world, world.head, Expense, share.id, "approve")
    await do(world, world.olga, Expense, share.id, "pay", PaidOut(paid_on=clock.today()))
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=clock.today(), reason="продал"))
    paid, back = await rows(world, Expense, Expense.payment_id == first.id)
    assert (paid.amount, paid.status, back.amount, back.status) == (2190, "paid", -1272, "expected")
    assert (back.payee_id, back.note) == (paid.payee_id, "продал")


async def test_of_an_instalment_paid_in_part_the_rest_is_not_asked_for(world: World, trade: Trade) -> None:
    begun = await begin(world, trade, kind="company")
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    await issue(world, policy)
    _first, second = await instalments(world, policy)
    await do(world, world.anna, Payment, second.id, "pay", Paid(paid_on=clock.today(), amount=D(200)))
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=policy.starts_on, reason="продал"))
    found = await get(world, world.olga, Payment, second.id)
    assert (found.status, found.amount, found.paid_amount) == ("paid", 200, 200)
    kept = await rows(world, Income, Income.payment_id == second.id, Income.amount > 0)
    assert [line.amount for line in kept] == [40]


async def test_lines_that_take_back_are_dated_in_a_month_that_is_open(world: World, trade: Trade) -> None:
    policy = await served(world, trade)
    (first,) = await instalments(world, policy)
    today = clock.today()
    month = ClosedMonth(month=today.replace(day=1), closed_by_id=world.olga.id, closed_at=clock.now())
    await add(world, world.olga, month)
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=today, reason="продал"))
    next_month = add_months(today.replace(day=1), 1)
    (taken,) = await rows(world, Income, Income.payment_id == first.id, Income.amount < 0)
    *_, refund = await instalments(world, policy)
    assert taken.expected_on >= next_month and refund.due_on == next_month
    async with world.database.transaction(world.olga, action="closed-month.reopen") as work:
        (await work.get_record(ClosedMonth, month.id)).reopened_at = work.at
