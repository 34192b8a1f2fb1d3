"""A row of the catalogue as it was at a moment: its values now, with what the log has changed since taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.base import Record
from models.changes import read
from models.session import Work

CHANGES = text("SELECT at, actor, changes FROM audit.changes_since(:target, :key, :moment)")


@dataclass(frozen=True)
class Change:
    """One column that somebody has changed; the values are those of the column's type."""

    at: datetime
    actor: str | None
    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Version:
    """The values of then and of now, and every change between them, the oldest first."""

    then: Mapping[str, Any]
    now: Mapping[str, Any]
    changes: tuple[Change, ...]

    def differs_in(self, *fields: str) -> bool:
        """Whether any of these columns is another one now."""
        return any(self.then[field] != self.now[field] for field in fields)


async def as_it_was(work: Work, record: type[Record], key: UUID, moment: datetime) -> Version:
    """The row at a moment; only of tables that everybody reads, others have no changes here. Raises `NotFound`."""
    found = await work.get_record(record, key)
    columns = {column.name: column for column in record.__table__.columns if not column.info.get("hidden")}
    now = {name: getattr(found, name) for name in columns}
    asked = {"target": str(record.__table__), "key": key, "moment": moment}
    changes = tuple(
        Change(row.at, row.actor, name, read(columns[name], pair[0]), read(columns[name], pair[1]))
        for row in await work.execute(CHANGES, asked)
        for name, pair in row.changes.items()
        if name in columns
    )
    then = dict(now)
    for change in reversed(changes):
        then[change.field] = change.old
    return Version(then, now, changes)
