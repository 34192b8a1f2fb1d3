"""The story of the trade, from a new client to received commission, by verbs alone; domain.md tells it in words."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from models import clock
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
from tests.trade import Trade, add, begin, do, get, rows, story_of, task_of, variant
from tests.world import World


async def test_from_a_new_client_to_received_commission(world: World, trade: Trade) -> None:
    today = clock.today()
    begun = await begin(world, trade)
    first = await task_of(world, begun, "collect")
    assert (first.assignee_id, first.status) == (world.anna.id, "new")
    note = JournalEntry(
        deal_id=begun.deal, author_id=world.anna.id, body="Просит без франшизы", happened_at=clock.now()
    )
    await add(world, world.anna, note)
    with pytest.raises(NotFound):
        await get(world, world.vera, Deal, begun.deal)

    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id, note="Три варианта"))
    deal = await get(world, world.boris, Deal, begun.deal)
    assert (deal.stage, deal.ball, deal.executor_id) == ("quotation", "executor", world.boris.id)
    assert (await task_of(world, begun, "collect")).status == "done"
    task = await task_of(world, begun, "calculate")
    assert (task.assignee_id, task.body, task.status) == (world.boris.id, "Три варианта", "new")
    steps = await rows(world, ChecklistItem, ChecklistItem.task_id == task.id)
    assert [step.title for step in steps] == ["Запросить КБМ", "Три варианта"]
    assert deal.next_review_at == task.due_on

    await do(world, world.boris, Task, task.id, "accept")
    with pytest.raises(Refused, match="No calculation is ready"):
        await do(world, world.boris, Task, task.id, "complete", Result())
    until = today + timedelta(days=14)
    kasko = [
        variant(begun, begun.kasko, trade.ingos, "100001.01", plan="40-20-20-20", valid_until=until),
        variant(begun, begun.kasko, trade.reso, "101250.00", commission_percent=Decimal(18), valid_until=until),
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

    await do(world, world.anna, Deal, begun.deal, "offer")
    assert {c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)} == {"offered"}
    order = OrderIssue(calculation_id=kasko[0].id)
    with pytest.raises(Refused, match="has not confirmed"):
        await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    await do(world, world.anna, Calculation, kasko[0].id, "confirm")
    found = {c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert found == {kasko[0].id: "confirmed", kasko[1].id: "archived", osago.id: "offered"}

    await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    (policy,) = await rows(world, Policy, Policy.deal_id == begun.deal)
    assert (policy.status, policy.premium, policy.agreement_id) == (
        "draft",
        Decimal("100001.01"),
        trade.ingos_agreement,
    )
    payments = await rows(world, Payment, Payment.policy_id == policy.id)
    assert [p.amount for p in payments] == [
        Decimal("40000.40"),
        Decimal("20000.21"),
        Decimal("20000.20"),
        Decimal("20000.20"),
    ]
    issue = await task_of(world, begun, "issue")
    assert (issue.policy_id, issue.calculation_id, issue.assignee_id) == (policy.id, kasko[0].id, world.boris.id)

    await do(world, world.anna, Payment, payments[0].id, "pay", Paid(paid_on=today))
    await do(world, world.boris, Task, issue.id, "accept")
    starts_on = today + timedelta(days=3)
    ends_on = last_day(starts_on, 12)
    paper = Issue(number="ААС 5000000001", sale_date=today, starts_on=starts_on, ends_on=ends_on)
    await do(world, world.boris, Policy, policy.id, "issue", paper)
    await do(world, world.boris, Task, issue.id, "complete", Result())

    payments = await rows(world, Payment, Payment.policy_id == policy.id)
    assert [p.status for p in payments] == ["paid", "planned", "planned", "planned"]
    assert payments[-1].covered_until == ends_on
    assert [p.incomes_expected for p in payments] == [
        Decimal("8000.08"),
        Decimal("4000.04"),
        Decimal("4000.04"),
        Decimal("4000.04"),
    ]
    incomes = await rows(world, Income, Income.deal_id == begun.deal)
    assert {(i.rule_id, i.rate_percent, i.origin, i.status) for i in incomes} == {
        (trade.ingos_kasko, Decimal(20), "rule", "expected")
    }
    (share, *_) = await rows(world, Expense, Expense.deal_id == begun.deal)
    assert (share.amount, share.payee_id, share.status) == (Decimal("2400.02"), world.anna.id, "expected")
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.ball, deal.next_review_reason) == ("won", "seller", "instalment")
    assert deal.next_review_at == payments[1].due_on - timedelta(days=3)

    await do(world, world.olga, Payment, payments[0].id, "confirm")
    await do(world, world.head, Expense, share.id, "approve")
    paid_out = PaidOut(paid_on=today)
    with pytest.raises(Refused, match="has not come yet"):
        await do(world, world.olga, Expense, share.id, "pay", paid_out)
    with pytest.raises(Denied):
        await do(world, world.anna, Income, incomes[0].id, "receive", Received(received_on=today))
    await do(world, world.olga, Income, incomes[0].id, "receive", Received(received_on=today))
    await do(world, world.olga, Expense, share.id, "pay", paid_out)
    (first_payment, *_) = await rows(world, Payment, Payment.policy_id == policy.id)
    assert (first_payment.incomes_received, first_payment.expenses_paid) == (Decimal("8000.08"), Decimal("2400.02"))

    for payment in payments[1:]:
        await do(world, world.boris, Payment, payment.id, "pay", Paid(paid_on=today))
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.next_review_at, deal.next_review_reason) == (ends_on - timedelta(days=45), "policy_end")
    with pytest.raises(Refused, match="still alive"):
        await do(world, world.anna, Deal, begun.deal, "close")
    with pytest.raises(Refused):
        await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="передумал"))

    await every_step_is_in_the_log(world, begun.deal)
    await vera_sees_nothing(world, begun.deal, begun.client, policy.id, task.id)


async def every_step_is_in_the_log(world: World, deal: UUID) -> None:
    """Who did what, once each, and nothing of what was refused."""
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
        ("task.complete", "boris"),
        ("payment.confirm", "olga"),
        ("expense.approve", "head"),
        ("income.receive", "olga"),
        ("expense.pay", "olga"),
        *[("payment.pay", "boris")] * 3,
    ]


async def vera_sees_nothing(world: World, deal: UUID, client: UUID, policy: UUID, task: UUID) -> None:
    """Another team's seller finds none of it."""
    for record, key in ((Deal, deal), (Client, client), (Policy, policy), (Task, task)):
        with pytest.raises(NotFound):
            await get(world, world.vera, record, key)
