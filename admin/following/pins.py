"""Lists in the menu with their numbers: counted under the person's rights, remembered for half a minute."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg

from admin.following.keys import Kept, number_of, view_of
from models.actor import Actor
from models.errors import Problem
from models.session import Database

PINNED = (
    "SELECT v.id, v.name, v.identity, v.query FROM auth.followed_views f"
    " JOIN auth.saved_views v ON v.id = f.saved_view_id"
    " WHERE f.user_id = (SELECT auth.actor_id()) AND f.is_pinned AND v.deleted_at IS NULL"
    " ORDER BY v.name, v.id LIMIT 20"
)
PATIENCE = "SET LOCAL statement_timeout = '2s'"
"""A list that takes longer to count has no number in the menu."""
SECONDS, REMEMBERED = 30.0, 500


class Pin(NamedTuple):
    """A line of the menu."""

    kept: Kept
    icon: str
    number: int | None


_known: WeakKeyDictionary[Database, dict[UUID, tuple[float, Sequence[Pin]]]] = WeakKeyDictionary()


async def pins_of(database: Database, actor: Actor, *, fresh: bool) -> Sequence[Pin]:
    """The person's lists in the menu; `fresh` counts anew."""
    people = _known.setdefault(database, {})
    at, pins = people.get(actor.id, (0.0, ()))
    if not fresh and at and time.monotonic() - at < SECONDS:
        return pins
    async with database.transaction(actor) as work:
        kept = [Kept(*row) for row in await work.driver.fetch(PINNED)]
        shown = [(one, view) for one in kept if (view := view_of(one, work)) is not None]
    found = [Pin(one, view.icon, await counted(database, actor, one)) for one, view in shown]
    if len(people) >= REMEMBERED:
        people.clear()
    people[actor.id] = (time.monotonic(), found)
    return found


def forget(database: Database, person: UUID) -> None:
    """Somebody has put a list into the menu or taken one out of it."""
    _known.get(database, {}).pop(person, None)


async def counted(database: Database, actor: Actor, kept: Kept) -> int | None:
    """How many records a list holds; none where it takes too long."""
    try:
        async with database.transaction(actor) as work:
            await work.driver.tell(PATIENCE)
            return await number_of(work, kept)
    except (asyncpg.QueryCanceledError, Problem):
        return None
