"""Smaller verbs, each with its refusal: variants, disputed lines, renewals, sleeping tasks, transfers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from models import clock
from models.calculation import Calculation, Refusal
from models.changes import Change, apply
from models.deal import Deal
from models.deal.stages import HandOff, Lose, Transfer
from models.errors import Denied, Invalid, NotFound, Refused
from models.payment import Expense, Income, Payment
from models.payment.expense import PaidOut
from models.payment.income import Dispute, Withheld
from models.policy import Renewal
from models.policy.renewal import Renewed
from models.task import Task
from models.task.record import Until
from tests.trade import (
    Begun,
    Trade,
    add,
    begin,
    chosen,
    do,
    drafted,
    get,
    instalments,
    issue,
    reference_rows,
    rows,
    task_of,
)
from tests.trade import variant as asked_for
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    """Products, insurers, rates and kinds of tasks."""
    return await reference_rows(world.database)


async def handed_off(world: World, trade: Trade) -> Begun:
    """A deal on which Boris works."""
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    return begun


async def commission(world: World, trade: Trade) -> Income:
    """The expected commission of an issued policy."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, "50000.00")
    await issue(world, policy)
    payments = [payment.id for payment in await instalments(world, policy)]
    (income,) = await rows(world, Income, Income.payment_id.in_(payments))
    assert isinstance(income, Income)
    return income


async def test_variants_are_refused_declined_and_archived(world: World, trade: Trade) -> None:
    begun = await handed_off(world, trade)
    first, second = (asked_for(begun, begun.kasko, trade.reso, premium) for premium in (None, "41000"))
    await add(world, world.anna, first, second)
    await do(world, world.boris, Calculation, first.id, "refuse", Refusal(reason="Машина старше десяти лет"))
    with pytest.raises(Refused):
        await do(world, world.boris, Calculation, first.id, "decline")
    await do(world, world.boris, Calculation, second.id, "ready")
    await do(world, world.anna, Calculation, second.id, "decline")
    for variant in (first, second):
        await do(world, world.anna, Calculation, variant.id, "archive")
    found = [await get(world, world.anna, Calculation, variant.id) for variant in (first, second)]
    assert [(one.status, one.refusal_reason) for one in found] == [
        ("archived", "Машина старше десяти лет"),
        ("archived", None),
    ]


async def test_a_choice_is_taken_back_until_there_is_a_policy(world: World, trade: Trade) -> None:
    begun = await handed_off(world, trade)
    choice = await chosen(world, begun, trade.ingos, "50000")
    with pytest.raises(Denied):
        await do(world, world.boris, Calculation, choice, "unconfirm")
    await do(world, world.anna, Calculation, choice, "unconfirm")
    assert (await get(world, world.anna, Calculation, choice)).status == "offered"
    policy = await drafted(world, begun, trade.vsk, "52000")
    assert policy.calculation_id is not None
    with pytest.raises(Refused, match="already made"):
        await do(world, world.anna, Calculation, policy.calculation_id, "unconfirm")


async def test_a_disputed_line_is_settled_and_written_off(world: World, trade: Trade) -> None:
    income = await commission(world, trade)
    with pytest.raises(Denied):
        await do(world, world.anna, Income, income.id, "put_in_statement")
    for verb, asked, status in (
        ("put_in_statement", None, "in_statement"),
        ("dispute", Dispute(note="Ставка не та"), "disputed"),
        ("settle", None, "in_statement"),
        ("dispute", Dispute(note="Снова не та"), "disputed"),
        ("write_off", None, "written_off"),
    ):
        await do(world, world.olga, Income, income.id, verb, asked)
        assert (await get(world, world.olga, Income, income.id)).status == status
    payment = await get(world, world.olga, Payment, income.payment_id)
    assert payment.incomes_expected == Decimal(0)


async def test_withheld_commission_counts_as_received(world: World, trade: Trade) -> None:
    income = await commission(world, trade)
    withheld = Withheld(received_on=clock.today())
    with pytest.raises(Invalid, match="correct"):
        await do(world, world.olga, Income, income.id, "withhold", Withheld(received_on=withheld.received_on + DAY))
    await do(world, world.olga, Income, income.id, "withhold", withheld)
    with pytest.raises(Refused):
        await do(world, world.olga, Income, income.id, "withhold", withheld)
    payment = await get(world, world.olga, Payment, income.payment_id)
    assert payment.incomes_received == income.amount


async def test_what_was_approved_is_this_sum_for_this_payee(world: World, trade: Trade) -> None:
    income = await commission(world, trade)
    (share,) = await rows(world, Expense, Expense.payment_id == income.payment_id)
    for changed, left in (({"note": "по договору"}, "approved"), ({"amount": "1"}, "expected")):
        await do(world, world.head, Expense, share.id, "approve")
        async with world.database.transaction(world.anna, action="expense.update") as work:
            await apply(work, Change(Expense, share.id, {}, changed))
        assert (await get(world, world.olga, Expense, share.id)).status == left
        if left == "approved":
            async with world.database.transaction(world.anna, action="expense.update") as work:
                await apply(work, Change(Expense, share.id, {}, {"payee_name": "Кто-то другой"}))
    with pytest.raises(Refused):
        await do(world, world.olga, Expense, share.id, "pay", PaidOut(paid_on=clock.today()))


async def test_a_renewal_goes_from_found_to_renewed(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "50000")
    await issue(world, policy)
    renewal = Renewal(deal_id=begun.deal, policy_id=policy.id)
    await add(world, world.anna, renewal)
    await do(world, world.anna, Renewal, renewal.id, "contact")
    with pytest.raises(Refused):
        await do(world, world.anna, Renewal, renewal.id, "contact")
    successor = Renewed(successor_id=policy.id)
    with pytest.raises(Denied):
        await do(world, world.boris, Renewal, renewal.id, "renew", successor)
    await do(world, world.anna, Renewal, renewal.id, "renew", successor)
    found = await get(world, world.anna, Renewal, renewal.id)
    assert (found.status, found.successor_id) == ("renewed", policy.id)


async def test_a_task_sleeps_until_its_day(world: World, trade: Trade) -> None:
    task = await task_of(world, await begin(world, trade), "collect")
    today = clock.today()
    await do(world, world.anna, Task, task.id, "accept")
    with pytest.raises(Refused, match="lie ahead"):
        await do(world, world.anna, Task, task.id, "schedule", Until(wakes_on=today))
    await do(world, world.anna, Task, task.id, "schedule", Until(wakes_on=today + timedelta(days=9)))
    assert (await get(world, world.anna, Task, task.id)).wakes_on == today + timedelta(days=9)
    await do(world, world.anna, Task, task.id, "resume")
    found = await get(world, world.anna, Task, task.id)
    assert (found.status, found.wakes_on) == ("accepted", None)


async def test_a_transferred_deal_is_the_other_sellers(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    with pytest.raises(Denied):
        await do(world, world.olga, Deal, begun.deal, "transfer", Transfer(seller_id=world.vera.id))
    await do(world, world.anna, Deal, begun.deal, "transfer", Transfer(seller_id=world.vera.id))
    assert (await get(world, world.vera, Deal, begun.deal)).seller_id == world.vera.id


async def test_a_lost_deal_is_reopened_by_the_head(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="Дорого", competitor="Соседи"))
    with pytest.raises(Denied):
        await do(world, world.anna, Deal, begun.deal, "reopen")
    await do(world, world.head, Deal, begun.deal, "reopen")
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.stage, deal.ball, deal.lost_to, deal.win_back) == ("quotation", "seller", None, False)
    with pytest.raises(NotFound):
        await get(world, world.vera, Deal, begun.deal)
