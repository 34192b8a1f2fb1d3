"""Slots of the schedule as rows: a missed one is caught up, none runs twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

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
FINISH = text("UPDATE audit.slots SET finished_at = :now, error = :error WHERE name = :name AND slot = :slot")


@dataclass(frozen=True)
class Daily:
    """A job and the time of day, in the brokerage's zone, at which its slot falls."""

    name: str
    at: time
    run: Callable[[Database], Awaitable[object]]

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

    def last_slot(self, now: datetime, _zone: ZoneInfo) -> datetime:
        """The newest slot that has come."""
        past = timedelta(minutes=now.minute % self.minutes, seconds=now.second, microseconds=now.microsecond)
        return now - past


async def run_due(database: Database, schedule: Sequence[Daily | Every], now: datetime, zone: ZoneInfo) -> list[str]:
    """Run what is due and nobody has begun; gives the names of what ran. An error is kept in the slot and raised."""
    ran = []
    for entry in schedule:
        slot = {"name": entry.name, "slot": entry.last_slot(now, zone)}
        if not await _claim(database, slot, now):
            continue
        error: str | None = "cancelled"
        try:
            await entry.run(database)
            error = None
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
            raise
        finally:
            async with database.engine.begin() as connection:
                await connection.execute(FINISH, {**slot, "now": now, "error": error})
        ran.append(entry.name)
    return ran


async def forget_old(database: Database) -> None:
    """Slots that were done long ago."""
    async with database.engine.begin() as connection:
        await connection.execute(FORGET, {"kept": KEPT})


async def _claim(database: Database, slot: dict[str, object], now: datetime) -> bool:
    async with database.engine.begin() as connection:
        claimed = await connection.execute(CLAIM, {**slot, "now": now, "abandoned": now - ABANDONED})
        return claimed.first() is not None
