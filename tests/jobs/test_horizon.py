"""Many writers at once, short and long, some changing their minds: every committed event becomes one run."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy import text

from jobs.relay import Relay
from models.client import Client
from models.session import Database
from tests import databases
from tests.faults.test_worker import Changed
from tests.jobs.test_relay import CLIENTS, Carried, door
from tests.world import World

__all__ = ["door"]
MOST_ROWS = 4
LONGEST_PAUSE = 0.05
"""Seconds that a writer may think in the middle of a transaction."""
BY_NUMBER = text(
    "SELECT seq, record_id FROM audit.events WHERE seq > :last AND type = 'crm.client.created' ORDER BY seq"
)
READ = text("SELECT e.record_id FROM audit.runs r JOIN audit.events e ON e.id = r.event_id AND e.at = r.event_at")
NEWEST = text("SELECT coalesce(max(seq), 0) FROM audit.events")


@dataclass
class Bare:
    """A reader by the largest number seen so far: what the relay must not be like."""

    database: Database
    last: int = 0
    found: set[UUID] = field(default_factory=set)

    async def read(self) -> None:
        """What has a larger number than the last one."""
        async with self.database.engine.connect() as connection:
            for row in await connection.execute(BY_NUMBER, {"last": self.last}):
                self.last = row.seq
                self.found.add(row.record_id)


@dataclass
class Writing:
    """What was committed, and who is still at it."""

    database: Database
    world: World
    bare: Bare
    made: set[UUID] = field(default_factory=set)
    rolled_back: int = 0
    held: int = 0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, transactions: int) -> None:
        """One transaction after the other, each tenth rolled back."""
        for number in range(transactions):
            with suppress(Changed):
                self.made |= await self._one(random.randint(1, MOST_ROWS), changes_mind=number % 10 == 9)

    async def hold(self) -> None:
        """A transaction that is committed only when the bare reader has passed it by; again and again."""
        while not self.is_over.is_set():
            self.made |= await self._one(1, holds=True)
            self.held += 1

    async def _one(self, rows: int, *, changes_mind: bool = False, holds: bool = False) -> set[UUID]:
        made = set()
        async with self.database.transaction(self.world.anna, action="client.create") as work:
            for number in range(rows):
                client = Client(name=f"Клиент {number}", created_by_id=self.world.anna.id)
                work.add(client)
                await work.flush()
                made.add(client.id)
                await asyncio.sleep(random.choice((0, 0, random.uniform(0, LONGEST_PAUSE))))
            if holds:
                await self._wait_to_be_passed()
            if changes_mind:
                self.rolled_back += 1
                raise Changed
        return made

    async def _wait_to_be_passed(self) -> None:
        before = self.bare.last
        while self.bare.last == before and not self.is_over.is_set():
            await asyncio.sleep(0.01)


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Database]:
    """The database as its owner, who sees all."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield opened
    await opened.close()


@pytest.mark.parametrize(("writers", "transactions"), [(5, 30), pytest.param(20, 500, marks=pytest.mark.soak)])
async def test_every_committed_event_is_read_once(
    world: World, door: Database, owner: Database, writers: int, transactions: int
) -> None:
    """Two relays read meanwhile. Negative control inside: a reader by bare numbers loses some of the same events."""
    url = world.database.engine.url.render_as_string(hide_password=False)
    bare, own = Bare(owner), Database(url, pool_size=writers + 1)
    async with owner.engine.connect() as connection:
        bare.last = int(await connection.scalar(NEWEST) or 0)
    writing = Writing(own, world, bare)
    relays, meanwhile = [Relay(door, Carried(), CLIENTS) for _relay in range(2)], 0

    async def read() -> int:
        return sum(await asyncio.gather(*(relay.read() for relay in relays)))

    async def write() -> None:
        holding = asyncio.create_task(writing.hold())
        await asyncio.gather(*(writing.write(transactions) for _writer in range(writers)))
        writing.is_over.set()
        await holding

    at_work = asyncio.create_task(write())
    while not at_work.done():
        meanwhile += await read()
        await bare.read()
        await asyncio.sleep(0.01)
    await at_work
    await own.close()
    afterwards = await read()
    await bare.read()

    async with owner.engine.connect() as connection:
        times = Counter((await connection.execute(READ)).scalars())
    lost = writing.made - bare.found
    print(
        {
            "committed": len(writing.made),
            "rolled back": writing.rolled_back,
            "held open": writing.held,
            "read while they wrote": meanwhile,
            "and afterwards": afterwards,
            "missing": len(writing.made - set(times)),
            "twice": sum(n - 1 for n in times.values()),
            "lost by bare numbers": len(lost),
        }
    )
    assert set(times) == writing.made
    assert set(times.values()) == {1}
    assert meanwhile > 0 and writing.held > 0 and writing.rolled_back == writers * (transactions // 10)
    assert lost, "the check sees a reader that passes over what is committed late"
