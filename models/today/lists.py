"""The list of what needs somebody, in its one order."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.attention import OFFICE, Matter
from models.plain_sql import fetch
from models.session import Work
from models.today import sql

WEEK = timedelta(days=7)
COUNTED = 5_000
"""Matters are counted up to here where they are everybody's."""


class Part(enum.IntEnum):
    """The parts of the list, in their order."""

    LATE = 0
    TODAY = 1
    WEEK = 2
    LATER = 3


@dataclass(frozen=True)
class Asked:
    """Whose matters (None: of everybody whom one sees), of which kinds, up to how many of each part."""

    people: tuple[UUID, ...] | None
    kinds: tuple[Matter, ...]
    most: int
    with_statements: bool = False
    offices: tuple[Matter, ...] = ()
    """Which of the `OFFICE` matters this person does, for whomever."""
    sheets: tuple[str, ...] = ()
    """In which states pay-out sheets wait for this person."""

    def told(self, today: date, me: UUID) -> dict[str, Any]:
        """The parameters of its statements."""
        own = [str(kind) for kind in self.kinds if kind not in OFFICE]
        offices = [str(kind) for kind in self.kinds if kind in self.offices]
        given: dict[str, Any] = {"kinds": own, "offices": offices, "today": today, "week": today + WEEK}
        given |= {"sheets": list(self.sheets), "me": me}
        return given if self.people is None else given | {"people": list(self.people)}


@dataclass(frozen=True)
class Found:
    """A matter: where it stands, how many its part has, whose it is, and the deal that it is about."""

    part: Part
    total: int
    kind: Matter
    record_id: UUID
    since: date
    day: date | None
    money: Decimal
    deal_id: UUID | None
    user_id: UUID | None
    code: str | None
    title: str | None
    client_id: UUID | None
    client: str | None
    who: str | None
    for_whom: str | None
    """Whose deal it is, where its seller is away and this person stands in."""


async def listed(work: Work, asked: Asked) -> list[Found]:
    """What is to be shown, part by part. Which rows there are is the row policies' matter."""
    statement = sql.list_of(asked.people is None, asked.with_statements)
    told = asked.told(work.today, work.actor.id) | {"most": asked.most}
    return [_found(row) for row in await fetch(work, statement, told)]


async def counted(work: Work, asked: Asked) -> dict[tuple[Part, Matter], int]:
    """How many matters there are by part and kind."""
    statement = sql.counts_of(asked.people is None, asked.with_statements)
    told = asked.told(work.today, work.actor.id) | ({"counted": COUNTED} if asked.people is None else {})
    return {(Part(row["part"]), Matter(row["kind"])): row["number"] for row in await fetch(work, statement, told)}


async def queued(work: Work, team: UUID | None, most: int) -> list[Found]:
    """What nobody has taken yet: of a team, or of every team that one sees."""
    told = {"today": work.today, "week": work.today + WEEK, "team": team, "most": most}
    return [_found(row) for row in await fetch(work, sql.QUEUE, told)]


def _found(row: Mapping[str, Any]) -> Found:
    part, total, kind, *others = row.values()
    return Found(Part(part), total, Matter(kind), *others)
