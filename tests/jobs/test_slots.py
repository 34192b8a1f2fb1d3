"""The schedule's slots: caught up, never twice, taken over from a worker that died."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from jobs.schedule import SCHEDULE
from jobs.slots import Daily, run_due
from jobs.worker import lines
from models.session import Database
from tests import databases
from tests.world import World

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def jobs_door(world: World) -> AsyncIterator[Database]:
    """The database as the worker's role reaches it, with no slot in it."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    async with opened.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.slots"))
    yield opened
    await opened.close()


def counting(name: str, ran: list[str]) -> Daily:
    """A job at 03:00 in Moscow that counts itself."""

    async def run(_: Database) -> None:
        ran.append(name)

    return Daily(name, time(3, 0), run)


async def test_a_missed_slot_is_caught_up_once(jobs_door: Database) -> None:
    ran: list[str] = []
    schedule = [counting("derive", ran)]
    assert await run_due(jobs_door, schedule, NOON, MOSCOW) == ["derive"]
    assert await run_due(jobs_door, schedule, NOON + timedelta(hours=1), MOSCOW) == []
    assert await run_due(jobs_door, schedule, NOON + timedelta(days=1), MOSCOW) == ["derive"]
    assert len(ran) == 2


async def test_many_workers_run_a_slot_once(jobs_door: Database) -> None:
    ran: list[str] = []
    await asyncio.gather(*(run_due(jobs_door, [counting("one", ran)], NOON, MOSCOW) for _ in range(8)))
    assert ran == ["one"]


async def test_a_slot_of_a_dead_worker_is_taken_over(jobs_door: Database) -> None:
    ran: list[str] = []
    entry = counting("dead", ran)
    async with jobs_door.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO audit.slots (name, slot, started_at) VALUES ('dead', :slot, :at)"),
            {"slot": entry.last_slot(NOON, MOSCOW), "at": NOON},
        )
    assert await run_due(jobs_door, [entry], NOON + timedelta(minutes=30), MOSCOW) == []
    assert await run_due(jobs_door, [entry], NOON + timedelta(minutes=90), MOSCOW) == ["dead"]


async def test_a_failure_is_kept_in_its_slot(jobs_door: Database) -> None:
    async def fail(_: Database) -> None:
        raise ZeroDivisionError("by nothing")

    ran: list[str] = []
    with pytest.raises(ZeroDivisionError):
        await run_due(jobs_door, [Daily("bad", time(3, 0), fail), counting("good", ran)], NOON, MOSCOW)
    assert ran == ["good"]
    async with jobs_door.engine.connect() as connection:
        kept = await connection.execute(text("SELECT name, error FROM audit.slots ORDER BY name"))
        assert [tuple(row) for row in kept] == [("bad", "ZeroDivisionError: by nothing"), ("good", None)]


async def test_what_a_leaving_worker_had_begun_is_for_the_next_one(jobs_door: Database) -> None:
    begun, ran = asyncio.Event(), list[str]()

    async def wait(_: Database) -> None:
        begun.set()
        await asyncio.Event().wait()

    leaving = asyncio.create_task(run_due(jobs_door, [Daily("absences", time(3, 0), wait)], NOON, MOSCOW))
    await begun.wait()
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await run_due(jobs_door, [counting("absences", ran)], NOON, MOSCOW) == ["absences"]


def test_nothing_waits_for_what_takes_long() -> None:
    together, *apart = lines(SCHEDULE)
    assert sorted(line[0].name for line in apart) == ["backup", "derive", "documents", "shares"]
    assert {one.name for one in together} >= {"absences", "renewals", "stale", "critical"}
    assert sum(map(len, (together, *apart))) == len(SCHEDULE)


async def test_every_job_of_the_schedule_runs(jobs_door: Database) -> None:
    assert await run_due(jobs_door, SCHEDULE, NOON, MOSCOW) == [entry.name for entry in SCHEDULE]
