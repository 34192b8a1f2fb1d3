"""Reminders: to whom it falls, once for each occasion, their substitute while they are away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from jobs.reminders import remind
from jobs.renewals import find_renewals
from models import clock
from models.absence import Absence
from models.actor import SYSTEM, Actor, Via
from models.choices import Channel
from models.notification import Notification, Preference
from models.policy import Policy
from models.session import Database
from models.task import Task, TaskKind
from seeds.reference.templates import ensure_templates
from tests import databases
from tests.trade import Begun, Trade, add, begin, do, drafted, get, instalments, issue, pay, reference_rows, task_of
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    async with world.database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
    return await reference_rows(world.database)


@pytest.fixture(autouse=True)
async def silence(world: World, trade: Trade) -> None:
    """What other tests left is told already."""
    await reminded(world)
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        await work.execute(delete(Preference))


async def reminded(world: World) -> int:
    """The schedule's job, run as the worker runs it, in the smallest batches."""
    door = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    try:
        return await remind(door, batch=1)
    finally:
        await door.close()


async def heard(world: World, who: Actor, deal: Begun) -> list[str]:
    """What a person was reminded of in a deal, the oldest first."""
    async with world.database.transaction(who) as work:
        mine = select(Notification.title).where(
            Notification.user_id == who.id, Notification.deal_id == deal.deal, Notification.occasion.is_not(None)
        )
        return list(await work.scalars(mine.order_by(Notification.created_at)))


async def insured(world: World, trade: Trade, starts_in: int = 0) -> tuple[Begun, Policy]:
    """A КАСКО policy with one instalment, which falls due on its first day."""
    begun = await begin(world, trade)
    starts_on = clock.today() + starts_in * DAY
    policy = await drafted(world, begun, trade.ingos, "50000.00", starts_on=starts_on)
    await issue(world, policy)
    await reminded_of_the_issue(world)
    return begun, policy


async def reminded_of_the_issue(world: World) -> None:
    """Tasks on the way are not what these tests ask about."""
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        await work.execute(delete(Notification))


async def due_in(world: World, policy: Policy, days: int) -> None:
    """The instalment falls due in so many days."""
    (payment,) = await instalments(world, policy)
    async with world.database.transaction(world.admin, action="payment.update") as work:
        await work.execute(
            update(type(payment)).where(type(payment).id == payment.id).values(due_on=clock.today() + days * DAY)
        )


def shown(days: int) -> str:
    return f"{clock.today() + days * DAY:%d.%m.%Y}"


async def test_an_instalment_reminds_when_it_comes_near_and_when_it_is_late_each_once(
    world: World, trade: Trade
) -> None:
    begun, policy = await insured(world, trade)
    await due_in(world, policy, 3)
    await reminded(world)
    near = f"КАСКО: взнос 1 из 1 до {shown(3)}"
    assert await heard(world, world.anna, begun) == [near]
    assert await reminded(world) == 0, "once"
    await due_in(world, policy, -1)
    await reminded(world)
    late = f"КАСКО: взнос 1 из 1 просрочен, срок был {shown(-1)}"
    assert await heard(world, world.anna, begun) == [near, late]
    assert await reminded(world) == 0
    for stranger in (world.boris, world.vera, world.olga):
        assert await heard(world, stranger, begun) == []


async def test_a_paid_instalment_and_one_that_was_late_long_ago_remind_nobody(world: World, trade: Trade) -> None:
    begun, policy = await insured(world, trade)
    other, old = await insured(world, trade)
    (payment,) = await instalments(world, policy)
    await pay(world, payment)
    await due_in(world, old, -30)
    await reminded(world)
    assert await heard(world, world.anna, begun) == await heard(world, world.anna, other) == []


async def test_an_expiring_policy_reminds_its_seller_once(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    starts_on = clock.today() - 355 * DAY
    policy = await drafted(world, begun, trade.ingos, "50000.00", starts_on=starts_on)
    await issue(world, policy, starts_on=starts_on, ends_on=clock.today() + 10 * DAY)
    for payment in await instalments(world, policy):
        await pay(world, payment)
    await find_renewals(world.database)
    await reminded(world)
    number = (await get(world, world.anna, Policy, policy.id)).number
    assert await heard(world, world.anna, begun) == [f"КАСКО: полис {number} заканчивается {shown(10)}"]
    assert await reminded(world) == 0


async def asked(world: World, begun: Begun, title: str, days: int) -> Task:
    """A task of Boris's that is due in so many days."""
    async with world.database.transaction(world.anna) as work:
        kind = (await work.scalars(select(TaskKind).where(TaskKind.slug == "calculate"))).one()
    told = {"author_id": world.anna.id, "assignee_id": world.boris.id, "due_on": clock.today() + days * DAY}
    await add(world, world.anna, Task(deal_id=begun.deal, kind_id=kind.id, title=title, **told))
    return await task_of(world, begun, "calculate")


async def test_a_task_reminds_its_assignee_on_its_day_and_when_it_is_late(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await asked(world, begun, "Сегодня", 0)
    await asked(world, begun, "Завтра", 1)
    await asked(world, begun, "Вчера", -1)
    await reminded(world)
    told = await heard(world, world.boris, begun)
    assert set(told) == {"Сегодня: срок сегодня", f"Вчера: просрочено, срок был {shown(-1)}"}
    assert await heard(world, world.anna, begun) == []


async def test_who_stands_in_is_reminded_instead(world: World, trade: Trade) -> None:
    begun, policy = await insured(world, trade)
    today = clock.today()
    away = Absence(user_id=world.anna.id, substitute_id=world.vera.id, starts_on=today, ends_on=today + DAY)
    await add(world, world.head, away)
    await do(world, world.head, Absence, away.id, "begin")
    await due_in(world, policy, 2)
    await reminded(world)
    assert await heard(world, world.vera, begun) == [f"КАСКО: взнос 1 из 1 до {shown(2)}"]
    assert await heard(world, world.anna, begun) == []
    await do(world, world.head, Absence, away.id, "come_back")


async def test_who_does_not_want_it_has_nothing_unread(world: World, trade: Trade) -> None:
    begun, policy = await insured(world, trade)
    refused = {"event": "instalment.soon", "channel": Channel.PANEL, "is_wanted": False}
    await add(world, world.anna, Preference(user_id=world.anna.id, **refused))
    await due_in(world, policy, 4)
    await reminded(world)
    async with world.database.transaction(world.anna) as work:
        unread = select(Notification.id).where(
            Notification.deal_id == begun.deal,
            Notification.event == "instalment.soon",
            Notification.read_at.is_(None),
        )
        assert (await work.scalars(unread)).all() == []
