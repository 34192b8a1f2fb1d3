"""Turns that a story may take: the client says no, somebody waits, a deal changes hands, a line is disputed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from models import clock
from models.calculation import Calculation, Refusal
from models.deal import Deal
from models.deal.stages import HandOff, Transfer
from models.errors import NotFound, Refused
from models.payment import Income, Payment
from models.payment.income import Dispute, Withheld
from models.policy import Renewal
from models.policy.renewal import LostRenewal, Renewed
from models.task import Task
from models.task.record import Until
from tests.trade import Trade, add, begin, chosen, do, drafted, get, instalments, issue, task_of, variant
from tests.world import World


async def test_a_variant_is_refused_declined_archived(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    asked = variant(begun, begun.kasko, trade.vsk, None)
    ready = variant(begun, begun.kasko, trade.reso, "900", status="ready")
    await add(world, world.anna, asked, ready)
    with pytest.raises(Refused):
        await do(world, world.anna, Calculation, asked.id, "decline")
    await do(world, world.anna, Calculation, asked.id, "refuse", Refusal(reason="убыточный"))
    await do(world, world.anna, Calculation, ready.id, "decline")
    await do(world, world.anna, Calculation, ready.id, "archive")
    refused = await get(world, world.anna, Calculation, asked.id)
    assert (refused.status, refused.refusal_reason) == ("refused", "убыточный")
    assert (await get(world, world.anna, Calculation, ready.id)).status == "archived"


async def test_a_choice_is_taken_back_until_a_policy_is_made_of_it(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    first = await chosen(world, begun, trade.ingos, "900")
    await do(world, world.anna, Calculation, first, "unconfirm")
    assert (await get(world, world.anna, Calculation, first)).status == "offered"
    policy = await drafted(world, begun, trade.reso, "800")
    with pytest.raises(Refused, match="already made"):
        await do(world, world.anna, Calculation, policy.calculation_id, "unconfirm")


async def test_a_transfer_gives_the_deal_away(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    with pytest.raises(NotFound):
        await do(world, world.vera, Deal, begun.deal, "transfer", Transfer(seller_id=world.vera.id))
    await do(world, world.anna, Task, (await task_of(world, begun, "collect")).id, "accept")
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    await do(world, world.anna, Deal, begun.deal, "transfer", Transfer(seller_id=world.vera.id))
    deal = await get(world, world.vera, Deal, begun.deal)
    assert (deal.seller_id, deal.executor_id) == (world.vera.id, world.boris.id)
    with pytest.raises(NotFound):
        await get(world, world.anna, Deal, begun.deal)


async def test_a_task_sleeps_and_wakes(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    task = (await task_of(world, begun, "collect")).id
    day = clock.today() + timedelta(days=8)
    await do(world, world.anna, Task, task, "accept")
    with pytest.raises(Refused, match="must lie ahead"):
        await do(world, world.anna, Task, task, "schedule", Until(wakes_on=clock.today()))
    await do(world, world.anna, Task, task, "schedule", Until(wakes_on=day))
    assert (await get(world, world.anna, Deal, begun.deal)).next_review_at == day
    await do(world, world.anna, Task, task, "resume")
    woken = await get(world, world.anna, Task, task)
    assert (woken.status, woken.wakes_on) == ("accepted", None)


async def test_a_renewal_is_contacted_offered_and_renewed_or_lost(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    old = await drafted(world, begun, trade.ingos, "900")
    await issue(world, old)
    other = await drafted(world, begun, trade.vsk, "800")
    await issue(world, other)
    first, second = (Renewal(deal_id=begun.deal, policy_id=policy.id) for policy in (old, other))
    await add(world, world.anna, first, second)
    await do(world, world.anna, Renewal, first.id, "contact")
    await do(world, world.anna, Renewal, first.id, "offer")
    await do(world, world.anna, Renewal, first.id, "renew", Renewed(successor_id=old.id))
    with pytest.raises(Refused):
        await do(world, world.anna, Renewal, first.id, "lose", LostRenewal(reason="дорого"))
    await do(world, world.anna, Renewal, second.id, "lose", LostRenewal(reason="дорого"))
    assert (await get(world, world.anna, Renewal, first.id)).successor_id == old.id
    assert (await get(world, world.anna, Renewal, second.id)).lost_reason == "дорого"
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"


async def test_a_line_is_disputed_settled_and_withheld(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    (payment,) = await instalments(world, await drafted(world, begun, trade.vsk, "1000"))
    line = Income(deal_id=begun.deal, payment_id=payment.id, amount=Decimal(150))
    await add(world, world.anna, line)
    await do(world, world.olga, Income, line.id, "put_in_statement")
    await do(world, world.olga, Income, line.id, "dispute", Dispute(note="не та ставка"))
    with pytest.raises(Refused):
        await do(world, world.olga, Income, line.id, "withhold", Withheld(received_on=clock.today()))
    await do(world, world.olga, Income, line.id, "settle")
    await do(world, world.olga, Income, line.id, "withhold", Withheld(received_on=clock.today()))
    withheld = await get(world, world.olga, Income, line.id)
    assert (withheld.status, withheld.received_amount) == ("withheld", Decimal(150))
    assert (await get(world, world.olga, Payment, payment.id)).incomes_received == Decimal(150)
