"""The log read as the relay reads it, by a worker's door, for tests of what goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobs.relay import Due, Relay
from jobs.subscriptions import Subscription
from models.session import Database
from tests import databases
from tests.world import World


async def ordered(door: Database, *wanted: Subscription) -> list[Due]:
    """Read the log; gives the runs that it asks for."""
    due: list[Due] = []

    async def carry(run: Due) -> None:
        due.append(run)

    relay = Relay(door, carry, wanted)
    await relay.read()
    await relay.hand_over()
    return due


@asynccontextmanager
async def workers_door(world: World, *wanted: Subscription) -> AsyncIterator[Database]:
    """The worker's way to the database, for which all that happened before is past."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await ordered(opened, *wanted)
    yield opened
    await opened.close()
