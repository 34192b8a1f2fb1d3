"""The arq worker: the only place, with the relay, that knows arq."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from arq import cron
from arq.connections import RedisSettings
from arq.worker import run_worker
from redis.exceptions import ConnectionError as RedisConnectionError

from jobs.embedded import CannotStart, redis_url, running

HEARTBEAT_KEY: Final = "polisdesk:worker:heartbeat"
"""When a worker was last alive, ISO 8601 in UTC; read by /health/ready."""
HEARTBEAT_SECONDS: Final = 60


async def beat(ctx: dict[str, Any]) -> None:
    """Says that this worker lives."""
    await ctx["redis"].set(HEARTBEAT_KEY, datetime.now(UTC).isoformat(), ex=HEARTBEAT_SECONDS * 3)


def run() -> None:
    """Works until SIGINT or SIGTERM; raises CannotStart when the queue goes, which arq does not survive."""
    try:
        _work()
    except RedisConnectionError as problem:
        raise CannotStart(f"The worker has lost its queue: {problem}") from problem


def _work() -> None:
    """JSON instead of pickle, no results kept: the truth stays in PostgreSQL."""
    with running(postgres=True, valkey=True):
        run_worker(
            {
                "functions": [beat],
                "cron_jobs": [cron(beat, second={0, 20, 40}, run_at_startup=True)],
                "redis_settings": RedisSettings.from_dsn(redis_url()),
                "keep_result": 0,
                "job_timeout": 60,
                "job_serializer": lambda job: json.dumps(job).encode(),
                "job_deserializer": json.loads,
            }
        )
