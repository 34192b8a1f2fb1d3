"""The worker: relay, schedule and the carrier of runs in one process. Only here is arq known.

arq carries the id of a run and nothing else. It may forget, repeat and vanish: what is to be done stands in
`audit.runs`, and the relay hands over again what nobody has begun.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.constants import in_progress_key_prefix
from arq.worker import Function, Worker, func
from redis.exceptions import RedisError

import hooks
import models
from jobs.clients.amqp import amqp
from jobs.critical import keep_critical
from jobs.declared import BUS, JOBS, MAIL, OUT, PUSH, QUICK, SLOW
from jobs.embedded import redis_url, role_url, running
from jobs.processes import until_told
from jobs.relay import LOST, Due, Relay
from jobs.runs import GRACE, perform
from jobs.schedule import SCHEDULE
from jobs.slots import Entry, run_due
from jobs.subscriptions import SUBSCRIPTIONS, Subscription, load
from models import clock
from models.session import Database
from settings import settings

LOG = logging.getLogger(__name__)
HEARTBEAT_KEY: Final = "polisdesk:worker:heartbeat"
"""When a worker was last alive, ISO 8601 in UTC; read by /health/ready."""
HEARTBEAT_SECONDS: Final = 20
SCHEDULE_SECONDS: Final = 15
CRITICAL_SECONDS: Final = 5
PAUSE_SECONDS: Final = 1.0
POLL_SECONDS: Final = 0.05
AT_ONCE: Final = {QUICK: 16, SLOW: 2, OUT: 4, BUS: 4, MAIL: 4, PUSH: 4}
"""Runs of a queue that one worker does at the same time."""
POOL_SIZE: Final = 12
ABANDONED_SECONDS: Final = 10
"""How long arq may still hold what is handed over again; less than `HANDED_OVER`, or each time would prolong it."""


def queue_name(queue: str) -> str:
    """The key of a queue in Redis."""
    return f"polisdesk:{queue}"


class Carrier:
    """Puts ids of runs into the Redis at an address; without Redis they wait in the database."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.redis: ArqRedis | None = None

    async def __call__(self, due: Due) -> None:
        """Hand a run over. The number of its tries is in the key: arq takes each try once.

        arq keeps what a worker has taken from the others for as long as the longest job of the queue may last. Handed
        over again, it was taken by nobody or by one who died before claiming the run: arq lets it go soon.
        """
        queue = JOBS[due.job].queue if due.job in JOBS else QUICK
        key = f"{due.id}:{due.attempts}"
        try:
            redis = await self.connected()
            if not await redis.enqueue_job("carry", due.job, str(due.id), _job_id=key, _queue_name=queue_name(queue)):
                await redis.expire(in_progress_key_prefix + key, ABANDONED_SECONDS)
        except (RedisError, OSError) as problem:
            LOG.warning("run %s waits, the queue is away: %r", due.id, problem)
            self.redis = None

    async def connected(self) -> ArqRedis:
        """The connection to Redis, one try to make it."""
        if self.redis is None:
            self.redis = await create_pool(redis_settings(self.address), job_serializer=dump)
        return self.redis


def redis_settings(address: str) -> RedisSettings:
    """An address as arq takes it; one try to connect, since we try again ourselves."""
    found = RedisSettings.from_dsn(address)
    found.conn_retries, found.conn_timeout = 0, 2
    return found


def dump(job: dict[str, Any]) -> bytes:
    """JSON instead of pickle: who writes into Redis runs no code here."""
    return json.dumps(job).encode()


async def carry(ctx: dict[str, Any], name: str, run: str) -> None:
    """What arq calls."""
    await perform(ctx["database"], name, UUID(run))


async def work_off(database: Database, address: str, queue: str) -> None:
    """An arq worker for a queue, for ever: begun anew whenever Redis comes back."""
    longest = max((job.timeout for job in JOBS.values() if job.queue == queue), default=timedelta(seconds=30))
    function: Function = func(carry, name="carry", keep_result=0, timeout=longest + GRACE, max_tries=1000)
    while True:
        worker = Worker(
            functions=[function],
            queue_name=queue_name(queue),
            redis_settings=redis_settings(address),
            max_jobs=AT_ONCE[queue],
            poll_delay=POLL_SECONDS,
            keep_result=0,
            handle_signals=False,
            job_serializer=dump,
            job_deserializer=json.loads,
            ctx={"database": database},
            log_results=False,
        )
        try:
            await worker.async_run()
        except (RedisError, OSError) as problem:
            LOG.warning("the queue %s is away: %r", queue, problem)
            await asyncio.sleep(PAUSE_SECONDS)
        finally:
            with suppress(RedisError, OSError, asyncio.CancelledError):
                await worker.close()


async def beat(carrier: Carrier) -> None:
    """Says that this worker lives."""
    with suppress(RedisError, OSError):
        redis = await carrier.connected()
        await redis.set(HEARTBEAT_KEY, clock.now().isoformat(), ex=HEARTBEAT_SECONDS * 3)


async def tick(database: Database, entries: Sequence[Entry]) -> None:
    """Run what of these is due; what fails is in its slot and in the log."""
    try:
        await run_due(database, entries, clock.now(), settings.zone)
    except Exception:  # one entry of the schedule must not end the others
        LOG.exception("an entry of the schedule failed")


def lines(schedule: Sequence[Entry]) -> list[list[Entry]]:
    """What is done one after the other, and each that takes long in a line of its own."""
    return [[one for one in schedule if not one.takes_long], *([one] for one in schedule if one.takes_long)]


async def keep(database: Database) -> None:
    """Keep critical events for longer than the log."""
    await keep_critical(database)


async def every(seconds: float, body: Callable[[], Awaitable[None]]) -> None:
    """Again and again, with a pause."""
    while True:
        try:
            await body()
        except LOST as problem:
            LOG.warning("the worker has lost the database: %r", problem)
        await asyncio.sleep(seconds)


async def work(database: Database, address: str, subscriptions: tuple[Subscription, ...] = SUBSCRIPTIONS) -> None:
    """Everything that the worker does, until it is cancelled; `address` is the queue's."""
    carrier = Carrier(address)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(Relay(database, carrier, subscriptions).run())
            for line in lines(SCHEDULE):
                group.create_task(every(SCHEDULE_SECONDS, partial(tick, database, line)))
            group.create_task(every(CRITICAL_SECONDS, lambda: keep(database)))
            group.create_task(every(HEARTBEAT_SECONDS, lambda: beat(carrier)))
            for queue in AT_ONCE:
                group.create_task(work_off(database, address, queue))
    finally:
        await amqp().close()
        await database.close()


async def _until_told() -> None:
    database = Database(role_url("crm_jobs"), pool_size=POOL_SIZE)
    await until_told(asyncio.create_task(work(database, redis_url())))


def run() -> None:
    """Works until SIGINT or SIGTERM; a queue or a database that goes away is waited for."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("arq").setLevel(logging.WARNING)
    models.load()
    hooks.load()
    load()
    with running(postgres=True, valkey=True):
        asyncio.run(_until_told())
