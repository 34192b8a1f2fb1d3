"""Many records at once: exactly what was frozen, row by row, under one action."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from models.actor import Actor
from models.client import Client
from models.deal import Deal
from models.many.change import BulkChange, open_change
from models.many.selection import Selection, freeze, tick
from models.many.working import run_through
from tests.world import World


async def test_smoke(world: World) -> None:
    keys = []
    async with world.database.transaction(world.anna, action="deal.create") as work:
        person = Client(name="Попов", created_by_id=world.anna.id)
        work.add(person)
        await work.flush()
        for n in range(100):
            deal = await Deal.open(work, client_id=person.id, title=f"Дело {n}")
            keys.append(deal.id)
    async with world.database.transaction(world.head) as work:
        chosen = await freeze(work, "deal", "SELECT id FROM crm.deals WHERE seller_id = $1", (world.anna.id,), asked="", most=1000)
        change = await open_change(work, chosen, "transfer", {"seller_id": str(world.boris.id)}, "x")
    import time
    t = time.monotonic()
    await run_through(world.database, world.head, change)
    print("check", time.monotonic() - t)
    async with world.database.transaction(world.head) as work:
        now = await work.get_record(BulkChange, change.id, lock=True)
        print(now.status, now.will, now.skipped, now.reached)
        now.begin(work.at)
    t = time.monotonic()
    await run_through(world.database, world.head, change)
    print("do", time.monotonic() - t)
    async with world.database.transaction(world.admin) as work:
        now = await work.get_record(BulkChange, change.id)
        print(now.status, now.done, now.skipped, now.reached)
        print(set(await work.scalars(select(Deal.seller_id))), world.boris.id)
        from sqlalchemy import text
        print((await work.execute(text("select * from auth.bulk_rows limit 2"))).all())
    assert 0
