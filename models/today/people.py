"""What each person has on their hands, and whose turn the deals are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from models.choices import Ball
from models.plain_sql import fetch
from models.session import Work
from models.today import sql
from models.today.offices import offices_of

COUNTED = 1_000
"""A person's matters are counted up to here, and deals by whose turn it is."""
DEALS_COUNTED = 300
"""A colleague's deals in hand are counted up to here: beyond it nobody compares any more."""
IN_THE_MENU = 100
"""Counters of the menu stop here."""
PEOPLE_AT_ONCE = 40
"""Beyond so many people the list is walked by money, not by person."""


@dataclass(frozen=True)
class Load:
    """Somebody's open tasks, matters that are late, deals in hand, and roubles that are owed or expire."""

    id: UUID
    full_name: str
    tasks: int
    late: int
    money: Decimal
    matters: int
    deals: int


@dataclass(frozen=True)
class Turn:
    """How many open deals wait for somebody; `is_more` where counting stopped."""

    ball: Ball
    number: int
    is_more: bool


@dataclass(frozen=True)
class Numbers:
    """What the menu counts; each up to `IN_THE_MENU`."""

    today: int
    late: int
    returned: int
    queue: int


async def teammates_of(work: Work, team: UUID | None, most: int = PEOPLE_AT_ONCE + 1) -> list[UUID]:
    """The people of a team, or everybody who has something to do, by name."""
    return [row["id"] for row in await fetch(work, sql.TEAMMATES, {"team": team, "most": most})]


async def loads_of(work: Work, people: Sequence[UUID]) -> list[Load]:
    """What these people have on their hands, the latest first."""
    told = {"people": list(people), "today": work.today, "most": COUNTED, "most_deals": DEALS_COUNTED}
    return [Load(**row) for row in await fetch(work, sql.LOADS, told)]


async def turns_of(work: Work, person: UUID, is_seller: bool) -> list[Turn]:
    """A person's open deals by whose turn it is: those that they sell, else those that they execute."""
    side = "seller_id" if is_seller else "executor_id"
    told = {"person": person, "most": COUNTED + 1, "balls": [str(ball) for ball in Ball]}
    rows = {row["ball"]: row["number"] for row in await fetch(work, sql.TURNS.format(side=side), told)}
    return [Turn(ball, min(rows[ball], COUNTED), rows[ball] > COUNTED) for ball in Ball]


async def numbers_of(work: Work) -> Numbers:
    """The actor's own counters."""
    told = {
        "me": work.actor.id,
        "team": work.actor.team_id,
        "today": work.today,
        "most": IN_THE_MENU,
        "offices": [str(kind) for kind in offices_of(work.actor)],
    }
    (row,) = await fetch(work, sql.NUMBERS, told)
    return Numbers(**row)
