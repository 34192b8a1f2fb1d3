"""What a row of a file says, as the change set takes it: values, keys of what it names, the record it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row

from models.base import Record
from models.changes import read, wire
from models.changes.naming import NOT_ONE, Key, compared, keys_by, named, the_one
from models.changes.targets import target_of
from models.errors import Invalid, Problem
from models.session import Work
from models.texts import N_

SEVERAL = N_("{number} records fit this row: say more of it in the file, so that only one does.")


@dataclass
class Line:
    """A row of a file: its place, the key that a new record gets, its values by field, what cannot be understood."""

    place: int
    new_id: UUID
    values: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Problem] = field(default_factory=dict)
    key: Key = ()
    """The columns by which it is known."""
    known_by: tuple[Any, ...] = ()
    """Their values, as records are compared by them."""
    found: Sequence[UUID] = ()
    """The records that they fit."""

    @property
    def target(self) -> UUID | None:
        """The record that the row is about; none where it is new."""
        return self.found[0] if self.found else None

    @cached_property
    def spelled(self) -> str:
        """The same for each row of the file that is about the same record."""
        return json.dumps([*self.key, *(wire(value) for value in self.known_by)], ensure_ascii=False)


async def understood(work: Work, record: type[Record], keys: Sequence[Key], rows: Sequence[Row[Any]]) -> list[Line]:
    """The rows of a batch in the words of the model; each name of a record is looked up once."""
    lines = [Line(row.place, row.record_id) for row in rows]
    names = await _named(work, record, [row.told for row in rows])
    for line, row in zip(lines, rows, strict=True):
        for name, told in row.told.items():
            _take(line, record, name, told, names.get(name))
    await _find(work, record, keys, [line for line in lines if not line.wrong])
    return lines


async def _named(
    work: Work, record: type[Record], told: Sequence[Mapping[str, str]]
) -> dict[str, dict[str, list[UUID]]]:
    """By field: the records that its texts name."""
    fields = dict.fromkeys(name for one in told for name in one)
    found = {}
    for name in fields:
        if (target := target_of(record, name)) is not None:
            found[name] = await named(work, target, [text for one in told if (text := one.get(name))])
    return found


def _take(line: Line, record: type[Record], name: str, told: str, names: dict[str, list[UUID]] | None) -> None:
    """One cell: what it means, or why it means nothing. An empty one clears what may be empty, else it says nothing."""
    column = record.__table__.columns[name]
    if not told and not (column.nullable or isinstance(column.type, ARRAY)):
        return
    if told and names is not None:
        key = the_one(names.get(told))
        if key is None:
            line.wrong[name] = Problem(NOT_ONE, text=told)
        else:
            line.values[name] = key
        return
    try:
        line.values[name] = read(column, told)
    except Invalid as invalid:
        line.wrong |= invalid.fields


async def _find(work: Work, record: type[Record], keys: Sequence[Key], lines: Sequence[Line]) -> None:
    """The records that the lines are about, one statement for each key that is used."""
    by_key: dict[Key, list[Line]] = {}
    for line in lines:
        line.key = key_of(keys, line.values)
        line.known_by = tuple(compared(record.__table__, name, line.values[name]) for name in line.key)
        if line.key:
            by_key.setdefault(line.key, []).append(line)
    for key, group in by_key.items():
        found = await keys_by(work, record, key, {line.known_by for line in group if None not in line.known_by})
        for line in group:
            line.found = found.get(line.known_by, ())


def key_of(keys: Sequence[Key], values: Mapping[str, Any]) -> Key:
    """The first natural key that a row fills in, else all that it says."""
    said = (name for name, value in values.items() if not (value is None or isinstance(value, list | dict)))
    plain = tuple(sorted(said))
    return next((key for key in keys if all(values.get(name) is not None for name in key)), plain)
