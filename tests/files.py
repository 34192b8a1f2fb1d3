"""Rows of a file as the doors keep them, tried, written and stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from jobs.imports.bringing import KEEP_ROWS
from models.actor import Actor, Via
from models.client import Client
from models.many.change import IMPORT, BulkChange, bulk_rows, opened
from models.many.working import run_through
from tests.crowd import now
from tests.world import World


async def kept(
    world: World, who: Actor, identity: str, rows: Sequence[Mapping[str, str]], keys: Sequence[Sequence[str]] = ()
) -> BulkChange:
    """Rows of a file, not yet tried; the first stands in line 2."""
    told = {"file": "файл.csv", "sha256": "", "fingerprint": "", "places": {}, "fixed": {}, "keys": list(keys)}
    lines = [
        {"place": n, "line": n + 1, "record_id": str(uuid7()), "told": dict(row)} for n, row in enumerate(rows, start=1)
    ]
    async with world.database.transaction(who, Via.IMPORT, f"{identity}.import") as work:
        change = await opened(work, uuid7(), identity, IMPORT, told, "Файл")
        change.number = len(rows)
        await work.execute(KEEP_ROWS, {"change": change.id, "user": who.id, "rows": json.dumps(lines)})
    return change


async def tried(
    world: World, who: Actor, identity: str, rows: Sequence[Mapping[str, str]], keys: Sequence[Sequence[str]] = ()
) -> BulkChange:
    """Rows of a file, each tried."""
    change = await kept(world, who, identity, rows, keys)
    await run_through(world.database, who, change)
    return await now(world, who, change)


async def outcomes(world: World, who: Actor, change: BulkChange) -> list[tuple[str, str | None, Any]]:
    """Verdict, what it does and the first sentence of the reason, of each row in its place."""
    async with world.database.transaction(who) as work:
        mine = select(bulk_rows).where(bulk_rows.c.change_id == change.id).order_by(bulk_rows.c.place)
        return [(row.verdict, row.does, row.reason[0][1] if row.reason else None) for row in await work.execute(mine)]


async def people(world: World, word: str) -> dict[str, UUID]:
    """Clients whose names begin so."""
    async with world.database.transaction(world.admin) as work:
        found = select(Client.name, Client.id).where(Client.name.startswith(word), Client.deleted_at.is_(None))
        return {row.name: row.id for row in await work.execute(found)}


def persons(word: str, number: int) -> list[dict[str, str]]:
    """So many rows of people."""
    return [{"name": f"{word} {n:04}", "phone": f"+7929{n:07}", "email": f"{n}@example.ru"} for n in range(number)]
