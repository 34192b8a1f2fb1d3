"""Two years of the demo's past in the small world, and by hand what they have nothing of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models import clock
from models.choices import DealStage
from models.deal import Deal
from models.deal.stages import HandOff, Lose
from models.payment import Income, Payment, Transit
from models.payment.income import Dispute, Received
from models.payment.record import Paid
from models.people import User
from models.task import Task
from models.task.record import Return
from seeds.demo.history import remember
from seeds.demo.story import Story
from seeds.demo.targets import plan
from seeds.reference import plant
from tests.stories import made
from tests.trade import add, do, rows
from tests.world import World

D = Decimal
TODAY = clock.today()


@pytest.fixture(scope="module")
async def past(world: World) -> World:
    """The past, a call that was given back and lost, and money of every kind on one of Anna's instalments."""
    await plant(world.database)
    story = await Story.begin(world.database)
    await remember(story)
    await plan(story)
    await given_back_and_lost(world)
    await money_of_every_kind(world)
    return world


async def given_back_and_lost(world: World) -> None:
    """Boris cannot calculate it; the client goes elsewhere."""
    client = await made(world.database, world.anna, type_of("client"), name="Клиент сегодняшний")
    deal = await made(world.database, world.anna, Deal, client_id=client.id, title="Звонок", source="сайт")
    await do(world, world.anna, Deal, deal.id, "hand_off", HandOff(executor_id=world.boris.id))
    (task,) = [one for one in await rows(world, Task, Task.deal_id == deal.id) if one.assignee_id == world.boris.id]
    await do(world, world.boris, Task, task.id, "return", Return(cause="data", reason="Нет VIN"))
    await do(world, world.anna, Deal, deal.id, "lose", Lose(reason="дОрого", competitor="Банк", difference=D(900)))


async def money_of_every_kind(world: World) -> None:
    """An instalment late, paid in part; lines disputed, written off, taxed, reversed, undated; premium in transit."""
    payment, later = await planned(world)
    late = TODAY - timedelta(days=40)
    async with world.database.transaction(world.admin, action="payment.update") as work:
        (await work.get_record(Payment, payment.id)).due_on = late
    some = Paid(paid_on=TODAY, amount=(payment.amount / 3).quantize(D("0.01")))
    await do(world, world.anna, Payment, payment.id, "pay", some)
    at = {"deal_id": payment.deal_id, "payment_id": payment.id}
    taxed = Income(**at, amount=D("1220.00"), expected_on=late, vat_mode="22")
    partly = Income(**at, amount=D("1000.01"), expected_on=TODAY - timedelta(days=75), vat_mode="5")
    undated, reversal = Income(**at, amount=D("77.77")), Income(**at, amount=D("-50.50"), expected_on=late)
    disputed, gone = (Income(**at, amount=D(300), expected_on=TODAY - timedelta(days=n)) for n in (0, 95))
    await add(world, world.olga, taxed, partly, undated, reversal, disputed, gone)
    await do(world, world.olga, Income, taxed.id, "receive", Received(received_on=TODAY))
    await do(world, world.olga, Income, partly.id, "receive", Received(received_on=TODAY, amount=D("333.33")))
    for one in (disputed, gone):
        await do(world, world.olga, Income, one.id, "put_in_statement")
        await do(world, world.olga, Income, one.id, "dispute", Dispute(note="Не та ставка"))
    await do(world, world.olga, Income, gone.id, "write_off")
    passing = Transit(**at, amount=D(5000))
    passing.collect(TODAY - timedelta(days=2))
    elsewhere = Transit(deal_id=later.deal_id, payment_id=later.id, amount=D(7000))
    elsewhere.collect(TODAY)
    await add(world, world.olga, passing, elsewhere)


async def planned(world: World) -> tuple[Payment, Payment]:
    """Two instalments of Anna's that have not come."""
    async with world.database.transaction(world.admin) as work:
        mine = select(Deal.id).join(User, User.id == Deal.seller_id).where(User.id == world.anna.id)
        found = select(Payment).where(
            Payment.status == "planned", Payment.deal_id.in_(mine.where(Deal.stage == DealStage.WON))
        )
        first, second, *_ = await work.scalars(found.order_by(Payment.id).limit(2))
        return first, second


def type_of(identity: str) -> type:
    """A record by its name."""
    from admin.views.registry import load

    return load()[identity].record
