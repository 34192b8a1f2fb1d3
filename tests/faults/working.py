"""A worker in a process of its own, as in real life, with a job that leaves a mark for each time that it was done.

`python -m tests.faults.working DATABASE_URL REDIS_URL`; with HASTY set it ends a run before doing it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys

import hooks
import models
from jobs import runs
from jobs.declared import Job, Run, job
from jobs.processes import until_told
from jobs.subscriptions import Subscription, load
from jobs.worker import work
from models.actor import SYSTEM, Via
from models.people import Team
from models.session import Database, Work

SUBSCRIPTIONS = (Subscription("leave_a_mark", ("crm.client.created",)),)
CLUMSY = 0.05
"""The share of tries that fail."""


@job(tries=50, seconds=8)
async def leave_a_mark(work: Work, run: Run) -> None:
    """A row that tells of which client it is; now and then it fails half-way."""
    work.add(Team(name=f"mark {run.cause.record_id} {run.attempt}"))
    await work.flush()
    if random.random() < CLUMSY:
        raise ConnectionError("clumsy")


async def do_hastily(database: Database, job: Job, run: Run) -> None:
    """What a worker must not do: the end is written first, in a transaction of its own."""
    async with database.transaction(SYSTEM, Via.JOB, f"job.{job.name}", action_id=run.id) as work:
        await work.execute(runs.FINISH, {"run": run.id, "attempt": run.attempt})
    async with database.transaction(SYSTEM, Via.JOB, f"job.{job.name}") as work:
        await job.body(work, run)


async def main(database: str, redis: str) -> None:
    """Until SIGTERM."""
    models.load()
    hooks.load()
    load()
    if "HASTY" in os.environ:
        runs._do = do_hastily
    await until_told(asyncio.create_task(work(Database(database, pool_size=8), redis, SUBSCRIPTIONS)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
