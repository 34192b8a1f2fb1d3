"""Works recalculations off: batches of a short transaction each, their place kept in the run's own row.

Killed anywhere, it goes on from the last batch that was committed. Nothing is held in memory but a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from types import MappingProxyType
from typing import Final
from uuid import UUID

from jobs.declared import SLOW, Run, errand
from jobs.runs import order
from models.actor import SYSTEM, Actor, Via
from models.choices import RecalculationStatus
from models.errors import Refused
from models.people import User
from models.recalculation import Recalculation
from models.session import Database

BATCH: Final = 250
"""Policies of one transaction: people who want one of them wait no longer than it takes."""
SLICE: Final = timedelta(seconds=10)
"""What one run does before it orders the next: a worker that dies is replaced soon after the run's time is over."""
PATIENCE: Final = "SET LOCAL lock_timeout = '500ms'"
"""Who holds a line comes first; the batch is tried again a little later."""
PAUSE: Final = 0.3
IN_THE_WAY: Final = frozenset({"40001", "40P01", "55P03"})
"""What PostgreSQL says when somebody else is at work on the same rows."""
STEPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        RecalculationStatus.PLANNED: ("recalculation.look", "SELECT crm.preview_recalculation($1, $2)"),
        RecalculationStatus.RUNNING: ("recalculation.write", "SELECT crm.apply_recalculation($1, $2)"),
        RecalculationStatus.UNDOING: ("recalculation.put_back", "SELECT crm.undo_recalculation($1, $2)"),
    }
)
"""By the run's state: the slug of what is done, and the function that does a batch of it."""


@errand(tries=50, seconds=30, queue=SLOW)
async def recalculate(database: Database, run: Run) -> None:
    """Work at a recalculation for a while; order the next while when it is not over."""
    key = UUID(str(run.args["recalculation"])) if run.event is None else run.cause.record_id
    assert key is not None
    if await work_at(database, key, SLICE):
        async with database.transaction(SYSTEM, Via.JOB, "job.recalculate") as work:
            await order(work, "recalculate", {"recalculation": str(key)}, key=f"after {run.id}")


async def work_at(database: Database, key: UUID, time: timedelta | None = None, batch: int = BATCH) -> bool:
    """Do batches until nothing is left, or for a time; whether anything is left."""
    until = monotonic() + time.total_seconds() if time else None
    while await step(database, key, batch):
        if until is not None and monotonic() > until:
            return True
    return False


async def step(database: Database, key: UUID, batch: int = BATCH) -> bool:
    """One batch in a transaction of its own; whether there may be another."""
    async with database.transaction(SYSTEM) as work:
        found = await work.get(Recalculation, key)
        if found is None or found.status not in STEPS:
            return False
        actor = whose(found, await work.get(User, found.ordered_by_id))
    slug, statement = STEPS[found.status]
    action = {RecalculationStatus.RUNNING: found.action_id, RecalculationStatus.UNDOING: found.undo_action_id}
    try:
        async with database.transaction(
            actor, Via.JOB, slug, action_id=action.get(RecalculationStatus(found.status))
        ) as work:
            await work.driver.fetch(PATIENCE)
            ((done,),) = await work.driver.fetch(statement, key, batch)
    except Refused as problem:
        if getattr(problem.__cause__, "sqlstate", "") not in IN_THE_WAY:
            raise
        await asyncio.sleep(PAUSE)
        return True
    return bool(done)


def whose(found: Recalculation, person: User | None) -> Actor:
    """The batches are the work of who ordered the run, seen by the system's eyes."""
    return replace(SYSTEM, id=found.ordered_by_id, name=person.full_name if person else SYSTEM.name)
