"""Who of those who listen sees which records at this moment: the row policies themselves, asked for all at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from admin.views.registry import load
from models.rights import Rights, rights


class Sight(NamedTuple):
    """What a person's role grants now, and the keys that their policies show."""

    rights: Rights
    keys: frozenset[UUID]


async def sights_of(connection: Any, identity: str, keys: Iterable[UUID], people: Iterable[UUID]) -> dict[UUID, Sight]:
    """For each of these people who still works here: which of these records of an entity they may read."""
    table = load()[identity].table.fullname
    rows = await connection.fetch(
        "SELECT * FROM auth.onlookers($1::text::regclass, $2, $3)", table, list(keys), list(people)
    )
    found = {row["user_id"]: Sight(rights(tuple(row["grants"])), frozenset(row["seen"])) for row in rows}
    return {one: sight for one, sight in found.items() if sight.rights.may(identity, "read")}
