"""`python -m bot`: works off what people wrote and pressed; asks Telegram for it where no webhook is set."""

from __future__ import annotations

import asyncio
import logging
import sys

import hooks
import models
from bot.inbox import run
from bot.polling import bring
from bot.talk import Talk
from jobs.embedded import CannotStart, redis_url, role_url, running
from jobs.processes import until_told
from models.session import Database
from settings import settings

POOL_SIZE = 4


async def work() -> None:
    """Both halves, until cancelled."""
    database, talk = Database(role_url("crm_bot"), pool_size=POOL_SIZE), Talk(redis_url())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(run(database, talk))
            group.create_task(bring(database))
    finally:
        await talk.close()
        await database.close()


async def _until_told() -> None:
    await until_told(asyncio.create_task(work()))


def main() -> int:
    """Until SIGINT or SIGTERM; 2 where it cannot start."""
    if not settings.telegram_token:
        print("Telegram is off: TELEGRAM_TOKEN is empty.", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold the token
    models.load()
    hooks.load()
    try:
        with running(postgres=True, valkey=True):
            asyncio.run(_until_told())
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
