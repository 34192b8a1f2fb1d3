"""What two browsers told their people, against the log: nothing lost, nothing overwritten unseen, every clash shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from models.log import events
from models.payment import Income
from tests.world import World


class Cell(NamedTuple):
    """A field of a record."""

    record: UUID
    field: str


class Outcome(StrEnum):
    """What a browser told about an attempt to write."""

    SAVED = "saved"
    CLASH = "clash"
    DROPPED = "dropped"
    """Given up by its writer, who knew why."""
    SILENT = "silent"


@dataclass(frozen=True)
class Told:
    """One attempt, as its writer saw it: what stood in the cell, what they wanted, what became of it."""

    who: UUID
    cell: Cell
    base: str
    value: str
    outcome: Outcome
    theirs: str = ""
    """What the other wrote, as a clash shows it."""


class Written(NamedTuple):
    """One change of a cell in the log."""

    who: UUID
    cell: Cell
    old: str
    new: str


@dataclass(frozen=True)
class Verdict:
    """How many edits there were, and what is wrong with which of them."""

    saved: int
    clashes: int
    lost: Sequence[Written] = ()
    """Told to be saved, but not in the log upon what their writer saw."""
    unseen: Sequence[Written] = ()
    """In the log, but their writer was not told so, or has overwritten what they had not seen."""
    silent: Sequence[Told] = ()
    """Neither saved nor shown to be a clash."""
    invented: Sequence[Told] = ()
    """Clashes with what nobody wrote."""
    torn: Sequence[Cell] = ()
    """Cells whose changes do not follow upon each other to what stands there in the end."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.unseen or self.silent or self.invented or self.torn)


def judged(
    told: Sequence[Told], written: Sequence[Written], begun: Mapping[Cell, str], ended: Mapping[Cell, str]
) -> Verdict:
    """Every attempt against the log."""
    saved = [one for one in told if one.outcome is Outcome.SAVED]
    clashes = [one for one in told if one.outcome is Outcome.CLASH]
    known = Counter(Written(one.who, one.cell, one.base, one.value) for one in saved)
    logged = Counter(written)
    stood: defaultdict[Cell, set[str]] = defaultdict(set)
    for one in written:
        stood[one.cell].add(one.new)
    return Verdict(
        saved=len(saved),
        clashes=len(clashes),
        lost=[one for one in (known - logged).elements() if not is_agreed(one, written)],
        unseen=list((logged - known).elements()),
        silent=[one for one in told if one.outcome is Outcome.SILENT],
        invented=[one for one in clashes if one.theirs not in stood[one.cell]],
        torn=[cell for cell in begun if not follows(cell, written, begun[cell], ended[cell])],
    )


def is_agreed(one: Written, written: Sequence[Written]) -> bool:
    """Whether the other wrote the same upon the same a moment before; then there was nothing left to write."""
    return any(other.who != one.who and other[1:] == one[1:] for other in written)


def follows(cell: Cell, written: Sequence[Written], begun: str, ended: str) -> bool:
    """Whether each change of a cell begins with what the one before it left."""
    steps = [one for one in written if one.cell == cell]
    chain = [Written(UUID(int=0), cell, "", begun), *steps, Written(UUID(int=0), cell, ended, "")]
    return all(before.new == after.old for before, after in pairwise(chain))


def plain(text: object) -> str:
    """A sum by its value however it is spelled, everything else as it stands."""
    bare = "".join(letter for letter in str(text) if not letter.isspace() and letter != "₽").replace(",", ".")
    try:
        return str(Decimal(bare).quantize(Decimal("0.01")))
    except InvalidOperation:
        return str(text).strip()


async def log_of(world: World, cells: Sequence[Cell]) -> list[Written]:
    """The changes of these cells, in their order."""
    found = select(events).where(
        events.c.record_id.in_({cell.record for cell in cells}),
        events.c.op == "update",
        events.c.table == str(Income.__table__),
    )
    async with world.database.transaction(world.admin) as work:
        rows = list(await work.execute(found.order_by(events.c.xid, events.c.seq)))
    return [
        Written(row.actor_id, cell, plain(row.changes[cell.field][0]), plain(row.changes[cell.field][1]))
        for row in rows
        for cell in cells
        if row.record_id == cell.record and cell.field in row.changes
    ]


async def stand(world: World, cells: Sequence[Cell]) -> dict[Cell, str]:
    """What stands in these cells now."""
    async with world.database.transaction(world.admin) as work:
        rows = {
            row.id: row for row in await work.scalars(select(Income).where(Income.id.in_({c.record for c in cells})))
        }
    return {cell: plain(getattr(rows[cell.record], cell.field)) for cell in cells}
