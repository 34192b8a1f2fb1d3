"""What a verb asks, read from what somebody typed: the same at a form, in a job, for one record and for many."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Numeric, Text, Time, Uuid

from models.base import Record, records
from models.changes.targets import why_not
from models.changes.values import read
from models.errors import Invalid, Problem
from models.session import Work
from models.verbs import Verb

TYPES: dict[Any, Any] = {
    UUID: Uuid, date: Date, datetime: DateTime, Decimal: Numeric(14, 2), int: Integer, bool: Boolean, time: Time,
}  # fmt: skip


def asked_fields(verb: Verb) -> Iterable[tuple[str, Any, Mapping[str, Any]]]:
    """Name, plain type and metadata of each field that a verb asks."""
    if verb.asks is None:
        return
    hints = typing.get_type_hints(verb.asks)
    for field in dataclasses.fields(verb.asks):
        yield field.name, _plain(hints[field.name]), field.metadata


def asked_column(name: str, kind: Any, told: Mapping[str, Any]) -> Any:
    """A column that reads what is typed for a field of a verb."""
    info = {key: told[key] for key in ("long", "choices") if told.get(key)}
    return Column(name, TYPES.get(kind, Text), nullable=not told.get("required", True), info=info)


def read_asked(verb: Verb, typed: Mapping[str, Any]) -> Any:
    """The verb's input. Raises `Invalid` at fields."""
    if verb.asks is None:
        return None
    values: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    for name, kind, told in asked_fields(verb):
        try:
            value = read(asked_column(name, kind, told), typed.get(name))
            values[name] = "" if value is None and kind is str else value
        except Invalid as invalid:
            wrong |= invalid.fields
    if wrong:
        raise Invalid(fields=wrong)
    return verb.asks(**values)


async def must_name_seen(work: Work, verb: Verb, row: Any, asked: Any) -> None:
    """Raises `Invalid` for a named record that the actor does not see or that is of another deal than the row."""
    deal = row.id if row.__identity__ == "deal" else getattr(row, "deal_id", None)
    wrong: dict[str, Problem] = {}
    for name, _kind, told in asked_fields(verb):
        value = getattr(asked, name)
        target = record_named(told["lookup"]) if told.get("lookup") else None
        if target is not None and value and (problem := await why_not(work, target, value, {"deal_id": deal})):
            wrong[name] = problem
    if wrong:
        raise Invalid(fields=wrong)


@lru_cache(maxsize=256)
def record_named(identity: str) -> type[Record] | None:
    """The record of an identity, if there is one."""
    return next((record for record in records() if record.__identity__ == identity), None)


def _plain(hint: Any) -> Any:
    """`UUID` of `UUID | None`."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return next(part for part in typing.get_args(hint) if part is not type(None))
    return hint
