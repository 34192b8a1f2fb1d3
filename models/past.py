"""The story of a record as the log has it: who wrote which column when, and what the record was at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from models.base import Record, Rows
from models.changes import read
from models.clock import BROKERAGE_ZONE
from models.errors import Invalid
from models.log import actions, events
from models.people import User
from models.session import Work

OPEN = text("SELECT * FROM audit.open_story(:target, :key)")
NUMBER = text("SELECT audit.steps_of(:target, :key)")


class Step(NamedTuple):
    """One event of the record: it was made, changed or deleted."""

    at: datetime
    op: str
    changes: Mapping[str, list[Any]]
    record: Mapping[str, Any]
    action: UUID
    slug: str
    via: str
    who: str
    is_undone: bool

    def writes(self, name: str) -> bool:
        """Whether it gave the column a value."""
        return name in (self.changes if self.op == "update" else self.record if self.op == "insert" else ())

    def new(self, name: str) -> Any:
        """What the column became, as the log's JSON has it."""
        return self.record[name] if self.op == "insert" else self.changes[name][1]

    def old(self, name: str) -> Any:
        """What it was before; nothing before the record was made."""
        return None if self.op == "insert" else self.changes[name][0]


@dataclass(frozen=True)
class Past:
    """The steps that the reader may see, the oldest first."""

    steps: tuple[Step, ...]
    made_at: datetime
    is_whole: bool
    """Whether these are all steps: only then it is known what the record was."""

    def of(self, name: str) -> Iterator[Step]:
        """Steps that wrote a column, the newest first."""
        return (step for step in reversed(self.steps) if step.writes(name))

    def last(self, name: str) -> Step | None:
        """Who wrote the column last."""
        return next(self.of(name), None)

    @property
    def begins_at(self) -> datetime:
        """From when on the log tells of it."""
        return self.steps[0].at if self._begins_with_making else self.made_at

    def was_there(self, moment: datetime) -> bool:
        """Whether the record stood at a moment."""
        before = [step.op for step in self.steps if step.at <= moment]
        return before[-1] != "delete" if before else self.begins_at <= moment

    def values_at(self, moment: datetime) -> dict[str, Any]:
        """Columns that may have differed at a moment, as the log's JSON has them; the others were as they are."""
        then: dict[str, Any] = {}
        for step in reversed([step for step in self.steps if step.at > moment]):
            if step.op == "update":
                then |= {name: pair[0] for name, pair in step.changes.items()}
            elif step.op == "delete":
                then |= step.record
        return then

    @property
    def _begins_with_making(self) -> bool:
        return bool(self.steps) and self.steps[0].op == "insert"


async def past_of(work: Work, record: type[Record], row: Any) -> Past:
    """The story of a record that the actor has been shown."""
    asked = {"target": record.__table__.fullname, "key": row.id}  # type: ignore[attr-defined]
    is_open = record.__rows__ == Rows.REFERENCE
    found = (await work.execute(OPEN, asked) if is_open else await work.execute(_seen(record, row.id))).all()
    steps = tuple(_step(one) for one in found)
    return Past(steps, row.created_at, len(steps) == await work.scalar(NUMBER, asked))


def end_of(day: date) -> datetime:
    """The last moment of a day of the brokerage."""
    return datetime.combine(day + timedelta(days=1), time(), BROKERAGE_ZONE) - timedelta(microseconds=1)


def stored(column: Any, value: Any) -> Any:
    """A value of the log as the column has it; one that would no longer be taken stays as it is."""
    try:
        return None if value is None else read(column, value)
    except Invalid:
        return value


def _seen(record: type[Record], key: UUID) -> Any:
    return (
        select(
            events.c.at, events.c.op, events.c.changes, events.c.record, events.c.action_id, actions.c.slug,
            actions.c.via, User.full_name.label("who"), actions.c.undone_by.is_not(None).label("is_undone"),
        )
        .outerjoin(actions, actions.c.id == events.c.action_id)
        .outerjoin(User, User.id == events.c.actor_id)
        .where(events.c.record_id == key, events.c.table == record.__table__.fullname, events.c.op != "note")  # type: ignore[attr-defined]
        .order_by(events.c.seq)
    )  # fmt: skip


def _step(row: Any) -> Step:
    return Step(
        row.at, row.op, row.changes or {}, row.record or {}, row.action_id, row.slug or "", row.via or "",
        row.who or "", bool(row.is_undone),
    )  # fmt: skip
