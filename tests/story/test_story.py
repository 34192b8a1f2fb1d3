"""The story of the trade, from a new client to received commission, by verbs alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from models import clock
from models.base import Record
from models.calculation import Calculation
from models.client import Client
from models.dates import last_day
from models.deal import Deal, JournalEntry
from models.deal.stages import HandOff, Lose, OrderIssue
from models.errors import Denied, NotFound, Refused
from models.payment import Expense, Income, Payment
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Paid
from models.policy import Policy
from models.policy.record import Issue
from models.task import ChecklistItem, Task
from models.task.record import Result
from tests.trade import Begun, Trade, add, begin, do, get, instalments, rows, story_of, task_of, variant
from tests.world import World

D = Decimal


async def test_from_a_new_client_to_received_commission(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculate = await anna_hands_off(world, begun)
    kasko = await boris_calculates(world, trade, begun, calculate)
    policy = await the_client_chooses(world, trade, begun, kasko)
    await boris_issues(world, begun, policy)
    await lines_stand_by_rule(world, trade, begun, policy)
    await olga_counts(world, begun, policy)
    await the_deal_is_put_off_by_itself(world, begun, policy)
    await every_step_is_in_the_log(world, begun.deal)
    seen = ((Deal, begun.deal), (Client, begun.client), (Policy, policy.id), (Task, calculate.id))
    await vera_sees_nothing(world, *seen)


async def anna_hands_off(world: World, begun: Begun) -> Task:
    """The seller's own task stands; a note, then the hand-off, which ends it."""
    first = await task_of(world, begun, "collect")
    assert (first.assignee_id, first.status) == (world.anna.id, "new")
    body = "Просит без франшизы"
    await add(
        world,
        world.anna,
        JournalEntry(deal_id=begun.deal, author_id=world.anna.id, body=body, happened_at=clock.now()),
    )
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id, note="Три варианта"))
    deal = await get(world, world.boris, Deal, begun.deal)
    assert (deal.stage, deal.ball, deal.executor_id) == ("quotation", "executor", world.boris.id)
    assert (await task_of(world, begun, "collect")).status == "done"
    task = await task_of(world, begun, "calculate")
    assert (task.assignee_id, task.body, task.status) == (world.boris.id, "Три варианта", "new")
    steps = await rows(world, ChecklistItem, ChecklistItem.task_id == task.id)
    assert [step.title for step in steps] == ["Запросить КБМ", "Три варианта"]
    assert deal.next_review_at == task.due_on
    return task


async def boris_calculates(world: World, trade: Trade, begun: Begun, task: Task) -> list[Calculation]:
    """Accept, three variants, ready, done; not done before one is ready, nor by Anna."""
    await do(world, world.boris, Task, task.id, "accept")
    with pytest.raises(Refused, match="No calculation is ready"):
        await do(world, world.boris, Task, task.id, "complete", Result())
    until = clock.today() + timedelta(days=14)
    kasko = [
        variant(begun, begun.kasko, trade.ingos, "100001.01", plan="40-20-20-20", valid_until=until),
        variant(begun, begun.kasko, trade.reso, "101250.00", commission_percent=D(18), valid_until=until),
    ]
    osago = variant(begun, begun.osago, trade.vsk, "7400.00", valid_until=until)
    await add(world, world.boris, *kasko, osago)
    for calculation in (*kasko, osago):
        await do(world, world.boris, Calculation, calculation.id, "ready")
    with pytest.raises(Denied):
        await do(world, world.anna, Task, task.id, "complete", Result())
    await do(world, world.boris, Task, task.id, "complete", Result(result="Три варианта"))
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.ball, deal.next_review_at, deal.next_review_reason) == ("seller", until, "calculation")
    return kasko


async def the_client_chooses(world: World, trade: Trade, begun: Begun, kasko: list[Calculation]) -> Policy:
    """Offered, confirmed, ordered: a draft policy with its instalments, and Boris's task."""
    await do(world, world.anna, Deal, begun.deal, "offer")
    assert {c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)} == {"offered"}
    order = OrderIssue(calculation_id=kasko[0].id)
    with pytest.raises(Refused, match="has not confirmed"):
        await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    await do(world, world.anna, Calculation, kasko[0].id, "confirm")
    found = await rows(world, Calculation, Calculation.deal_id == begun.deal)
    assert [c.status for c in found] == ["confirmed", "archived", "offered"]
    await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    (policy,) = await rows(world, Policy, Policy.deal_id == begun.deal)
    assert (policy.status, policy.premium) == ("draft", D("100001.01"))
    assert policy.agreement_id == trade.ingos_agreement
    payments = await instalments(world, policy)
    assert [p.amount for p in payments] == [D("40000.40"), D("20000.21"), D("20000.20"), D("20000.20")]
    task = await task_of(world, begun, "issue")
    assert (task.policy_id, task.calculation_id, task.assignee_id) == (policy.id, kasko[0].id, world.boris.id)
    assert isinstance(policy, Policy)
    return policy


async def boris_issues(world: World, begun: Begun, policy: Policy) -> None:
    """The client pays first; the paper comes with other days than the draft had."""
    today = clock.today()
    task = await task_of(world, begun, "issue")
    first, *_ = await instalments(world, policy)
    await do(world, world.anna, Payment, first.id, "pay", Paid(paid_on=today))
    await do(world, world.boris, Task, task.id, "accept")
    starts_on = policy.starts_on + timedelta(days=2)
    paper = Issue(number="ААС 5000000001", sale_date=today, starts_on=starts_on, ends_on=last_day(starts_on, 12))
    await do(world, world.boris, Policy, policy.id, "issue", paper)
    done = await get(world, world.anna, Task, task.id)
    assert (done.status, done.assignee_id) == ("done", world.boris.id)
    payments = await instalments(world, policy)
    assert [p.status for p in payments] == ["paid", "planned", "planned", "planned"]
    assert payments[-1].covered_until == paper.ends_on
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.ball, deal.next_review_reason) == ("won", "seller", "instalment")
    assert deal.next_review_at == payments[1].due_on - timedelta(days=3)


async def lines_stand_by_rule(world: World, trade: Trade, begun: Begun, policy: Policy) -> None:
    """Expected commission on each instalment by the agreement's rule, and the seller's share of it."""
    payments = await instalments(world, policy)
    assert [p.incomes_expected for p in payments] == [D("8000.08"), *[D("4000.04")] * 3]
    incomes = await rows(world, Income, Income.deal_id == begun.deal)
    assert {(i.rule_id, i.rate_percent, i.origin, i.status) for i in incomes} == {
        (trade.ingos_kasko, D(20), "rule", "expected")
    }
    shares = await rows(world, Expense, Expense.deal_id == begun.deal)
    assert [e.amount for e in shares] == [D("2400.02"), *[D("1200.01")] * 3]
    assert {(e.payee_id, e.status) for e in shares} == {(world.anna.id, "expected")}


async def olga_counts(world: World, begun: Begun, policy: Policy) -> None:
    """The share waits for its commission; only the accountant receives and pays."""
    today = clock.today()
    first, *_ = await instalments(world, policy)
    (income,) = await rows(world, Income, Income.payment_id == first.id)
    (share,) = await rows(world, Expense, Expense.payment_id == first.id)
    await do(world, world.olga, Payment, first.id, "confirm")
    await do(world, world.head, Expense, share.id, "approve")
    with pytest.raises(Refused, match="has not come yet"):
        await do(world, world.olga, Expense, share.id, "pay", PaidOut(paid_on=today))
    with pytest.raises(Denied):
        await do(world, world.anna, Income, income.id, "receive", Received(received_on=today))
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=today))
    await do(world, world.olga, Expense, share.id, "pay", PaidOut(paid_on=today))
    first = await get(world, world.olga, Payment, first.id)
    assert (first.incomes_received, first.expenses_paid) == (D("8000.08"), D("2400.02"))


async def the_deal_is_put_off_by_itself(world: World, begun: Begun, policy: Policy) -> None:
    """When all is paid, the next event is the policy's end less КАСКО's 45 days; it cannot be closed or lost yet."""
    for payment in (await instalments(world, policy))[1:]:
        await do(world, world.boris, Payment, payment.id, "pay", Paid(paid_on=clock.today()))
    ends_on = (await get(world, world.anna, Policy, policy.id)).ends_on
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.next_review_at, deal.next_review_reason) == (ends_on - timedelta(days=45), "policy_end")
    with pytest.raises(Refused, match="still alive"):
        await do(world, world.anna, Deal, begun.deal, "close")
    with pytest.raises(Refused):
        await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="передумал"))


async def every_step_is_in_the_log(world: World, deal: UUID) -> None:
    """Who did what, in order, and nothing of what was refused."""
    people = {getattr(world, name).id: name for name in ("anna", "boris", "head", "olga")}
    assert [(slug, people[actor]) for slug, actor in await story_of(world, deal)] == [
        ("deal.create", "anna"),
        ("record.create", "anna"),
        ("deal.hand_off", "anna"),
        ("task.accept", "boris"),
        ("record.create", "boris"),
        *[("calculation.ready", "boris")] * 3,
        ("task.complete", "boris"),
        ("deal.offer", "anna"),
        ("calculation.confirm", "anna"),
        ("deal.order_issue", "anna"),
        ("payment.pay", "anna"),
        ("task.accept", "boris"),
        ("policy.issue", "boris"),
        ("payment.confirm", "olga"),
        ("expense.approve", "head"),
        ("income.receive", "olga"),
        ("expense.pay", "olga"),
        *[("payment.pay", "boris")] * 3,
    ]


async def vera_sees_nothing(world: World, *records: tuple[type[Record], UUID]) -> None:
    """Another team's seller finds none of it."""
    for record, key in records:
        with pytest.raises(NotFound):
            await get(world, world.vera, record, key)
