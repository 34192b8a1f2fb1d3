"""The nine steps from a client's call to received commission: by two people at once, by keys alone, on a telephone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from jobs import notifications, runs
from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from jobs.relay import Due, Relay
from models.session import Database
from settings import settings
from tests import databases
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.journeys.scenario import Scenario
from tests.journeys.ways import TELEPHONE, OnPhone, Typist
from tests.world import World

Play = Callable[..., Awaitable[Scenario]]


@pytest.fixture(scope="module", autouse=True)
def valkey() -> Iterator[None]:
    """Where presence is kept; and no files of earlier runs."""
    for name in ("documents", "incoming"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture
async def ring(reference: World) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What the worker does for notifications: it reads the log and tells people."""
    door = Database(databases.url(str(reference.database.engine.url.database), "crm_jobs"))

    async def perform(run: Due) -> None:
        if run.job in (notifications.notify_of_task.__name__, notifications.notify_of_deal.__name__):
            await runs.perform(door, run.job, run.id)

    async def ring() -> None:
        relay = Relay(door, perform)
        await relay.read()
        await relay.hand_over()

    yield ring
    await door.close()


@pytest.fixture
def play(at_desk: SetUp, ring: Callable[[], Awaitable[None]]) -> Play:
    """The scenario with its people at their pages."""

    async def begin(client: str, phone: str, number: str, **how: object) -> Scenario:
        anna, boris, olga = [await at_desk(login, **how) for login in ("anna", "boris", "olga")]
        scenario = Scenario(anna, boris, olga, ring, client, phone, number)
        await scenario.is_played()
        return scenario

    return begin


async def test_two_people_at_once(play: Play, at_desk: SetUp) -> None:
    scenario = await play("Громов Пётр Ильич", "8 926 111-20-01", "xxx 7351770001", way=Person)
    await vera_finds_nothing(await at_desk("vera"), scenario.anna.page.url)


async def test_with_keys_alone(play: Play) -> None:
    scenario = await play("Ветрова Анна Львовна", "8 926 111-20-02", "xxx 7351770002", way=Typist)
    for person in (scenario.anna, scenario.boris, scenario.olga):
        assert person.clicks.seen == []


async def test_on_a_telephone(play: Play) -> None:
    await play("Лугов Егор Ильич", "8 926 111-20-03", "xxx 7351770003", way=OnPhone, **TELEPHONE)


async def vera_finds_nothing(vera: Person, deal: str) -> None:
    """Another team's seller is told that there is no such page."""
    answer = await vera.page.goto(deal)
    assert answer is not None and answer.status == 404
