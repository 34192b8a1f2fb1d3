"""An endorsement: the difference finds its place, paid instalments keep their sums, the commission follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import clock
from models.errors import Invalid, Refused
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.payment.record import Returned
from models.policy import Endorsement, Policy
from models.policy.record import Endorse, Terms
from models.rules import CommissionRule
from tests.trade import (
    SINCE,
    Trade,
    add,
    begin,
    do,
    drafted,
    get,
    instalments,
    issue,
    last_action,
    marked,
    pay,
    rows,
    undo,
)
from tests.world import World

D = Decimal


async def issued(world: World, trade: Trade, premium: str = "1000", plan: str = "40-20-20-20", **values: Any) -> Policy:
    """A policy of Ингосстрах with its lines by the rule of 20 %."""
    policy = await drafted(world, await begin(world, trade, kind="company"), trade.ingos, premium, plan=plan, **values)
    await issue(world, policy)
    return policy


def change(policy: Policy, **values: Any) -> Endorse:
    """What is asked, for the first day of the cover unless another is given."""
    return Endorse(**{"paper": "ДС-1", "effective_on": policy.starts_on, "what_changed": "Водитель"} | values)


async def endorse(world: World, policy: Policy, **values: Any) -> None:
    """Anna enters it."""
    await do(world, world.anna, Policy, policy.id, "endorse", change(policy, **values))


async def amounts(world: World, policy: Policy) -> list[Decimal]:
    """The living instalments."""
    return [payment.amount for payment in await instalments(world, policy)]


async def commission(world: World, policy: Policy) -> list[Decimal]:
    """Living commission lines by instalment."""
    keys = [payment.id for payment in await instalments(world, policy)]
    return [i.amount for key in keys for i in await rows(world, Income, Income.payment_id == key)]


async def test_an_increase_is_spread_by_the_weights_of_what_is_unpaid(world: World, trade: Trade) -> None:
    policy = await issued(world, trade, "100001.01", plan="40-20-20-20")
    first, *_ = await instalments(world, policy)
    await pay(world, first)
    with marked("do not agree"):
        await endorse(world, policy, difference=D(100), new_premium=D(100))
    await endorse(world, policy, difference=D("100.00"))
    assert await amounts(world, policy) == [D("40000.40"), D("20033.54"), D("20033.54"), D("20033.53")]
    assert await commission(world, policy) == [D("8000.08"), D("4006.71"), D("4006.71"), D("4006.71")]
    (entered,) = await rows(world, Endorsement, Endorsement.policy_id == policy.id)
    assert (entered.premium_difference, entered.difference_paid, entered.kind) == (D(100), "spread", "change")
    assert (await get(world, world.anna, Policy, policy.id)).premium == D("100101.01")
    await undo(world, world.anna, await last_action(world, policy.deal_id))
    assert (
        sum(await amounts(world, policy)) == D("100001.01") == (await get(world, world.anna, Policy, policy.id)).premium
    )
    assert await rows(world, Endorsement, Endorsement.policy_id == policy.id) == []


async def test_one_more_instalment_is_due_on_its_day_and_brings_its_commission(world: World, trade: Trade) -> None:
    policy = await issued(world, trade, plan="once")
    (first,) = await instalments(world, policy)
    await pay(world, first)
    with marked("Nothing is unpaid"):
        await endorse(world, policy, new_premium=D(1300))
    day = policy.starts_on + timedelta(days=20)
    await endorse(world, policy, new_premium=D(1300), difference_paid="one_more", due_on=day)
    one, more = await instalments(world, policy)
    assert (one.amount, one.status, more.amount, more.due_on, more.sequence) == (1000, "paid", 300, day, 2)
    assert more.covered_until == policy.ends_on and await commission(world, policy) == [200, 60]
    shares = await rows(world, Expense, Expense.payment_id == more.id)
    assert [share.amount for share in shares] == [18]


async def test_a_new_end_moves_the_cover_and_no_unpaid_instalment_falls_after_it(world: World, trade: Trade) -> None:
    policy = await issued(world, trade, plan="50-50")
    _first, second = await instalments(world, policy)
    with marked("after the policy ends"):
        await endorse(world, policy, new_ends_on=second.due_on - timedelta(days=1))
    with marked("within the policy"):
        await endorse(world, policy, effective_on=policy.ends_on + timedelta(days=1))
    later = policy.ends_on + timedelta(days=31)
    await endorse(world, policy, new_ends_on=later)
    assert [p.covered_until for p in await instalments(world, policy)] == [second.due_on - timedelta(days=1), later]
    assert await amounts(world, policy) == [500, 500] and await commission(world, policy) == [100, 100]
    (entered,) = await rows(world, Endorsement, Endorsement.policy_id == policy.id)
    assert (entered.premium_difference, entered.difference_paid, entered.new_ends_on) == (0, None, later)


async def test_a_decrease_falls_on_the_unpaid_and_below_what_is_paid_becomes_a_refund(
    world: World, trade: Trade
) -> None:
    policy = await issued(world, trade, plan="50-50")
    first, second = await instalments(world, policy)
    await pay(world, first)
    await endorse(world, policy, difference=D(-100))
    assert await amounts(world, policy) == [500, 400] and await commission(world, policy) == [100, 80]
    await endorse(world, policy, difference=D(-500), paper="ДС-2")
    living = await instalments(world, policy)
    assert [(p.amount, p.status, p.covered_until is None) for p in living] == [
        (500, "paid", False),
        (-100, "planned", True),
    ]
    # A fifth of what is paid goes back, and with it a fifth of the commission and of the seller's share.
    assert await commission(world, policy) == [100, -20]
    (taken,) = await rows(world, Income, Income.payment_id == first.id, Income.amount < 0)
    assert (taken.base_amount, taken.rate_percent, taken.status) == (-100, 20, "expected")
    assert taken.expected_on >= clock.today()
    assert [e.amount for e in await rows(world, Expense, Expense.payment_id == first.id)] == [24]
    assert (await get(world, world.olga, Payment, second.id)).incomes_expected == 0
    refund = living[-1]
    with pytest.raises(Invalid):
        await do(
            world, world.anna, Payment, refund.id, "give_back", Returned(paid_on=clock.today() + timedelta(days=1))
        )
    await do(world, world.anna, Payment, refund.id, "give_back", Returned(paid_on=clock.today()))
    found = await get(world, world.anna, Payment, refund.id)
    assert (found.status, found.paid_amount, found.owed) == ("paid", -100, 0)
    await do(world, world.olga, Payment, refund.id, "confirm")


async def test_no_more_is_refunded_than_is_paid_and_nothing_less_is_left(world: World, trade: Trade) -> None:
    policy = await issued(world, trade, plan="50-50")
    first, _second = await instalments(world, policy)
    await pay(world, first)
    for values, sentence in (
        ({"difference": D(-600), "difference_paid": "refund"}, "Only"),
        ({"difference": D(-1000)}, "cancel the policy"),
        ({"difference": D(-600), "difference_paid": "one_more"}, "Only"),
        ({"difference": D(5), "difference_paid": "refund"}, "rises"),
    ):
        with marked(sentence):
            await endorse(world, policy, **values)
    await endorse(world, policy, difference=D(-200), difference_paid="refund")
    assert await amounts(world, policy) == [500, 500, -200]
    with marked("Only"):
        await endorse(world, policy, difference=D(-301), difference_paid="refund")


async def test_a_fixed_sum_for_the_policy_stays_that_sum(world: World, trade: Trade) -> None:
    fixed = CommissionRule(
        name="Разово", insurer_id=trade.vsk, starts_on=SINCE, fixed_amount=D(1000), product_id=trade.kasko
    )
    await add(world, world.admin, fixed)
    policy = await drafted(world, await begin(world, trade), trade.vsk, "1000", plan="50-50")
    await issue(world, policy)
    await endorse(world, policy, difference=D(1000), difference_paid="one_more")
    assert await commission(world, policy) == [250, 250, 500]
    await do(world, world.admin, CommissionRule, fixed.id, "trash")


async def test_a_mistake_corrected_later_leaves_what_an_endorsement_added(world: World, trade: Trade) -> None:
    policy = await issued(world, trade, plan="50-50")
    await endorse(world, policy, difference=D(300), difference_paid="one_more")
    now = await get(world, world.anna, Policy, policy.id)
    terms = Terms(premium=D(1500), starts_on=now.starts_on, ends_on=now.ends_on, plan="equal-4")
    await do(world, world.anna, Policy, policy.id, "correct", terms)
    found = await instalments(world, policy)
    assert [(p.sequence, p.amount) for p in found] == [(1, 300), (2, 300), (3, 300), (4, 300), (5, 300)]
    assert found[-1].endorsement_id is not None
    with pytest.raises(Refused, match="does not fit"):
        await do(world, world.anna, Policy, policy.id, "correct", replace(terms, premium=D(200)))


async def test_received_commission_is_left_and_money_that_follows_keeps_its_endorsement(
    world: World, trade: Trade
) -> None:
    policy = await issued(world, trade, plan="50-50")
    first, second = await instalments(world, policy)
    (line,) = await rows(world, Income, Income.payment_id == second.id)
    await do(world, world.olga, Income, line.id, "receive", Received(received_on=clock.today()))
    await pay(world, first)
    await endorse(world, policy, difference=D(100))
    assert await amounts(world, policy) == [500, 600] and await commission(world, policy) == [100, 100]
    (entered,) = await rows(world, Endorsement, Endorsement.policy_id == policy.id)
    with pytest.raises(Refused, match="follow from it"):
        await do(world, world.anna, Endorsement, entered.id, "trash")
