"""What the page asks the database: how far the log is read, what runs wait or died, when the schedule came round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text

from jobs.schedule import SCHEDULE
from jobs.slots import Daily, Every
from models.session import Work

COUNTED = 10_000
DEAD_SHOWN = 50
LAG = text(
    "SELECT c.name, (SELECT count(*) FROM (SELECT FROM audit.events e WHERE e.epoch = c.epoch"
    " AND (e.xid, e.seq) > (c.xid, c.seq) LIMIT :most) AS capped) AS behind,"
    " (SELECT e.at FROM audit.events e WHERE e.epoch = c.epoch AND (e.xid, e.seq) > (c.xid, c.seq)"
    " ORDER BY e.xid, e.seq LIMIT 1) AS oldest FROM audit.cursors c ORDER BY c.name"
)
RUNS = text(
    "SELECT job, count(*) FILTER (WHERE state = 'waiting') AS waiting,"
    " count(*) FILTER (WHERE state = 'running') AS running,"
    " count(*) FILTER (WHERE state = 'done' AND finished_at > now() - interval '1 day') AS done,"
    " count(*) FILTER (WHERE state = 'dead') AS dead,"
    " min(created_at) FILTER (WHERE state = 'waiting') AS oldest FROM audit.runs GROUP BY job ORDER BY job"
)
DEAD = text(
    "SELECT id, job, attempts, error, created_at, finished_at FROM audit.runs WHERE state = 'dead'"
    " ORDER BY finished_at DESC LIMIT :most"
)
SLOTS = text(
    "SELECT DISTINCT ON (name) name, slot, started_at, finished_at, error FROM audit.slots ORDER BY name, slot DESC"
)


class Slot(NamedTuple):
    """An entry of the schedule: when it runs, when it last began and how that ended, when it comes next."""

    name: str
    begun: datetime | None
    ended: datetime | None
    error: str
    comes: datetime


class State(NamedTuple):
    """All that the page shows of the database."""

    readers: Sequence[Any]
    runs: Sequence[Any]
    dead: Sequence[Any]
    slots: list[Slot]


async def state_of(work: Work, zone: ZoneInfo) -> State:
    """Ask for everything, as an administrator."""
    readers = (await work.execute(LAG, {"most": COUNTED})).all()
    runs = (await work.execute(RUNS)).all()
    dead = (await work.execute(DEAD, {"most": DEAD_SHOWN})).all()
    last = {row.name: row for row in await work.execute(SLOTS)}
    return State(readers, runs, dead, [slot_of(entry, last.get(entry.name), work.at, zone) for entry in SCHEDULE])


def slot_of(entry: Daily | Every, last: Any, now: datetime, zone: ZoneInfo) -> Slot:
    """An entry with its last slot."""
    comes = next_slot(entry, now, zone)
    if last is None:
        return Slot(entry.name, None, None, "", comes)
    return Slot(entry.name, last.started_at, last.finished_at, last.error or "", comes)


def next_slot(entry: Daily | Every, now: datetime, zone: ZoneInfo) -> datetime:
    """When it comes round next."""
    step = timedelta(minutes=entry.minutes) if isinstance(entry, Every) else timedelta(days=1)
    return entry.last_slot(now, zone) + step
