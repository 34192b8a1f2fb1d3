"""Slots of the schedule as rows: a missed one is caught up, none runs twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, text

from models.session import Database

ABANDONED = timedelta(hours=1)
"""A slot that was begun and not finished for this long belongs to a worker that died."""

KEPT = timedelta(days=30)

CLAIM = text(
    "INSERT INTO audit.slots (name, slot, started_at) VALUES (:name, :slot, :now)"
    " ON CONFLICT (name, slot) DO UPDATE SET started_at = excluded.started_at"
    " WHERE slots.finished_at IS NULL AND slots.started_at < :abandoned RETURNING name"
)
FORGET = text("DELETE FROM audit.slots WHERE finished_at < now() - CAST(:kept AS interval)")
GIVE_BACK = text("DELETE FROM audit.slots WHERE name = :name AND slot = :slot AND finished_at IS NULL")
FINISH = text("UPDATE audit.slots SET finished_at = :now, error = :error WHERE name = :name AND slot = :slot")


@dataclass(frozen=True)
class Daily:
    """A job and the time of day, in the brokerage's zone, at which its slot falls."""

    name: str
    at: time
    run: Callable[[Database], Awaitable[object]]
    takes_long: bool = False
    """The others do not wait for it."""

    def last_slot(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The newest slot that has come."""
        here = now.astimezone(zone)
        today = datetime.combine(here.date(), self.at, zone)
        return today if today <= here else datetime.combine(here.date() - timedelta(days=1), self.at, zone)


@dataclass(frozen=True)
class Every:
    """A job whose slots follow each other after so many minutes."""

    name: str
    minutes: int
    run: Callable[[Database], Awaitable[object]]
    takes_long: bool = False
    """The others do not wait for it."""

    def last_slot(self, now: datetime, _zone: ZoneInfo) -> datetime:
        """The newest slot that has come."""
        past = timedelta(minutes=now.minute % self.minutes, seconds=now.second, microseconds=now.microsecond)
        return now - past


Entry = Daily | Every


async def run_due(database: Database, schedule: Sequence[Entry], now: datetime, zone: ZoneInfo) -> list[str]:
    """Run what is due and nobody has begun; gives the names of what ran.

    An error is kept in its slot; the first one is raised when the others have run. A slot that is cancelled, since the
    worker has to leave, is given back for the next worker.
    """
    ran, failed = [], []
    for entry in schedule:
        slot = {"name": entry.name, "slot": entry.last_slot(now, zone)}
        if not await _claim(database, slot, now):
            continue
        try:
            await entry.run(database)
        except asyncio.CancelledError:
            await _settle(database, GIVE_BACK, slot)
            raise
        except Exception as problem:
            failed.append(problem)
            await _settle(database, FINISH, {**slot, "now": now, "error": f"{type(problem).__name__}: {problem}"})
        else:
            await _settle(database, FINISH, {**slot, "now": now, "error": None})
            ran.append(entry.name)
    if failed:
        raise failed[0]
    return ran


async def forget_old(database: Database) -> None:
    """Slots that were done long ago."""
    async with database.engine.begin() as connection:
        await connection.execute(FORGET, {"kept": KEPT})


async def _claim(database: Database, slot: dict[str, object], now: datetime) -> bool:
    async with database.engine.begin() as connection:
        claimed = await connection.execute(CLAIM, {**slot, "now": now, "abandoned": now - ABANDONED})
        return claimed.first() is not None


async def _settle(database: Database, statement: TextClause, told: dict[str, object]) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement, told)
