"""A worker in a process of its own that recalculates, in small batches and with little patience for the dead.

Relay and runs are the real ones; nothing stands between them. `python -m tests.faults.recalculating DATABASE_URL`; with
HASTY set it notes its place after the batch, apart.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

import hooks
import models
from jobs import recalculation, relay, runs
from jobs.declared import JOBS
from jobs.processes import until_told
from jobs.relay import Due, Relay
from jobs.runs import perform
from jobs.subscriptions import RECALCULATING, Subscription, load
from models.actor import SYSTEM
from models.recalculation import Recalculation
from models.session import Database

SUBSCRIPTIONS = (Subscription("recalculate", RECALCULATING),)
BATCH = 4
PLACE = text("UPDATE crm.recalculations SET place = :place WHERE id = :key AND status = 'running'")


async def hastily(database: Database, key: UUID, batch: int = BATCH) -> bool:
    """What must not be: the batch stands, and its place is noted later."""
    async with database.transaction(SYSTEM) as work:
        before = (await work.get_record(Recalculation, key)).place
    is_more = await careful(database, key, BATCH)
    async with database.transaction(SYSTEM) as work:
        run = await work.get_record(Recalculation, key)
        after, is_in_the_middle = run.place, run.lines < run.applied * 3 < run.lines * 1.4
        await work.execute(PLACE, {"key": key, "place": before})
    await asyncio.sleep(0.7 if is_in_the_middle else 0)
    async with database.transaction(SYSTEM) as work:
        await work.execute(PLACE, {"key": key, "place": after})
    return is_more


async def slowly(database: Database, key: UUID, batch: int = BATCH) -> bool:
    """As it is, but time enough to be killed."""
    await asyncio.sleep(0.01)
    return await careful(database, key, BATCH)


careful = recalculation.step


async def main(url: str) -> None:
    """Until SIGTERM."""
    models.load()
    hooks.load()
    load()
    JOBS["recalculate"] = replace(JOBS["recalculate"], timeout=timedelta(seconds=1.5))
    runs.GRACE, relay.HANDED_OVER = timedelta(seconds=0.5), timedelta(seconds=2)
    recalculation.SLICE = timedelta(seconds=0.5)  # type: ignore[misc]
    recalculation.step = hastily if "HASTY" in os.environ else slowly
    database = Database(url, pool_size=8)

    async def carry(due: Due) -> None:
        await perform(database, due.job, due.id)

    await until_told(asyncio.create_task(Relay(database, carry, SUBSCRIPTIONS).run()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
