"""A brokerage of any size for benchmarks: the same rows every time, written as sets by the owner."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.actor import SYSTEM, Via
from models.errors import Invalid, Refused
from models.session import Database
from models.texts import N_
from seeds.load.guards import tidy, unguarded
from seeds.load.people import ensure_people
from seeds.load.writing import ATTENTION, MEMBERSHIP, WATCHED, Writer

DEALS_PER_BATCH = 20_000
NOTE = text("SELECT audit.note('seeds.loaded', 'crm.deals', NULL, NULL, NULL, CAST(:told AS jsonb))")
LOADED = text("SELECT 1 FROM crm.deals WHERE id BETWEEN :first AND :last LIMIT 1")
SPAN = {"first": "01900000-0000-7001-8000-000000000000", "last": "01900000-0000-7001-8000-ffffffffffff"}


async def plant(database: Database, owner: Database, deals: int) -> None:
    """Write `deals` deals with all that hangs on them. Raises `Refused` where a load has been before."""
    if deals < 1:
        raise Invalid(N_("The number of deals must be above zero."))
    async with database.transaction(SYSTEM, Via.JOB, "seeds.load") as work:
        if await work.scalar(LOADED, SPAN):
            raise Refused(N_("A load has been here before: use another DATA_DIR or database."))
    await ensure_people(database, deals)
    async with owner.engine.connect() as connection:
        await _write(connection, deals)
    async with database.transaction(SYSTEM, Via.JOB, "seeds.load", asked={"deals": deals}) as work:
        await work.execute(NOTE, {"told": f'{{"deals": {deals}}}'})


async def _write(connection: AsyncConnection, deals: int) -> None:
    progress = Progress(deals)
    writer = Writer(connection, deals)
    async with unguarded(connection, WATCHED + MEMBERSHIP):
        await writer.set_up(deals)
        for first, last in _batches(max(1, deals // 3)):
            await writer.clients(first, last)
        progress.say("the clients are written")
        for first, last in _batches(deals):
            await writer.deals(first, last)
            progress.say(f"{last:,} deals are written")
        await writer.members()
        progress.say("who sees what is written; indexes and checks come now")
    progress.say("everything is checked and committed")
    await tidy(connection, WATCHED + MEMBERSHIP)
    progress.say("the statistics are there; what needs whom is worked out now")
    for first, last in _batches(deals):
        async with connection.begin():
            await writer.attention(first, last)
    await tidy(connection, ATTENTION)
    progress.say("what needs whom is there")


def _batches(total: int) -> Iterator[tuple[int, int]]:
    for first in range(1, total + 1, DEALS_PER_BATCH):
        yield first, min(first + DEALS_PER_BATCH - 1, total)


class Progress:
    """What has been done, by the second."""

    def __init__(self, deals: int) -> None:
        self._deals = deals
        self._began = time.monotonic()

    def say(self, what: str) -> None:
        """Print a line for who waits."""
        print(f"{time.monotonic() - self._began:5.0f} s  {what} (of {self._deals:,} deals)", flush=True)
