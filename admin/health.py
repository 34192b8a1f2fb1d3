"""Whether the process lives, whether it can serve, and how it has been doing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from admin.auth.sessions import Sessions
from admin.metrics import METRICS
from admin.telegram.state import health_of, metrics_of, telegram_state
from jobs.embedded import redis_url
from jobs.worker import HEARTBEAT_KEY

REVISIONS = Path(__file__).parents[1] / "migrations" / "versions"
AWAY = OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError
"""What a database says that does not answer."""
SECONDS = 2.0
"""How long each part is given to answer."""


async def live(_request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"state": "live"})


async def ready(request: Request) -> Response:
    """Each part with its state. Without a database of this program's revision nothing can be served: 503."""
    database = await database_parts(request.app.state.sessions)
    parts = {**database, **await queue_parts(), "telegram": await telegram_part(request.app.state.sessions)}
    serves = all(part["state"] == "up" for part in database.values())
    whole = all(part["state"] in ("up", "off") for part in parts.values())
    state = "ready" if whole else "degraded" if serves else "unavailable"
    return JSONResponse({"state": state, "parts": parts}, 200 if serves else 503)


async def database_parts(sessions: Sessions) -> dict[str, dict[str, str]]:
    """The database and its revision."""
    try:
        found = (await sessions.row("SELECT audit.schema_version()"))[0]
    except asyncpg.UndefinedFunctionError:
        return {"database": {"state": "up"}, "migrations": {"state": "missing"}}
    except AWAY as problem:
        return {"database": {"state": "down", "reason": type(problem).__name__}, "migrations": {"state": "unknown"}}
    wanted = newest_revision()
    revision = {"state": "up" if found == wanted else "behind", "found": str(found), "wanted": wanted}
    return {"database": {"state": "up"}, "migrations": revision}


async def queue_parts() -> dict[str, dict[str, str]]:
    """The queue and the worker's last sign of life; the panel serves without them, jobs wait."""
    client = Redis.from_url(redis_url(), socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
    try:
        beat = await client.get(HEARTBEAT_KEY)
    except (RedisError, OSError) as problem:
        return {"redis": {"state": "down", "reason": type(problem).__name__}, "worker": {"state": "unknown"}}
    finally:
        await client.aclose()
    worker = {"state": "up", "seen": beat.decode()} if beat else {"state": "down"}
    return {"redis": {"state": "up"}, "worker": worker}


async def telegram_part(sessions: Sessions) -> dict[str, str]:
    """The bot; off is a state like any other."""
    try:
        return health_of(await telegram_state(sessions))
    except AWAY:
        return {"state": "unknown"}


@cache
def newest_revision() -> str:
    """The revision that this program was written for: the one that no other follows, whatever its number."""
    return str(ScriptDirectory(str(REVISIONS.parent)).get_current_head())


async def metrics(request: Request) -> Response:
    """Prometheus' text format: requests of this process alone, and the bot, which all processes tell alike."""
    try:
        telegram = metrics_of(await telegram_state(request.app.state.sessions))
    except AWAY:
        telegram = ""
    return PlainTextResponse(METRICS.text() + telegram, media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = (
    Route("/health/live", live, name="live"),
    Route("/health/ready", ready, name="ready"),
    Route("/metrics", metrics, name="metrics"),
)
