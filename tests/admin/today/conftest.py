"""A morning: Anna has matters of every kind, Boris has a task, the team has a queue, Vera has nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest

from jobs.renewals import find_renewals
from models import clock
from models.deal import Deal
from models.deal.stages import HandOff
from models.payment import Payment
from models.policy import Renewal
from models.task import Task
from models.task.record import Return
from tests.admin.conftest import Browser
from tests.trade import Trade, begin, do, drafted, instalments, issue, pay, reference_rows, rows, task_of
from tests.world import World

HX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Morning:
    """Keys of what needs whom."""

    overdue: UUID
    """An instalment of Anna's that was due yesterday, 30 000 ₽."""
    small: UUID
    """Another that was due ten days ago, 1 000 ₽."""
    renewal: UUID
    returned: UUID
    queued: UUID
    of_boris: UUID


@pytest.fixture(scope="module")
async def morning(world: World) -> Morning:
    trade = await reference_rows(world.database)
    today = clock.today()
    overdue = await in_service(world, trade, trade.ingos, "60000.00", today - timedelta(days=183))
    small = await in_service(world, trade, trade.reso, "2000.00", today - timedelta(days=200))
    await move(world, overdue[1], today - timedelta(days=1))
    await move(world, small[1], today - timedelta(days=10))
    ending = await in_service(world, trade, trade.vsk, "40000.00", today - timedelta(days=340), paid=2)
    await find_renewals(world.database)
    (renewal,) = await rows(world, Renewal, Renewal.policy_id == ending[0].policy_id)
    returned = await handed(world, trade, world.boris.id)
    await do(world, world.boris, Task, returned, "return", Return(reason="нет ПТС"))
    queued = await handed(world, trade, None)
    of_boris = await handed(world, trade, world.boris.id)
    return Morning(overdue[1].id, small[1].id, renewal.id, returned, queued, of_boris)


async def in_service(
    world: World, trade: Trade, insurer: UUID, premium: str, starts_on: date, paid: int = 1
) -> list[Payment]:
    """A policy in two halves, the first of them paid; gives its instalments."""
    policy = await drafted(world, await begin(world, trade), insurer, premium, plan="equal-2", starts_on=starts_on)
    await issue(world, policy)
    parts = await instalments(world, policy)
    for part in parts[:paid]:
        await pay(world, part)
    return parts


async def move(world: World, payment: Payment, due_on: date) -> None:
    """The instalment is due on another day."""
    async with world.database.transaction(world.anna, action="payment.update") as work:
        (await work.get_record(Payment, payment.id)).due_on = due_on


async def handed(world: World, trade: Trade, executor: UUID | None) -> UUID:
    """A deal handed off for calculation; gives its task."""
    begun = await begin(world, trade, name="Передана Мария")
    if executor is None:
        async with world.database.transaction(world.anna, action="deal.update") as work:
            (await work.get_record(Deal, begun.deal)).executor_id = None
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=executor))
    return (await task_of(world, begun, "calculate")).id


async def listed(client: Browser, address: str = "/admin/") -> list[UUID]:
    """The rows of the list, from above."""
    page = await client.get(address, headers=HX)
    assert page.status_code == 200, page.text[:500]
    return [UUID(key) for key in re.findall(r'<li class="matter[^"]*" id="m-([0-9a-f-]+)"', page.text)]
