"""Two people at once, on real connections: one thing happens, the other person is told why theirs did not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from decimal import Decimal
from typing import Any

import pytest

from models import clock
from models.actor import Actor
from models.calculation import Calculation
from models.changes import Change, apply
from models.deal import Deal
from models.deal.stages import HandOff
from models.errors import Problem, Refused
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.payment.record import Paid
from models.policy import Policy
from models.task import Task
from models.undo import Stale
from tests.trade import (
    Trade,
    add,
    begin,
    do,
    drafted,
    get,
    instalments,
    issue,
    last_action,
    rows,
    task_of,
    undo,
    variant,
)  # fmt: skip
from tests.world import World

ROUNDS = 6


async def together(*tries: Awaitable[Any]) -> list[Any]:
    """What comes of all at once: nothing, or a sentence. Raises what is neither."""
    found = await asyncio.gather(*tries, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, Problem):
            raise one
    return found


def succeeded(outcomes: list[Any]) -> int:
    """How many did what they wanted."""
    return sum(not isinstance(one, BaseException) for one in outcomes)


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_two_take_one_task_of_the_queue(world: World, trade: Trade, turn: int) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff())
    task = await task_of(world, begun, "calculate")
    assert task.assignee_id is None
    outcomes = await together(*(do(world, who, Task, task.id, "accept") for who in (world.boris, world.head)))
    assert succeeded(outcomes) == 1
    winner = (world.boris, world.head)[[isinstance(one, BaseException) for one in outcomes].index(False)]
    assert (await get(world, world.admin, Task, task.id)).assignee_id == winner.id


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_two_issue_one_policy(world: World, trade: Trade, turn: int) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "50000.00")
    outcomes = await together(
        *(issue(world, policy, number=f"ААА {policy.id.int % 10**9}{n}") for n in range(3)),
        do(world, world.anna, Policy, policy.id, "annul"),
    )
    assert succeeded(outcomes) >= 1
    assert sum(succeeded([one]) for one in outcomes[:3]) <= 1
    lines = [i for p in await instalments(world, policy) for i in await rows(world, Income, Income.payment_id == p.id)]
    assert len(lines) <= 1


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_two_choices_for_one_need(world: World, trade: Trade, turn: int) -> None:
    begun = await begin(world, trade)
    both = [variant(begun, begun.kasko, insurer, "900", status="ready") for insurer in (trade.ingos, trade.reso)]
    await add(world, world.anna, *both)
    outcomes = await together(*(do(world, world.anna, Calculation, one.id, "confirm") for one in both))
    states = sorted([(await get(world, world.anna, Calculation, one.id)).status for one in both])
    assert succeeded(outcomes) == 1 and states == ["archived", "confirmed"]


async def test_an_instalment_is_never_paid_twice(world: World, trade: Trade) -> None:
    (payment,) = await instalments(world, await drafted(world, await begin(world, trade), trade.ingos, "1000"))
    paid = Paid(paid_on=clock.today(), amount=Decimal(300))
    outcomes = await together(*(do(world, world.anna, Payment, payment.id, "pay", paid) for _n in range(8)))
    assert succeeded(outcomes) == 3
    assert (await get(world, world.anna, Payment, payment.id)).paid_amount == 900


async def test_a_commission_is_received_once_and_the_totals_stay_true(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
    await issue(world, policy)
    payments = await instalments(world, policy)
    lines = [i for p in payments for i in await rows(world, Income, Income.payment_id == p.id)]
    received = Received(received_on=clock.today(), amount=Decimal(10))

    async def more(payment: Payment, amount: int) -> None:
        await add(world, world.olga, Expense(deal_id=policy.deal_id, payment_id=payment.id, amount=Decimal(amount)))

    outcomes = await together(
        *(do(world, world.olga, Income, line.id, "receive", received) for line in lines * 6),
        *(more(payment, amount) for payment in payments for amount in range(1, 6)),
        *(renamed(world, who, policy, f"Дело {n}") for n, who in enumerate((world.anna, world.head) * 3)),
    )
    assert sum(succeeded([one]) for one in outcomes[:12]) == 12
    for payment, line in zip(await instalments(world, policy), lines, strict=True):
        spent = await rows(world, Expense, Expense.payment_id == payment.id)
        assert (payment.incomes_received, payment.expenses_expected) == (60, sum(e.amount for e in spent))
        assert (await get(world, world.olga, Income, line.id)).received_amount == 60


async def renamed(world: World, who: Actor, policy: Policy, title: str) -> None:
    """The deal gets another title."""
    async with world.database.transaction(who, action="deal.update") as work:
        await apply(work, Change(Deal, policy.deal_id, {}, {"title": title}))


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_an_action_is_undone_once_and_its_undoing_too(world: World, trade: Trade, turn: int) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    action = await last_action(world, begun.deal)
    outcomes = await together(*(undo(world, who, action) for who in (world.anna, world.head, world.admin)))
    assert succeeded(outcomes) == 1
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "draft"
    again = await last_action(world, begun.deal)
    assert succeeded(await together(*(undo(world, world.admin, again) for _n in range(2)))) == 1
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "quotation"


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_an_undo_does_not_swallow_what_is_written_meanwhile(world: World, trade: Trade, turn: int) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000")
    (payment,) = await instalments(world, policy)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=clock.today(), amount=Decimal(400)))
    action = await last_action(world, policy.deal_id)
    more = Paid(paid_on=clock.today(), amount=Decimal(100))
    undone, paid = await together(
        undo(world, world.anna, action), do(world, world.head, Payment, payment.id, "pay", more)
    )
    left = (await get(world, world.anna, Payment, payment.id)).paid_amount
    assert not isinstance(paid, BaseException)
    assert (isinstance(undone, Stale | Refused), left) in ((True, 500), (False, 100))
