"""What somebody chose in a list, frozen: exactly these records, whatever others add, delete or change meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from uuid_utils.compat import uuid7

from models.base import Base, Rows
from models.errors import Refused
from models.session import Work
from models.texts import N_

LASTS = timedelta(days=1)
FORGOTTEN = N_("This selection is no longer kept. Choose the rows again, please.")
TOO_MANY = N_("More than {most} records match. Narrow the list, please.")
NOTHING = N_("Nothing is chosen.")

selections = Table(
    "selections",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "user_id", Uuid, ForeignKey("auth.users.id", deferrable=True, initially="IMMEDIATE"), nullable=False, index=True
    ),
    Column("identity", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("ids", ARRAY(Uuid), nullable=False),
    Column("number", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("ix_selections_expires", "expires_at"),
    schema="auth",
    info={"rows": Rows.PERSONAL},
)
"""One choice of a person in a list: the keys in their order, their number, the address that they were chosen by
(`by_hand`: ticked one by one), and until when it is kept. Never in the log: nothing of the brokerage's is in it."""

FREEZE = """
INSERT INTO auth.selections (id, user_id, identity, asked, by_hand, ids, number, expires_at)
SELECT {key}::uuid, {user}::uuid, {identity}, {asked}, {by_hand}::boolean,
       coalesce(array_agg(chosen.id ORDER BY chosen.id), '{{}}'), count(*), {expires}::timestamptz
FROM (SELECT found.id FROM ({rows}) AS found (id) LIMIT {most}) AS chosen
RETURNING number
"""
"""Rows and their number by one statement, hence of one moment: no more and no fewer than are counted."""
KEYS = "SELECT key FROM auth.selections s, unnest(s.ids) WITH ORDINALITY AS one (key, n) WHERE s.id = $1 ORDER BY n"
AMONG = "SELECT key FROM auth.selections s, unnest(s.ids) AS key WHERE s.id = $1 AND key = ANY ($2::uuid[])"
PLACES = ("key", "user", "identity", "asked", "by_hand", "expires")
TICKED = "SELECT DISTINCT key FROM unnest($1::uuid[]) AS key"
REST = (
    "SELECT key FROM auth.selections s, unnest(s.ids) AS key WHERE s.id = $1 AND key <> ALL ($2::uuid[])"
    " UNION SELECT key FROM unnest($3::uuid[]) AS key"
)


@dataclass(frozen=True)
class Selection:
    """A frozen choice."""

    id: UUID
    identity: str
    asked: str
    by_hand: bool
    number: int
    expires_at: datetime


async def freeze(
    work: Work, identity: str, rows: str, values: Sequence[Any], *, asked: str, most: int, by_hand: bool = False
) -> Selection:
    """Keep the keys that a statement with `$1` gives, under the actor's own sight.

    Raises `Refused` where there are none, or more than `most`.
    """
    kept = Selection(uuid7(), identity, asked, by_hand, 0, work.at + LASTS)
    places = {name: f"${len(values) + n}" for n, name in enumerate(PLACES, start=1)}
    statement = FREEZE.format(**places, rows=rows, most=most + 1)
    told = (kept.id, work.actor.id, identity, asked, by_hand, kept.expires_at)
    number: int = (await work.driver.fetch(statement, *values, *told))[0][0]
    if number > most:
        raise Refused(TOO_MANY, most=most)
    if not number:
        raise Refused(NOTHING)
    return Selection(kept.id, identity, asked, by_hand, number, kept.expires_at)


async def tick(work: Work, identity: str, keys: Iterable[UUID], *, asked: str, most: int) -> Selection:
    """Keep what was ticked, as it was ticked: what is gone by now will be told, not left out in silence."""
    return await freeze(work, identity, TICKED, (list(keys),), asked=asked, most=most, by_hand=True)


async def rest_of(
    work: Work, chosen: Selection, without: Iterable[UUID], more: Iterable[UUID], *, most: int
) -> Selection:
    """A selection without some of its rows, and with some more."""
    values = (chosen.id, list(without), list(more))
    return await freeze(work, chosen.identity, REST, values, asked=chosen.asked, most=most)


async def find(work: Work, key: UUID, identity: str) -> Selection:
    """A selection of the actor's own that is still kept. Raises `Refused`."""
    columns = [selections.c[name] for name in ("id", "identity", "asked", "by_hand", "number", "expires_at")]
    mine = selections.c.id == key, selections.c.user_id == work.actor.id, selections.c.identity == identity
    row = (await work.execute(select(*columns).where(*mine, selections.c.expires_at > work.at))).first()
    if row is None:
        raise Refused(FORGOTTEN)
    return Selection(*row)


async def keys_of(work: Work, chosen: Selection) -> list[UUID]:
    """All its keys, in their order."""
    return [row[0] for row in await work.driver.fetch(KEYS, chosen.id)]


async def among(work: Work, chosen: Selection, keys: Iterable[UUID]) -> set[UUID]:
    """Which of these are in the selection."""
    return {row[0] for row in await work.driver.fetch(AMONG, chosen.id, list(keys))}
