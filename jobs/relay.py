"""From the log to the carrier: events become runs, due runs are handed over. Woken by NOTIFY; looking is the truth."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import Boolean, Text

from jobs.embedded import libpq_address
from jobs.subscriptions import SUBSCRIPTIONS, Subscription, arrays
from models.session import Database

LOG = logging.getLogger(__name__)
BATCH = 1000
LOOK_SECONDS = 1.0
"""How long news may stay unseen when no NOTIFY came."""
HANDED_OVER = timedelta(seconds=20)
"""A run that nobody has begun by then is handed over again."""
PAUSE_SECONDS = 1.0
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, TimeoutError)
"""What it looks like when a database is away or cuts a statement off, with and without SQLAlchemy between."""

RELAY = text("SELECT audit.relay(:patterns, :jobs, :bulk, :most)").bindparams(
    bindparam("patterns", type_=ARRAY(Text())),
    bindparam("jobs", type_=ARRAY(Text())),
    bindparam("bulk", type_=ARRAY(Boolean())),
)
DUE = text("SELECT id, job, attempts FROM audit.take_due(:most, :lease)")


class Due(NamedTuple):
    """A run that somebody should do now; `attempts` tells its next try from the last one."""

    id: UUID
    job: str
    attempts: int


Carry = Callable[[Due], Awaitable[None]]


class Relay:
    """One of possibly many: the database lets one at a time read the log."""

    def __init__(
        self, database: Database, carry: Carry, subscriptions: tuple[Subscription, ...] = SUBSCRIPTIONS
    ) -> None:
        self.database = database
        self.carry = carry
        self.wanted = arrays(subscriptions)

    async def read(self) -> int:
        """Read the log as far as it is settled; gives how many events there were."""
        total = 0
        while True:
            async with self.database.engine.begin() as connection:
                number = int(await connection.scalar(RELAY, {**self.wanted, "most": BATCH}) or 0)
            total += number
            if number < BATCH:
                return total

    async def hand_over(self) -> int:
        """Hand over what is due; gives how many runs. What the carrier does not take is handed over again later."""
        total = 0
        while True:
            async with self.database.engine.begin() as connection:
                due = [Due(*row) for row in await connection.execute(DUE, {"most": BATCH, "lease": HANDED_OVER})]
            for run in due:
                await self.carry(run)
            total += len(due)
            if len(due) < BATCH:
                return total

    async def run(self) -> None:
        """For ever: when told, else every second; a database that is away is waited for."""
        while True:
            try:
                async with listening(self.database) as woken:
                    while True:
                        await self.read()
                        await self.hand_over()
                        with suppress(TimeoutError):
                            await asyncio.wait_for(woken.wait(), LOOK_SECONDS)
                        woken.clear()
            except LOST as problem:
                LOG.warning("the relay has lost the database: %r", problem)
                await asyncio.sleep(PAUSE_SECONDS)


@asynccontextmanager
async def listening(database: Database, channel: str = "audit") -> AsyncIterator[asyncio.Event]:
    """A connection of its own that sets the event when a transaction has written to the log."""
    woken = asyncio.Event()
    connection: Any = await asyncpg.connect(libpq_address(database.engine.url))
    try:
        await connection.add_listener(channel, lambda *_told: woken.set())
        yield woken
    finally:
        with suppress(*LOST):
            await connection.close(timeout=2)
