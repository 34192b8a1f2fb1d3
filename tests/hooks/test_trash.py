"""What lies in the trash stays as it is; what money has moved on cannot get there; deals are thrown away by theirs."""

from __future__ import annotations

from typing import Any

import pytest

from models import clock
from models.base import Record
from models.changes import Change, apply
from models.deal import Deal
from models.errors import Denied, Refused
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.payment.record import Paid, Reason
from models.policy import Policy
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, pay, rows
from tests.world import World


async def test_nothing_but_restoring_is_done_to_what_lies_in_the_trash(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "50000.00")
    (payment,) = await instalments(world, policy)
    paid = Paid(paid_on=clock.today())
    await do(world, world.anna, Payment, payment.id, "trash")
    for verb, asked in (("pay", paid), ("cancel", Reason(reason="")), ("trash", None)):
        with pytest.raises(Refused, match="restore it first"):
            await do(world, world.olga, Payment, payment.id, verb, asked)
    await do(world, world.anna, Payment, payment.id, "restore")
    with pytest.raises(Refused, match="not possible now"):
        await do(world, world.anna, Payment, payment.id, "restore")
    await do(world, world.anna, Payment, payment.id, "pay", paid)


async def test_a_payment_of_a_deal_in_the_trash_waits_for_its_deal(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "50000.00")
    (payment,) = await instalments(world, policy)
    paid = Paid(paid_on=clock.today())
    for record, key in ((Deal, begun.deal), (Policy, policy.id)):
        await do(world, world.anna, record, key, "trash")
        with pytest.raises(Refused, match="restore that first"):
            await do(world, world.anna, Payment, payment.id, "pay", paid)
        with pytest.raises(Refused, match="restore that first"):
            async with world.database.transaction(world.anna, action="payment.update") as work:
                await apply(work, Change(Payment, payment.id, {}, {"due_on": "2030-01-01"}))
        await do(world, world.anna, record, key, "restore")
    await do(world, world.anna, Payment, payment.id, "pay", paid)
    assert (await get(world, world.anna, Payment, payment.id)).status == "paid"


async def test_what_money_has_moved_on_stays_out_of_the_trash(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "50000.00")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    whole: list[tuple[type[Record], Any]] = [(Deal, begun.deal), (Policy, policy.id), (Payment, payment.id)]
    (income,) = await rows(world, Income, Income.payment_id == payment.id)
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=clock.today()))
    for record, key in whole:
        with pytest.raises(Refused, match="Money has moved"):
            await do(world, world.anna, record, key, "trash")
    (share,) = await rows(world, Expense, Expense.payment_id == payment.id)
    await do(world, world.anna, Expense, share.id, "trash")


async def test_a_paid_payment_keeps_its_deal_and_a_reversed_one_lets_it_go(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    (payment,) = await instalments(world, await drafted(world, begun, trade.ingos, "50000.00"))
    await pay(world, payment)
    with pytest.raises(Refused, match="Money has moved"):
        await do(world, world.anna, Deal, begun.deal, "trash")
    await do(world, world.olga, Payment, payment.id, "reverse", Reason(reason="возврат"))
    await do(world, world.anna, Deal, begun.deal, "trash")


async def test_a_deal_is_thrown_away_by_its_seller_the_head_and_the_administrator(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await drafted(world, begun, trade.ingos, "50000.00")
    for who in (world.boris, world.olga):
        with pytest.raises(Denied):
            await do(world, who, Deal, begun.deal, "trash")
    for who in (world.anna, world.head, world.admin):
        await do(world, who, Deal, begun.deal, "trash")
        for other in (world.boris, world.olga):
            with pytest.raises(Denied):
                await do(world, other, Deal, begun.deal, "restore")
        await do(world, who, Deal, begun.deal, "restore")
