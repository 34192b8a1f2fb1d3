"""The rows of a file, batch by batch: each makes a record or changes the one that it is about, tried or done.

A batch is tried as a whole, since most are right as a whole; one that is refused is halved until the row stands alone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from models.base import Record
from models.changes import Change, apply, create_many, wire
from models.changes.naming import Key, one_of
from models.changes.targets import remember
from models.errors import Conflict, Denied, Invalid, Problem, Refused
from models.many.change import CREATE, UPDATE, BulkChange, Verdict, bulk_rows
from models.many.reasons import BROKEN, AlreadySo, pack
from models.many.rows import SEVERAL, Line, understood
from models.many.trying import Outcome, picture, pictured
from models.session import Work
from models.texts import N_

LOG = logging.getLogger("polisdesk.many")
TWICE = N_("Row {row} of the file is about the same record.")
ADDED = N_("Somebody has added this record meanwhile.")
BATCH = 250
"""Rows of a transaction: one savepoint holds them all."""


@dataclass(frozen=True)
class BringStep:
    """Rows of a file as records of one kind; `keys` say by what a record is known, the first that a row fills in."""

    record: type[Record]
    keys: tuple[Key, ...]

    async def rows(self, work: Work, change: BulkChange, rows: Sequence[Row[Any]], *, keep: bool) -> dict[int, Outcome]:
        """Try the rows of a batch, or with `keep` do them. What is refused is an outcome of its row."""
        lines = await understood(work, self.record, self.keys, rows)
        before = {row.place: row for row in rows}
        earlier = await _earlier(work, change, lines)
        outcomes: dict[int, Outcome] = {}
        ready: list[Line] = []
        for line in lines:
            problem = self._against(line, before[line.place], earlier, keep=keep)
            if problem is None:
                ready.append(line)
            else:
                outcomes[line.place] = _left(line, problem)
        seen = {row.place: (row.was or {}) for row in rows} if keep else {}
        await self._halve(work, ready, seen, outcomes, keep=keep)
        return outcomes

    def _against(self, line: Line, row: Row[Any], earlier: dict[str, int], *, keep: bool) -> Problem | None:
        """What speaks against a line before it is tried; a key that was taken by it is noted."""
        if line.wrong:
            return Invalid(fields=line.wrong)
        if not line.values:
            return AlreadySo()
        if len(line.found) > 1:
            return Refused(SEVERAL, number=len(line.found))
        if earlier.setdefault(line.spelled, row.line) != row.line:
            return Refused(TWICE, row=earlier[line.spelled])
        if keep and row.does == CREATE and line.target is not None:
            return Conflict(ADDED)
        if keep and row.does == UPDATE and line.target != row.record_id:
            return Conflict()
        return None

    async def _halve(
        self, work: Work, lines: Sequence[Line], seen: Mapping[int, Any], outcomes: dict[int, Outcome], *, keep: bool
    ) -> None:
        if not lines:
            return
        try:
            async with work.apart(keep=keep) as part:
                remember(part)
                found = await self._do(part, lines, seen, keep=keep)
        except Exception as error:
            if work.driver.is_lost:
                raise
            if len(lines) > 1:
                middle = len(lines) // 2
                await self._halve(work, lines[:middle], seen, outcomes, keep=keep)
                await self._halve(work, lines[middle:], seen, outcomes, keep=keep)
                return
            if not isinstance(error, Problem):
                LOG.exception("An import stumbled over a row of %s", self.record.__identity__)
                error = Problem(BROKEN)
            found = {lines[0].place: _left(lines[0], error)}
        outcomes |= found

    async def _do(
        self, work: Work, lines: Sequence[Line], seen: Mapping[int, Any], *, keep: bool
    ) -> dict[int, Outcome]:
        """All of them, or a problem."""
        there = await self._locked(work, [line.target for line in lines if line.target is not None])
        before = {key: picture(row) for key, row in there.items()}
        outcomes: dict[int, Outcome] = {}
        for line in lines:
            if line.target is None:
                continue
            row = there[line.target]
            if any(before[line.target].get(name) != value for name, value in seen.get(line.place, {}).items()):
                raise Conflict
            new = different(row, line.values)
            if new:
                await apply(work, Change(self.record, row.id, {}, new), row)
            else:
                outcomes[line.place] = _left(line, AlreadySo())
        fresh = [(line.new_id, line.values) for line in lines if line.target is None]
        made = {row.id: row for row in await create_many(work, self.record, fresh)} if fresh else {}
        await work.settle()
        for line in lines:
            if line.place not in outcomes:
                outcomes[line.place] = _changed(line, there, before, made, keep=keep)
        return outcomes

    async def _locked(self, work: Work, keys: Sequence[UUID]) -> dict[UUID, Any]:
        if not keys:
            return {}
        wanted = select(self.record).where(one_of(self.record.__table__.c.id, keys)).with_for_update(key_share=True)
        return {row.id: row for row in await work.scalars(wanted.order_by(self.record.id))}


def different(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are others than the record's."""
    return {name: value for name, value in values.items() if wire(getattr(row, name)) != wire(value)}


def bring_step(record: type[Record], told: Mapping[str, Any], rights: Any) -> BringStep:
    """The step of an import. Raises `Denied` for who may not enter such records."""
    if not rights.may(record.__identity__, "create"):
        raise Denied
    return BringStep(record, tuple(tuple(key) for key in told["keys"]))


async def _earlier(work: Work, change: BulkChange, lines: Sequence[Line]) -> dict[str, int]:
    """Keys of these lines that other rows of the file have taken before, by the lines that they stand in."""
    keys = {line.spelled for line in lines if line.known_by}
    here = [line.place for line in lines]
    taken = bulk_rows.c.change_id == change.id, one_of(bulk_rows.c.key, keys), ~one_of(bulk_rows.c.place, here)
    ahead = bulk_rows.c.verdict.is_(None) | (bulk_rows.c.verdict != Verdict.SKIPPED)
    statement = select(bulk_rows.c.key, bulk_rows.c.line).where(*taken, ahead).order_by(bulk_rows.c.place.desc())
    return {row.key: row.line for row in await work.execute(statement)}


def _left(line: Line, problem: Problem) -> Outcome:
    return Outcome(Verdict.SKIPPED, pack(problem), key=line.spelled if line.known_by else None)


def _changed(
    line: Line, there: Mapping[UUID, Any], before: Mapping[UUID, Mapping[str, Any]], made: Mapping[UUID, Any], *,
    keep: bool,
) -> Outcome:  # fmt: skip
    """What was made or changed, before and after."""
    verdict, key = Verdict.DONE if keep else Verdict.WILL, line.spelled
    if line.target is None:
        told = pictured(made[line.new_id], [name for name, value in line.values.items() if value is not None])
        return Outcome(verdict, None, {}, told, CREATE, line.new_id, key)
    old, after = before[line.target], picture(there[line.target])
    names = [name for name in after if after[name] != old.get(name)]
    was, becomes = ({name: side.get(name) for name in names} for side in (old, after))
    return Outcome(verdict, None, was, becomes, UPDATE, line.target, key)
