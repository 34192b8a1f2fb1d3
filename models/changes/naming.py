"""Records by what people call them: the titles of keys in a pasted cell, the natural key of a row in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Index, Table, Text, UniqueConstraint, bindparam, func, select

from models.base import Record
from models.changes.fields import editable
from models.identifiers import BadIdentifier, parse_policy_number
from models.names import tidy
from models.session import Work
from models.texts import N_

NOT_ONE = N_("“{text}” is not the name of exactly one record.")
NUMBERED = frozenset({"number", "code"})
"""Titles that name one record even where nothing else says so."""
KNOWN_BY = frozenset({"phone", "email", "inn", "vin", "plate", "number", "username"})
"""Columns that have one spelling and mostly one owner."""
FOLDED = str.maketrans("Ёё", "Ее", '«»"')
Key = tuple[str, ...]


@lru_cache(maxsize=256)
def natural_keys(record: type[Record]) -> tuple[Key, ...]:
    """Columns by which people know a record: those the model declares, else what is unique, else its number."""
    if record.__natural__:
        return record.__natural__
    open_ones = set(editable(record, creating=True))
    found = [key for key in unique_keys(record.__table__) if open_ones.issuperset(key)]
    if record.__title__ in NUMBERED & open_ones:
        found.append((record.__title__,))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def ways_to_find(record: type[Record]) -> tuple[Key, ...]:
    """By what a person may have records found: a natural key, or a number or address that people are known by."""
    open_ones = editable(record, creating=True)
    return tuple(dict.fromkeys((*natural_keys(record), *((name,) for name in open_ones if name in KNOWN_BY))))


def unique_keys(table: Any) -> list[Key]:
    """The plain columns of each unique constraint and index, in the order of their names."""
    marks: list[Any] = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    marks += [one for one in table.indexes if isinstance(one, Index) and one.unique]
    named = sorted(marks, key=lambda one: str(one.name))
    return [tuple(column.name for column in one.columns) for one in named if len(one.columns)]


async def named(work: Work, record: type[Record], texts: Iterable[str]) -> dict[str, list[UUID]]:
    """Keys of the records that each text names, as far as this person sees them: by title, else by a short unique key.

    A key itself, as a form posts it, names its record. What the person's role does not read names nothing.
    """
    wanted = list(dict.fromkeys(texts))
    found: dict[str, list[UUID]] = {text: [key] for text in wanted if (key := as_key(text)) is not None}
    rights, identity = work.actor.rights, record.__identity__
    for name in called_by(record) if rights.may(identity, "list") else ():
        if not rights.may_field(identity, name, "read"):
            continue
        if missing := [text for text in wanted if text not in found]:
            values = [(text, compared(record.__table__, name, text)) for text in missing]
            rows = await keys_by(work, record, (name,), {(value,) for _text, value in values if value is not None})
            found |= {text: rows[value,] for text, value in values if (value,) in rows}
    return found


@lru_cache(maxsize=256)
def called_by(record: type[Record]) -> tuple[str, ...]:
    """Text columns that name a record alone: its title first."""
    table = record.__table__
    alone = (key[0] for key in natural_keys(record) if len(key) == 1)
    names = dict.fromkeys((record.__title__, *alone))
    return tuple(name for name in names if isinstance(table.c[name].type, Text))


async def keys_by(
    work: Work, record: type[Record], key: Key, values: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[UUID]]:
    """Records by the values of a key's columns, which must be as `compared` gives them; none of the trash."""
    wanted = set(values)
    if not wanted:
        return {}
    table: Table = record.__table__  # type: ignore[assignment]
    columns = [comparing(table, name)[0] for name in key]
    among = [one_of(column, {one[place] for one in wanted}) for place, column in enumerate(columns)]
    # Pairs are told apart here: a list of them is slow to look for.
    statement = select(table.c.id, *columns).where(*among)
    if "deleted_at" in table.c:
        statement = statement.where(table.c.deleted_at.is_(None))
    found: dict[tuple[Any, ...], list[UUID]] = {}
    for row in await work.execute(statement):
        if (told := tuple(row[1:])) in wanted:
            found.setdefault(told, []).append(row[0])
    return found


def one_of(column: ColumnElement[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether the column is one of many values: one parameter, so that the statement is the same for any number."""
    given = bindparam(None, list(values), type_=ARRAY(column.type), unique=True)
    return column == func.any(given)


def compared(table: Any, name: str, value: Any) -> Any:
    """A value as `keys_by` compares it; None for one that no record can have."""
    return comparing(table, name)[1](value)


def comparing(table: Any, name: str) -> tuple[ColumnElement[Any], Callable[[Any], Any]]:
    """The column that a key's column is compared by: names and numbers of policies by their normalised spelling."""
    if name == "name" and "sort_key" in table.c:
        return table.c.sort_key, _sort_key
    if name == "number" and "number_key" in table.c:
        return table.c.number_key, _number_key
    return table.c[name], _same


def _sort_key(value: str) -> str:
    """As the database works `sort_key` out: see `models/client/record.py`."""
    return " ".join(tidy(value).translate(FOLDED).lower().split())


def _number_key(value: str) -> str | None:
    try:
        return parse_policy_number(value).key
    except BadIdentifier:
        return None


def _same(value: Any) -> Any:
    return value


def as_key(text: str) -> UUID | None:
    """A key as it is posted; nothing for any other text."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def the_one(keys: Sequence[UUID] | None) -> UUID | None:
    """The only one."""
    return keys[0] if keys is not None and len(keys) == 1 else None
