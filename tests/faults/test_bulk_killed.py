"""A worker that is killed in the middle of a bulk change: each record is done once all the same, and undone at once."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import text

from jobs.embedded.valkey import Valkey
from models.many.change import BulkChange, BulkStatus
from models.many.working import BATCH, run_through
from tests.crowd import deals_of, now, picture, preview, tick
from tests.faults.killing import killed_at
from tests.faults.test_worker import jobs_url, valkey
from tests.trade import undo
from tests.world import World

__all__ = ["jobs_url", "valkey"]
NUMBER = 120
TASKS = text(
    "SELECT deal_id FROM audit.events WHERE action_id = :action AND \"table\" = 'tasks.tasks' AND op = 'insert'"
)
FORGET = (
    "UPDATE auth.bulk_changes SET status = 'running', reached = 0, done = 0, finished_at = NULL",
    "UPDATE auth.bulk_rows SET verdict = 'will', was = NULL",
)


async def ordered_tasks(world: World, change: BulkChange) -> Counter[UUID]:
    """How many tasks the change has ordered for each deal."""
    async with world.database.transaction(world.admin) as work:
        return Counter(await work.scalars(TASKS, {"action": change.action_id}))


async def test_a_killed_worker_leaves_nothing_out_and_nothing_twice(
    world: World, valkey: Valkey, jobs_url: str
) -> None:
    """Negative control: one that forgets what it has done orders a second task for each deal."""
    keys = await deals_of(world, world.anna, NUMBER)
    before = await picture(world, "crm.deals", keys)
    change = await preview(world, world.anna, await tick(world, world.anna, "deal", keys), "hand_off")
    async with killed_at(world, change, 100, 2 * BATCH, valkey, jobs_url) as left:
        assert (left.done, left.reached, left.status) == (2 * BATCH, 2 * BATCH, BulkStatus.RUNNING), "killed in a batch"
        assert sum((await ordered_tasks(world, left)).values()) == left.done
    change = await now(world, world.anna, change)
    assert (change.done, change.skipped) == (NUMBER, 0)
    assert await ordered_tasks(world, change) == Counter(keys)
    await undo(world, world.anna, change.action_id)
    assert await picture(world, "crm.deals", keys) == before
    async with world.database.transaction(world.admin) as work:
        for statement in FORGET:
            await work.execute(text(statement))
    await run_through(world.database, world.anna, await now(world, world.anna, change))
    assert set((await ordered_tasks(world, change)).values()) == {2}
