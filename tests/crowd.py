"""Many deals of a seller, and steps for all of them as the doors begin, apply and undo them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from models.actor import Actor
from models.client import Client
from models.deal import Deal
from models.many import selection as frozen
from models.many.change import BulkChange, Verdict, bulk_rows, open_change, own_change
from models.many.reasons import unpack
from models.many.selection import Selection
from models.many.working import run_through
from tests.world import World

MINE = "SELECT id FROM crm.deals WHERE seller_id = $1 AND deleted_at IS NULL"
MOST = 100_000


async def deals_of(world: World, seller: Actor, number: int, word: str = "Дело") -> list[UUID]:
    """So many deals of one client, each with its first task."""
    async with world.database.transaction(seller, action="deal.create") as work:
        person = Client(name=f"Клиент {word}", created_by_id=seller.id)
        work.add(person)
        await work.flush()
        return [(await Deal.open(work, client_id=person.id, title=f"{word} {n}")).id for n in range(number)]


async def freeze(world: World, who: Actor, seller: Actor) -> Selection:
    """All living deals of a seller, as somebody sees them."""
    async with world.database.transaction(who) as work:
        return await frozen.freeze(work, "deal", MINE, (seller.id,), asked="", most=MOST)


async def tick(world: World, who: Actor, identity: str, keys: Iterable[UUID]) -> Selection:
    """Ticked rows of a list."""
    async with world.database.transaction(who) as work:
        return await frozen.tick(work, identity, keys, asked="", most=MOST)


async def preview(
    world: World, who: Actor, chosen: Selection, what: str, told: Mapping[str, Any] | None = None
) -> BulkChange:
    """A step, tried with every row."""
    async with world.database.transaction(who, action="bulk-change.open") as work:
        change = await open_change(work, chosen, what, dict(told or {}), what)
    await run_through(world.database, who, change)
    return await now(world, who, change)


async def begin(world: World, who: Actor, change: BulkChange, *, by_job: bool = False) -> BulkChange:
    """Somebody says that it shall be done."""
    async with world.database.transaction(who, action="bulk-change.begin") as work:
        (await own_change(work, change.id, lock=True)).begin(work.at, by_job=by_job)
    return await now(world, who, change)


async def apply(world: World, who: Actor, change: BulkChange) -> BulkChange:
    """Begin and do it to the end."""
    change = await begin(world, who, change)
    await run_through(world.database, who, change)
    return await now(world, who, change)


async def now(world: World, who: Actor, change: BulkChange) -> BulkChange:
    """The change as it stands."""
    async with world.database.transaction(who) as work:
        return await own_change(work, change.id)


async def verdicts(world: World, who: Actor, change: BulkChange) -> dict[UUID, str]:
    """What became of each record."""
    async with world.database.transaction(who) as work:
        statement = select(bulk_rows.c.record_id, bulk_rows.c.verdict).where(bulk_rows.c.change_id == change.id)
        return {row.record_id: row.verdict for row in await work.execute(statement)}


async def reasons(world: World, who: Actor, change: BulkChange) -> dict[str, int]:
    """Sentences for which rows were left, with their numbers."""
    async with world.database.transaction(who) as work:
        left = bulk_rows.c.change_id == change.id, bulk_rows.c.verdict == Verdict.SKIPPED
        statement = select(bulk_rows.c.reason, func.count()).where(*left).group_by(bulk_rows.c.reason)
        found = await work.execute(statement)
        return {"; ".join(str(said) for _field, said in unpack(reason)): number for reason, number in found}


async def picture(world: World, table: str, keys: Iterable[UUID]) -> dict[str, Any]:
    """Rows whole, as the database has them."""
    async with world.database.transaction(world.admin) as work:
        statement = text(f"SELECT t.id, to_jsonb(t) AS whole FROM {table} t WHERE t.id = ANY (:keys)")
        return {str(row.id): row.whole for row in await work.execute(statement, {"keys": list(keys)})}


async def changed_by(world: World, change: BulkChange, table: str = "crm.deals") -> list[UUID]:
    """Records that the log says were updated under the change's action, each as often as it was."""
    async with world.database.transaction(world.admin) as work:
        statement = text(
            "SELECT record_id FROM audit.events WHERE action_id = :action AND \"table\" = :table AND op = 'update'"
            " AND changes ?| ARRAY['seller_id', 'executor_id', 'stage', 'source', 'title']"
        )
        return list(await work.scalars(statement, {"action": change.action_id, "table": table}))
