"""A worker's schedule in a process of its own, with its clock in the hands of the test.

`python -m tests.faults.scheduling DATABASE_URL` reads lines: a time, and behind it the name of the entry in whose
middle it is to halt; it answers each with `ran` and the names of what it ran. With GREEDY set it takes all.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime, time
from functools import partial
from uuid import uuid4
from zoneinfo import ZoneInfo

import hooks
import models
from jobs import slots
from jobs.slots import Daily, Entry, Every, run_due
from models.actor import SYSTEM, Via
from models.people import Team
from models.session import Database

HALTED = "halted"
MOSCOW = ZoneInfo("Europe/Moscow")
TIMES = {"night": time(3, 0), "morning": time(9, 30), "evening": time(21, 10)}
OFTEN, MINUTES = "often", 30


async def leave_a_mark(name: str, slot: datetime, halts: bool, database: Database) -> None:
    """A row that tells which slot was done; who halts has begun and not done it."""
    if halts:
        print(HALTED, flush=True)
        await asyncio.Event().wait()
    async with database.transaction(SYSTEM, Via.JOB, f"job.{name}") as work:
        work.add(Team(name=f"mark {name} {slot.isoformat()} {uuid4()}"))


def schedule(now: datetime, halt: str = "") -> list[Entry]:
    """Three daily entries and one of every half an hour, as they are to be done at this time."""

    def of(entry: Entry) -> Entry:
        body = partial(leave_a_mark, entry.name, entry.last_slot(now, MOSCOW), entry.name == halt)
        if isinstance(entry, Daily):
            return Daily(entry.name, entry.at, body)
        return Every(entry.name, entry.minutes, body)

    return [of(entry) for entry in ENTRIES]


async def nothing(_database: Database) -> None:
    """Replaced by what leaves the mark of a time."""


ENTRIES: tuple[Entry, ...] = (*(Daily(name, at, nothing) for name, at in TIMES.items()), Every(OFTEN, MINUTES, nothing))


async def always(*_given: object) -> bool:
    """What a schedule must not be like: no slot is ever another's."""
    return True


async def main(url: str) -> None:
    """Until the input ends."""
    models.load()
    hooks.load()
    if "GREEDY" in os.environ:
        slots._claim = always
    database = Database(url, pool_size=2)
    while line := await asyncio.to_thread(sys.stdin.readline):
        told, _, halt = line.strip().partition(" ")
        now = datetime.fromisoformat(told)
        print("ran", *await run_due(database, schedule(now, halt), now, MOSCOW), flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
