"""The arq worker: the only place, with the relay, that knows arq."""

import json
from typing import Any, Final

from arq import cron
from arq.connections import RedisSettings
from arq.worker import run_worker
from redis.exceptions import ConnectionError as RedisConnectionError

import hooks
import models
from jobs.embedded import CannotStart, redis_url, role_url, running
from jobs.schedule import SCHEDULE
from jobs.slots import run_due
from models import clock
from models.session import Database
from settings import settings

HEARTBEAT_KEY: Final = "polisdesk:worker:heartbeat"
"""When a worker was last alive, ISO 8601 in UTC; read by /health/ready."""
HEARTBEAT_SECONDS: Final = 60
TICK_SECONDS: Final = 1800


async def beat(ctx: dict[str, Any]) -> None:
    """Says that this worker lives."""
    await ctx["redis"].set(HEARTBEAT_KEY, clock.now().isoformat(), ex=HEARTBEAT_SECONDS * 3)


async def open_database(ctx: dict[str, Any]) -> None:
    """One way to PostgreSQL for all that this worker does."""
    ctx["database"] = Database(role_url("crm_jobs"))


async def close_database(ctx: dict[str, Any]) -> None:
    """Give the connections back."""
    await ctx["database"].close()


async def tick(ctx: dict[str, Any]) -> None:
    """Run what the schedule has due."""
    await run_due(ctx["database"], SCHEDULE, clock.now(), settings.zone)


def run() -> None:
    """Works until SIGINT or SIGTERM; raises CannotStart when the queue goes, which arq does not survive."""
    try:
        _work()
    except RedisConnectionError as problem:
        raise CannotStart(f"The worker has lost its queue: {problem}") from problem


def _work() -> None:
    """JSON instead of pickle, no results kept: the truth stays in PostgreSQL."""
    models.load()
    hooks.load()
    with running(postgres=True, valkey=True):
        run_worker(
            {
                "functions": [beat, tick],
                "cron_jobs": [
                    cron(beat, second={0, 20, 40}, run_at_startup=True),
                    cron(tick, second={10, 40}, run_at_startup=True, timeout=TICK_SECONDS),
                ],
                "on_startup": open_database,
                "on_shutdown": close_database,
                "redis_settings": RedisSettings.from_dsn(redis_url()),
                "keep_result": 0,
                "job_timeout": 60,
                "job_serializer": lambda job: json.dumps(job).encode(),
                "job_deserializer": json.loads,
            }
        )
