"""A worker that is killed within a bulk change, and another one that goes on with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from jobs.bulk import order_work
from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.valkey import Valkey
from models.many.change import BulkChange, BulkStatus, own_change
from models.session import Database
from tests import databases
from tests.crowd import now
from tests.faults.test_worker import wait_until, working
from tests.world import World

HOLD = text("SELECT FROM auth.bulk_rows WHERE change_id = :change AND place = :place FOR UPDATE")
"""The batch of this row waits with all that it has written until its worker is killed."""
OVER = text("UPDATE audit.runs SET leased_until = now(), due_at = now() WHERE state = 'running'")


@asynccontextmanager
async def killed_at(
    world: World, change: BulkChange, place: int, done: int, valkey: Valkey, jobs_url: str
) -> AsyncIterator[BulkChange]:
    """Anna's change is begun, its worker killed in the batch of a row with so many done; after the block it ends."""
    async with world.database.transaction(world.anna, action="bulk-change.begin") as work:
        found = await own_change(work, change.id, lock=True)
        found.begin(work.at, by_job=True)
        await order_work(work, found)

    async def is_under_way() -> bool:
        return (await now(world, world.anna, change)).done >= done

    async def is_over() -> bool:
        return (await now(world, world.anna, change)).status == BulkStatus.DONE

    door = Database(databases.url(world.database.engine.url.database or ""))
    async with working(1, jobs_url, embedded_redis_url(valkey.data_dir)) as workers:
        async with door.engine.begin() as holding:
            await holding.execute(HOLD, {"change": change.id, "place": place})
            await wait_until(is_under_way, 60)
            await workers.kill_one()
        yield await now(world, world.anna, change)
        async with door.engine.begin() as connection:
            await connection.execute(OVER)
        await wait_until(is_over, 60)
    await door.close()
