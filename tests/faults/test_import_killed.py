"""A worker that is killed in the middle of an import: each row is written once all the same, and undone at once."""

from __future__ import annotations

from sqlalchemy import text

from jobs.embedded.valkey import Valkey
from models.many.bringing import BATCH
from models.many.working import run_through
from tests.crowd import now
from tests.faults.killing import killed_at
from tests.faults.test_worker import jobs_url, valkey
from tests.files import outcomes, people, persons, tried
from tests.trade import undo
from tests.world import World

__all__ = ["jobs_url", "valkey"]
NUMBER = 3 * BATCH
FORGET = text("UPDATE auth.bulk_changes SET status = 'running', reached = 0, done = 0, finished_at = NULL")
AGAIN = text("UPDATE auth.bulk_rows SET verdict = 'will'")
LOOSE = text(
    "UPDATE auth.bulk_rows SET told = told || jsonb_build_object('phone', '+7999' || lpad(place::text, 7, '0'))"
)
ALL = text("SELECT count(*) FROM crm.clients WHERE name LIKE 'Убит%' AND deleted_at IS NULL")
NEW_KEYS = text("UPDATE auth.bulk_rows SET record_id = gen_random_uuid()")


async def test_a_killed_worker_writes_each_row_once(world: World, valkey: Valkey, jobs_url: str) -> None:
    """Negative control: rows whose keys are forgotten as well as the place are written a second time."""
    change = await tried(world, world.anna, "client", persons("Убит", NUMBER), [["name", "phone"]])
    async with killed_at(world, change, NUMBER - 10, 2 * BATCH, valkey, jobs_url):
        assert len(await people(world, "Убит")) == 2 * BATCH, "killed in a batch"
    change = await now(world, world.anna, change)
    assert (change.done, change.skipped) == (NUMBER, 0)
    assert await number_of_all(world) == NUMBER == len(await people(world, "Убит"))
    await repeat(world, LOOSE, NEW_KEYS)
    await run_through(world.database, world.anna, await now(world, world.anna, change))
    again = await now(world, world.anna, change)
    assert again.done == NUMBER
    assert await number_of_all(world) == 2 * NUMBER, "nothing but the place and the key keeps a row from it"
    await undo(world, world.anna, change.action_id)
    assert not await people(world, "Убит")
    assert {one[0] for one in await outcomes(world, world.anna, change)} == {"done"}


async def number_of_all(world: World) -> int:
    """Rows, also those of one name."""
    async with world.database.transaction(world.admin) as work:
        return int(await work.scalar(ALL) or 0)


async def repeat(world: World, *more: object) -> None:
    """Everything is to be done, as if nothing had been."""
    async with world.database.transaction(world.admin) as work:
        for statement in (FORGET, AGAIN, *more):
            await work.execute(statement)  # type: ignore[call-overload]
