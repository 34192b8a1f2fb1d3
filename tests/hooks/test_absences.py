"""Somebody goes away and comes back, and somebody leaves for good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update

import models.undo
from jobs.absences import change_over
from models import clock
from models.absence import Absence
from models.actor import SYSTEM, Actor, Via
from models.changes import create, restore
from models.choices import AbsenceKind, AbsenceStatus, TaskStatus
from models.deal import Deal
from models.deal.stages import HandOff, PutOff
from models.errors import Denied, Invalid, NotFound, Refused
from models.log import actions
from models.people import User
from models.session import Database
from models.task import Task
from models.task.record import Result
from tests import databases
from tests.trade import Begun, Trade, begin, do, reference_rows
from tests.world import World, actor_named


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    return await reference_rows(database)


@pytest.fixture(scope="module")
async def galya(database: Database, world: World) -> Actor:
    """Another seller of Anna's team."""
    async with database.transaction(SYSTEM, Via.JOB, "tests.people") as work:
        anna = await work.get_record(User, world.anna.id)
        work.add(
            User(username="galya@demo.local", full_name="Галина Зотова", role_id=anna.role_id, team_id=anna.team_id)
        )
    return await actor_named(database, "galya@demo.local")


@pytest.fixture(autouse=True)
async def nobody_away(database: Database, world: World) -> AsyncIterator[None]:
    """Each story begins with everybody here."""
    yield
    async with database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        await work.execute(update(Task).values(stands_in_for_id=None))
        await work.execute(delete(Absence))


@pytest.fixture
async def deal(world: World, trade: Trade) -> Begun:
    return await begin(world, trade)


async def away(world: World, who: Actor, **values: Any) -> UUID:
    """Plan an absence, by default Anna's of ten days from today."""
    today = clock.today()
    given = {"user_id": world.anna.id, "starts_on": today, "ends_on": today + timedelta(days=10)} | values
    async with world.database.transaction(who, action="absence.create") as work:
        return (await create(work, Absence, given)).id


async def sees(world: World, who: Actor, deal: UUID) -> bool:
    """Whether somebody sees the deal."""
    async with world.database.transaction(who) as work:
        return await work.scalar(select(Deal.id).where(Deal.id == deal)) is not None


async def tasks_of(world: World, deal: UUID) -> list[Task]:
    """The deal's tasks in the order of their making."""
    async with world.database.transaction(world.admin) as work:
        return list(await work.scalars(select(Task).where(Task.deal_id == deal).order_by(Task.id)))


async def absence_of(world: World, key: UUID) -> Absence:
    async with world.database.transaction(world.admin) as work:
        return await work.get_record(Absence, key)


async def last_action(world: World, slug: str) -> UUID:
    async with world.database.transaction(world.admin) as work:
        found = select(actions.c.id).where(actions.c.slug == slug).order_by(actions.c.at.desc()).limit(1)
        return (await work.scalars(found)).one()


async def test_the_substitute_sees_the_deals_and_has_the_tasks_until_the_other_is_back(
    world: World, galya: Actor, deal: Begun
) -> None:
    assert not await sees(world, galya, deal.deal)
    key = await away(world, world.anna, substitute_id=galya.id)
    assert not await sees(world, galya, deal.deal)

    await do(world, world.anna, Absence, key, "begin")
    assert await sees(world, galya, deal.deal)
    (first,) = await tasks_of(world, deal.deal)
    assert (first.assignee_id, first.stands_in_for_id) == (galya.id, world.anna.id)

    await do(world, world.anna, Absence, key, "come_back")
    (first,) = await tasks_of(world, deal.deal)
    assert (first.assignee_id, first.stands_in_for_id) == (world.anna.id, None)
    assert not await sees(world, galya, deal.deal)
    assert not await sees(world, world.vera, deal.deal)


async def test_what_the_substitute_has_done_stays_theirs(world: World, galya: Actor, deal: Begun) -> None:
    key = await away(world, world.anna, substitute_id=galya.id)
    await do(world, world.anna, Absence, key, "begin")
    (first,) = await tasks_of(world, deal.deal)
    await do(world, galya, Task, first.id, "accept")
    await do(world, galya, Task, first.id, "complete", Result(review_on=clock.today() + timedelta(days=3)))
    await do(world, world.anna, Absence, key, "come_back")
    (first,) = await tasks_of(world, deal.deal)
    assert (first.status, first.assignee_id) == (TaskStatus.DONE, galya.id)


async def test_a_task_that_comes_meanwhile_goes_to_the_substitute(world: World, deal: Begun, galya: Actor) -> None:
    key = await away(world, world.boris, user_id=world.boris.id, substitute_id=galya.id)
    await do(world, world.boris, Absence, key, "begin")
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff(executor_id=world.boris.id))
    calculation = (await tasks_of(world, deal.deal))[-1]
    assert (calculation.assignee_id, calculation.stands_in_for_id) == (galya.id, world.boris.id)


async def test_the_calendar_begins_and_ends_it_once(world: World, deal: Begun, galya: Actor) -> None:
    name = world.database.engine.url.database or ""
    door = Database(databases.url(name, "crm_jobs"))
    key = await away(world, world.anna, substitute_id=galya.id)
    await change_over(door)
    await change_over(door)
    assert (await absence_of(world, key)).status == AbsenceStatus.RUNNING
    yesterday = clock.today() - timedelta(days=1)
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.age") as work:
        values = {"starts_on": yesterday - timedelta(days=5), "ends_on": yesterday}
        await work.execute(update(Absence).where(Absence.id == key).values(**values))
    await change_over(door)
    await door.close()
    assert (await absence_of(world, key)).status == AbsenceStatus.OVER
    assert (await tasks_of(world, deal.deal))[0].assignee_id == world.anna.id


async def test_a_plan_thrown_away_leaves_the_running_one_alone(world: World, galya: Actor, deal: Begun) -> None:
    today = clock.today()
    running = await away(world, world.anna, substitute_id=galya.id)
    await do(world, world.anna, Absence, running, "begin")
    later = {"starts_on": today + timedelta(days=40), "ends_on": today + timedelta(days=50)}
    await do(world, world.head, Absence, await away(world, world.anna, substitute_id=galya.id, **later), "trash")
    (first,) = await tasks_of(world, deal.deal)
    assert (first.assignee_id, first.stands_in_for_id) == (galya.id, world.anna.id)


async def test_out_of_the_trash_the_substitute_has_the_tasks_again(world: World, galya: Actor, deal: Begun) -> None:
    key = await away(world, world.anna, substitute_id=galya.id)
    await do(world, world.anna, Absence, key, "begin")
    await do(world, world.head, Absence, key, "trash")
    (first,) = await tasks_of(world, deal.deal)
    assert (first.assignee_id, first.stands_in_for_id) == (world.anna.id, None)
    async with world.database.transaction(world.head, action="absence.restore") as work:
        await restore(work, Absence, key)
    (first,) = await tasks_of(world, deal.deal)
    assert (first.assignee_id, first.stands_in_for_id) == (galya.id, world.anna.id)


async def test_beginning_is_undone_as_one(world: World, galya: Actor, deal: Begun) -> None:
    key = await away(world, world.anna, substitute_id=galya.id)
    await do(world, world.anna, Absence, key, "begin")
    action = await last_action(world, "absence.begin")
    async with world.database.transaction(world.anna, action="undo") as work:
        await models.undo.undo(work, action)
    assert (await absence_of(world, key)).status == AbsenceStatus.PLANNED
    assert (await tasks_of(world, deal.deal))[0].assignee_id == world.anna.id
    assert not await sees(world, galya, deal.deal)


async def test_everything_is_handed_over_for_good_and_can_be_undone(world: World, deal: Begun, galya: Actor) -> None:
    values = {"substitute_id": galya.id, "kind": AbsenceKind.LEAVING, "ends_on": None}
    key = await away(world, world.head, **values)
    with pytest.raises(Denied):
        await do(world, world.anna, Absence, key, "hand_over")
    async with world.database.transaction(world.head) as work:
        absence = await work.get_record(Absence, key)
        foreseen = await absence.foresee(Absence.__verbs__["hand_over"], work.act())
    async with world.database.transaction(world.admin) as work:
        sold = len((await work.scalars(select(Deal.id).where(Deal.seller_id == world.anna.id))).all())
    assert foreseen[0].number == sold

    await do(world, world.head, Absence, key, "hand_over")
    async with world.database.transaction(world.admin) as work:
        left = await work.scalar(text("SELECT count(*) FROM crm.deals WHERE seller_id = :id"), {"id": world.anna.id})
        got = await work.scalar(text("SELECT count(*) FROM crm.deals WHERE seller_id = :id"), {"id": galya.id})
    assert (left, got) == (0, sold)
    assert (await tasks_of(world, deal.deal))[0].assignee_id == galya.id
    assert await sees(world, galya, deal.deal) and not await sees(world, world.anna, deal.deal)

    action = await last_action(world, "absence.hand_over")
    async with world.database.transaction(world.head, action="undo") as work:
        await models.undo.undo(work, action)
    assert await sees(world, world.anna, deal.deal) and not await sees(world, galya, deal.deal)


async def test_nobody_stands_in_who_is_away_too(world: World, galya: Actor) -> None:
    await away(world, galya, user_id=galya.id, substitute_id=world.boris.id)
    with pytest.raises(Invalid) as refused:
        await away(world, world.anna, substitute_id=galya.id)
    assert "substitute_id" in refused.value.fields


async def test_one_is_away_once_at_a_time_and_comes_back(world: World, galya: Actor) -> None:
    await away(world, world.anna, substitute_id=galya.id)
    with pytest.raises(Invalid) as twice:
        await away(world, world.anna, substitute_id=world.boris.id)
    assert "starts_on" in twice.value.fields
    with pytest.raises(Invalid) as endless:
        await away(world, world.boris, user_id=world.boris.id, substitute_id=galya.id, ends_on=None)
    assert "ends_on" in endless.value.fields
    with pytest.raises(Invalid):
        await away(world, world.boris, user_id=world.boris.id, substitute_id=galya.id, ends_on=date(2020, 1, 1))


async def test_a_seller_plans_for_oneself_only(world: World, galya: Actor) -> None:
    with pytest.raises((Denied, NotFound)):
        await away(world, world.vera, substitute_id=world.vera.id)
    key = await away(world, world.anna, substitute_id=galya.id)
    with pytest.raises((Denied, NotFound)):
        await do(world, world.vera, Absence, key, "begin")


async def test_one_that_is_called_off_leaves_the_days_free(world: World, galya: Actor) -> None:
    key = await away(world, world.anna, substitute_id=galya.id)
    await do(world, world.anna, Absence, key, "call_off")
    with pytest.raises(Refused):
        await do(world, world.anna, Absence, key, "begin")
    assert await away(world, world.anna, substitute_id=galya.id) != key


async def test_the_substitute_has_the_matters_of_the_day(
    world: World, database: Database, deal: Begun, galya: Actor
) -> None:
    """Instalments, renewals and reviews of the deals too, not the tasks alone; and Anna has them again."""
    later = PutOff(review_on=clock.today() + timedelta(days=3))
    await do(world, world.anna, Deal, deal.deal, "put_off", later)
    plan = await away(world, world.anna, substitute_id=galya.id)
    await change_over(database)
    assert await matters(database, world.anna, deal) == 0
    assert await matters(database, galya, deal) > 0
    await do(world, world.anna, Absence, plan, "come_back")
    assert await matters(database, galya, deal) == 0
    assert await matters(database, world.anna, deal) > 0


async def matters(database: Database, who: Actor, deal: Begun) -> int:
    """How many reviews of a deal wait for somebody."""
    told = {"deal": deal.deal, "who": who.id}
    async with database.transaction(who) as work:
        found: int = await work.scalar(
            text("SELECT count(*) FROM crm.attention WHERE kind = 'review' AND deal_id = :deal AND user_id = :who"),
            told,
        )
        return found
