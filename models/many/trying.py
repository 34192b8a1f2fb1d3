"""One record of a bulk change, apart from the others: tried, or done; what it was and what it becomes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from models.base import Record
from models.changes import wire
from models.errors import Busy, Conflict, Problem
from models.many.change import Verdict
from models.many.reasons import BROKEN, AlreadySo, pack
from models.session import Work

LOG = logging.getLogger("polisdesk.many")
UNSAID = ("derived", "hidden")


class Step(Protocol):
    """What is to be done with each record."""

    @property
    def record(self) -> type[Record]:
        """The kind of records."""

    async def do(self, work: Work, row: Any) -> None:
        """Do it with a locked row. Raises a `Problem` in words."""


@dataclass(frozen=True)
class Outcome:
    """What became of a record."""

    verdict: Verdict
    reason: list[Any] | None = None
    was: dict[str, str | None] = field(default_factory=dict)
    becomes: dict[str, str | None] = field(default_factory=dict)
    does: str | None = None
    """What a row of a file does: make a record, change one."""
    record_id: UUID | None = None
    """The record that it is about."""
    key: str | None = None
    """What no other row of the file may be known by."""


async def try_one(work: Work, step: Step, key: UUID, seen: dict[str, str | None], *, keep: bool) -> Outcome:
    """Try it, or with `keep` do it. What is refused or broken here is an outcome; a lost server is raised."""
    try:
        try:
            return await _apart(work, step, key, seen, keep=keep)
        except Busy:
            return await _apart(work, step, key, seen, keep=keep)
    except Problem as problem:
        return Outcome(Verdict.SKIPPED, pack(problem))
    except Exception:
        if work.driver.is_lost:
            raise
        LOG.exception("A bulk change stumbled over %s %s", step.record.__identity__, key)
        return Outcome(Verdict.SKIPPED, pack(Problem(BROKEN)))


async def _apart(work: Work, step: Step, key: UUID, seen: dict[str, str | None], *, keep: bool) -> Outcome:
    async with work.apart(keep=keep) as part:
        return await _do(part, step, key, seen, keep=keep)


async def _do(part: Work, step: Step, key: UUID, seen: dict[str, str | None], *, keep: bool) -> Outcome:
    row = await part.get_record(step.record, key, lock=True)
    before = picture(row)
    if any(before.get(name) != value for name, value in seen.items()):
        raise Conflict
    part.info.pop("has_written", None)
    await step.do(part, row)
    await part.settle()
    after = picture(row)
    changed = [name for name in after if after[name] != before.get(name)]
    if not changed and not part.info.get("has_written"):
        raise AlreadySo
    was, becomes = ({name: told.get(name) for name in changed} for told in (before, after))
    return Outcome(Verdict.DONE if keep else Verdict.WILL, None, was, becomes)


def picture(row: Any) -> dict[str, str | None]:
    """The row's own columns as they are spelled, without what is computed and what is secret."""
    return pictured(row, said_of(row.__class__))


def pictured(row: Any, names: Iterable[str]) -> dict[str, str | None]:
    """These of its columns, as far as they are known."""
    known = row.__dict__
    return {name: None if known[name] is None else wire(known[name]) for name in names if name in known}


@cache
def said_of(record: type[Record]) -> tuple[str, ...]:
    """Columns that are told of."""
    columns = record.__table__.columns
    return tuple(c.name for c in columns if not any(c.info.get(mark) for mark in UNSAID))
