"""The inbox: whoever brings an update writes a row; the bot works the rows off, oldest first."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import text

from bot.handling import Taken, handle
from bot.talk import Talk
from jobs.relay import LOST, listening
from jobs.updates import CHANNEL
from models.actor import SYSTEM, Via
from models.session import Database

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
LEASE = timedelta(seconds=30)
"""An update is another's when it took longer."""
TRIES = 8
FIRST_PAUSE = timedelta(seconds=1)
ERROR_LENGTH = 2000
TAKE = text("SELECT update_id, attempt, told FROM audit.take_update(:lease)")
FAIL = text("SELECT audit.fail_update(:update, :attempt, :why, :after)")


async def work_off(database: Database, talk: Talk) -> int:
    """Handle everything that is due; gives how many updates."""
    number = 0
    while await one(database, talk):
        number += 1
    return number


async def one(database: Database, talk: Talk) -> bool:
    """Handle the oldest; nothing is due where this is false. A failure is tried again later, and at last parked."""
    async with database.transaction(SYSTEM, Via.BOT, "bot.take") as work:
        found = (await work.execute(TAKE, {"lease": LEASE})).first()
    if found is None:
        return False
    taken = Taken(found.update_id, found.attempt)
    try:
        async with asyncio.timeout(LEASE.total_seconds() / 2):
            await handle(database, talk, taken, found.told)
    except Exception as problem:  # one update must not stop the others
        LOG.warning("update %d failed (try %d of %d): %r", taken.number, taken.attempt, TRIES, problem)
        await fail(database, taken, problem)
    return True


async def fail(database: Database, taken: Taken, problem: Exception) -> None:
    """Note why and when to try again."""
    after = None if taken.attempt >= TRIES else FIRST_PAUSE * 2 ** (taken.attempt - 1)
    why = f"{type(problem).__name__}: {problem}"[:ERROR_LENGTH]
    async with database.transaction(SYSTEM, Via.BOT, "bot.fail") as work:
        await work.execute(FAIL, {"update": taken.number, "attempt": taken.attempt, "why": why, "after": after})


async def run(database: Database, talk: Talk) -> None:
    """For ever: when told, else every second; a database that is away is waited for."""
    while True:
        try:
            async with listening(database, CHANNEL) as woken:
                while True:
                    await work_off(database, talk)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(woken.wait(), LOOK_SECONDS)
                    woken.clear()
        except LOST as problem:
            LOG.warning("the inbox has lost the database: %r", problem)
            await asyncio.sleep(LOOK_SECONDS)
