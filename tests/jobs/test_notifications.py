"""Who is told of what: who is to do it, who asked for it, nobody of their own doing, nobody who sees nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, select

from jobs import notifications, runs
from jobs.notifications import filled
from jobs.relay import Due, Relay
from models import clock
from models.actor import SYSTEM, Actor, Via
from models.choices import Channel
from models.deal import Deal
from models.deal.stages import HandOff, Transfer
from models.document import Document
from models.notification import Notification, Preference
from models.session import Database
from models.task import Task
from models.task.record import Return
from seeds.reference.templates import ensure_templates
from tests import databases
from tests.trade import Begun, Trade, begin, do, reference_rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
    return await reference_rows(database)


@pytest.fixture
async def door(world: World, trade: Trade) -> AsyncIterator[Database]:
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await worked_off(opened)
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        await work.execute(delete(Notification))
        await work.execute(delete(Preference))
    yield opened
    await opened.close()


@pytest.fixture
async def deal(world: World, trade: Trade, door: Database) -> Begun:
    return await begin(world, trade)


async def worked_off(door: Database) -> None:
    """Read the log and do every run that it asks for."""
    due: list[Due] = []

    async def carry(run: Due) -> None:
        due.append(run)

    relay = Relay(door, carry)
    await relay.read()
    await relay.hand_over()
    for run in due:
        await runs.perform(door, run.job, run.id)


async def told(world: World, door: Database, who: Actor) -> list[str]:
    """What a person has been told, the oldest first."""
    await worked_off(door)
    async with world.database.transaction(who) as work:
        mine = select(Notification.title).where(Notification.user_id == who.id).order_by(Notification.created_at)
        return list(await work.scalars(mine))


async def newest_task(world: World, deal: Begun) -> Task:
    async with world.database.transaction(world.admin) as work:
        found = select(Task).where(Task.deal_id == deal.deal).order_by(Task.created_at.desc()).limit(1)
        return (await work.scalars(found)).one()


async def test_a_hand_off_rings_the_executor_and_its_return_the_seller(
    world: World, door: Database, deal: Begun
) -> None:
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff(executor_id=world.boris.id))
    due = (await newest_task(world, deal)).due_on
    assert due is not None
    asked = f"calculate: Анна Сергеева просит вас, срок {due:%d.%m.%Y}"
    assert await told(world, door, world.boris) == [asked], "one bell for one hand-off"
    assert await told(world, door, world.anna) == [], "nobody hears of their own doing"
    assert await told(world, door, world.vera) == []

    task = await newest_task(world, deal)
    await do(world, world.boris, Task, task.id, "return", Return(reason="Нет СТС"))
    assert await told(world, door, world.anna) == ["calculate: Борис Орлов возвращает. Нет СТС"]
    assert await told(world, door, world.anna) == ["calculate: Борис Орлов возвращает. Нет СТС"], "once"


async def test_a_deal_that_is_given_without_a_task_rings_too(world: World, door: Database, deal: Begun) -> None:
    await do(world, world.anna, Deal, deal.deal, "transfer", Transfer(executor_id=world.boris.id))
    assert await told(world, door, world.boris) == ["Анна Сергеева передаёт вам сделку"]


async def test_the_queue_rings_executors_of_the_team(world: World, door: Database, deal: Begun) -> None:
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff())
    assert len(await told(world, door, world.boris)) == 1
    assert await told(world, door, world.head) == await told(world, door, world.vera) == []


async def test_who_does_not_want_to_hear_it_does_not(world: World, door: Database, deal: Begun) -> None:
    async with world.database.transaction(world.boris, action="preference.create") as work:
        for event in ("task.sent", "deal.given"):
            work.add(Preference(user_id=world.boris.id, event=event, channel=Channel.PANEL, is_wanted=False))
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff(executor_id=world.boris.id))
    assert await told(world, door, world.boris) == []


@pytest.mark.parametrize(
    ("template", "facts", "text"),
    [
        ("{task}: готово, {actor}. {result}", {"task": "Рассчитать", "actor": "Борис"}, "Рассчитать: готово, Борис"),
        ("{deal} · {client}", {"deal": "D-1", "client": "ООО «Ёлка»"}, "D-1 · ООО «Ёлка»"),
        ("до {due}", {"due": clock.today().replace(2026, 2, 1)}, "до 01.02.2026"),
        ("{__class__} {0} {deal.id}", {"deal": "D-1"}, "{deal.id}"),
    ],
)
def test_words_are_filled_in_and_nothing_else(template: str, facts: dict[str, object], text: str) -> None:
    assert filled(template, facts, "ru") == text


def test_jobs_of_this_page_are_declared() -> None:
    assert {notifications.notify_of_task.__name__, notifications.notify_of_deal.__name__} <= set(runs.JOBS)


def paper_of(deal: Begun, who: Actor, name: str) -> Document:
    told = {"media_type": "application/pdf", "size": 1, "sha256": "0" * 64, "uploaded_by_id": who.id}
    return Document(deal_id=deal.deal, name=name, storage_key=f"x/{deal.deal}/{name}", **told)


async def test_a_file_that_is_not_found_rings_the_seller_once_until_it_is_read(
    world: World, door: Database, deal: Begun
) -> None:
    names = ("Скан.pdf", "Полис.pdf")
    async with world.database.transaction(world.anna, action="document.create") as work:
        papers = [paper_of(deal, world.anna, name) for name in names]
        work.add_all(papers)
    for paper in papers:
        async with world.database.transaction(SYSTEM, Via.JOB, "documents.sweep") as work:
            (await work.get_record(Document, paper.id)).missing_since = work.at
    (title,) = await told(world, door, world.anna)
    assert title == "Файл не найден на диске: Скан.pdf"
    assert await told(world, door, world.boris) == []
