"""Doing a run: claimed in the database, done, and its end written there; whatever carries its id may forget."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from jobs.declared import JOBS, Event, GiveUp, Job, Run, TryAgain
from models import clock
from models.actor import SYSTEM, Via
from models.session import Database, Work, dumps

LOG = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(hours=1)
GRACE = timedelta(seconds=5)
"""A run is another's when its time is over by this much."""
ERROR_LENGTH = 2000

CLAIM = text("SELECT * FROM audit.claim_run(:run, :tries, :given)")
FINISH = text("SELECT audit.finish_run(:run, :attempt)")
FAIL = text("SELECT audit.fail_run(:run, :attempt, :why, :again, :patient)")
RELEASE = text("SELECT audit.release_run(:run, :attempt)")
ORDER = text("SELECT audit.order_run(:job, CAST(:args AS jsonb), :key, :due)")


async def order(
    work: Work, job: str, args: dict[str, Any], *, key: str | None = None, due: datetime | None = None
) -> UUID:
    """Ask for a job, in the transaction of what asks for it; the same key a second time is the same run."""
    found: UUID = await work.scalar(ORDER, {"job": job, "args": dumps(args), "key": key, "due": due})
    return found


async def perform(database: Database, name: str, run_id: UUID) -> None:
    """Do a run unless it is over or in other hands. Nothing is raised: how it ended stands in its row."""
    job = JOBS.get(name)
    if job is None:
        LOG.warning("run %s: this worker knows no job %s, another may", run_id, name)
        return
    run = await claim(database, job, run_id)
    if run is None:
        return
    try:
        async with asyncio.timeout(job.timeout.total_seconds()):
            await _do(database, job, run)
    except asyncio.CancelledError:
        await asyncio.shield(_settle(database, RELEASE, run))
        raise
    except Exception as problem:  # whatever a job raises must not take the worker with it
        await fail(database, job, run, problem)


async def claim(database: Database, job: Job, run_id: UUID) -> Run | None:
    """Take the run; nothing when it is not to be had."""
    given = {"run": run_id, "tries": job.tries, "given": job.timeout + GRACE}
    async with database.engine.begin() as connection:
        found = (await connection.execute(CLAIM, given)).first()
    if found is None:
        return None
    return Run(run_id, job.name, found.attempt, found.args, event_of(found.event) if found.event else None)


async def _do(database: Database, job: Job, run: Run) -> None:
    if not job.inside:
        await job.body(database, run)
    async with database.transaction(SYSTEM, Via.JOB, f"job.{job.name}", action_id=run.id) as work:
        if job.inside:
            await job.body(work, run)
            await work.settle()
        await work.execute(FINISH, {"run": run.id, "attempt": run.attempt})


async def fail(database: Database, job: Job, run: Run, problem: Exception) -> None:
    """Note why, and when to try again: not at all when it is hopeless or was the last try."""
    LOG.warning("run %s of %s failed (try %d of %d): %r", run.id, job.name, run.attempt, job.tries, problem)
    told = {"why": f"{type(problem).__name__}: {problem}"[:ERROR_LENGTH], "again": next_try(job, run, problem)}
    await _settle(database, FAIL, run, patient=isinstance(problem, TryAgain), **told)


def next_try(job: Job, run: Run, problem: Exception) -> datetime | None:
    """When; nothing for a hopeless or a last one."""
    now = clock.now()
    if isinstance(problem, TryAgain):
        return now + problem.after
    if isinstance(problem, GiveUp) or run.attempt >= job.tries:
        return None
    pause: timedelta = min(FIRST_PAUSE * 2 ** (run.attempt - 1), LONGEST_PAUSE)
    return now + pause * random.uniform(0.5, 1.5)  # noqa: S311 - spread, not secrecy


async def _settle(database: Database, statement: Any, run: Run, **told: Any) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(statement, {"run": run.id, "attempt": run.attempt, **told})


def event_of(row: dict[str, Any]) -> Event:
    """A row of the log from its JSON."""
    told: dict[str, Any] = {field.name: row.get(field.name) for field in fields(Event)}
    for name in ("id", "action_id", "actor_id", "record_id", "deal_id", "client_id"):
        told[name] = UUID(told[name]) if told[name] else None
    told["at"] = datetime.fromisoformat(row["at"])
    told |= {"changes": row.get("changes") or {}, "record": row.get("record") or {}}
    return Event(**told)
