"""Three schedules at once and a clock over many slots, some of them killed in the middle: each slot is done once."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import text

from models.session import Database
from tests import databases
from tests.faults.scheduling import ENTRIES, HALTED, MOSCOW, OFTEN, TIMES
from tests.faults.test_worker import ROOT
from tests.world import World

START, STEP = datetime(2026, 11, 2, 7, 0, tzinfo=UTC), timedelta(minutes=20)
PATIENCE = 60
SCHEDULERS = 3
MARKS = text("SELECT name FROM auth.teams WHERE name LIKE 'mark %'")
LEFT = text("SELECT name, slot FROM audit.slots WHERE finished_at IS NULL")


class Slot(NamedTuple):
    """When something is to be done."""

    name: str
    at: datetime

    @property
    def mark(self) -> str:
        """How the row begins that tells that it was done."""
        return f"mark {self.name} {self.at.isoformat()}"


class Scheduler:
    """A schedule in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def ask(self, now: datetime, halt: str = "") -> str:
        """Tell it the time; gives its answer."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{now.isoformat()} {halt}\n".encode())
        return (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)).decode().strip()

    async def kill(self) -> None:
        """By kill -9."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


async def start(url: str, **environment: str) -> Scheduler:
    """One more."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.faults.scheduling", url)
    told = os.environ | environment
    return Scheduler(await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=told, stdin=pipe, stdout=pipe))


@asynccontextmanager
async def several(url: str, **environment: str) -> AsyncIterator[list[Scheduler]]:
    """Some at once."""
    found = [await start(url, **environment) for _one in range(SCHEDULERS)]
    try:
        yield found
    finally:
        for one in found:
            await one.kill()


@pytest.fixture
async def jobs_url(world: World) -> AsyncIterator[str]:
    """The worker's address of the module's database, with no slot and no mark in it."""
    url = databases.url(world.database.engine.url.database or "", "crm_jobs")
    door = Database(url)
    async with door.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.slots"))
    await door.close()
    async with world.database.transaction(world.admin, action="tests.clean") as work:
        await work.execute(text("DELETE FROM auth.teams WHERE name LIKE 'mark %'"))
    yield url


async def marks(world: World) -> Counter[str]:
    """How often each slot was done."""
    async with world.database.transaction(world.admin) as work:
        return Counter(name.rpartition(" ")[0] for name in await work.scalars(MARKS))


def due(now: datetime) -> set[Slot]:
    """The newest slot of each entry."""
    return {Slot(entry.name, entry.last_slot(now, MOSCOW)) for entry in ENTRIES}


def times(days: int) -> list[datetime]:
    """The clock's steps."""
    return [START + n * STEP for n in range(int(timedelta(days=days) / STEP))]


def deaths(clock: list[datetime], number: int) -> dict[datetime, Slot]:
    """At so many steps somebody dies in the middle of a slot that has just come: daily ones, and one of the others."""
    fresh = {now: due(now) - due(now - STEP) for now in clock[1 : -timedelta(hours=2) // STEP]}
    daily = [(now, slot) for now, slots in fresh.items() for slot in slots if slot.name in TIMES]
    often = [(now, slot) for now, slots in fresh.items() for slot in slots if len(slots) == 1 and slot.name == OFTEN]
    return dict([*random.sample(daily, number), random.choice(often)])


async def pass_time(url: str, schedulers: list[Scheduler], clock: list[datetime], dying: dict[datetime, Slot]) -> None:
    """Everybody is told every time at once; who dies is told first, and another one begins in their place."""
    for now in clock:
        if now in dying:
            victim = schedulers.pop(random.randrange(len(schedulers)))
            assert await victim.ask(now, dying[now].name) == HALTED
            await victim.kill()
            schedulers.append(await start(url))
        await asyncio.gather(*(one.ask(now) for one in schedulers))


@pytest.mark.parametrize(("days", "killed"), [(2, 2), pytest.param(60, 30, marks=pytest.mark.soak)])
async def test_each_slot_is_done_once_whoever_dies(world: World, jobs_url: str, days: int, killed: int) -> None:
    """A daily slot whose worker dies is another's after an hour; of the frequent ones the next one takes its place."""
    clock = times(days)
    dying = deaths(clock, killed)
    async with several(jobs_url) as schedulers:
        await pass_time(jobs_url, schedulers, clock, dying)
    found, wanted = await marks(world), set().union(*map(due, clock))
    passed_over = {slot for slot in dying.values() if slot.name == OFTEN}
    print({"slots": len(wanted), "done": found.total(), "killed": len(dying), "twice": found.total() - len(found)})
    assert set(found) == {slot.mark for slot in wanted - passed_over}
    assert set(found.values()) == {1}
    async with world.database.transaction(world.admin) as work:
        assert {Slot(row.name, row.slot.astimezone(MOSCOW)) for row in await work.execute(LEFT)} == passed_over


async def test_the_check_sees_a_schedule_that_takes_what_is_anothers(world: World, jobs_url: str) -> None:
    """Negative control: such schedules do a slot once each, and again at every step."""
    async with several(jobs_url, GREEDY="yes") as schedulers:
        await pass_time(jobs_url, schedulers, times(1)[:2], {})
    assert max((await marks(world)).values()) > 1
