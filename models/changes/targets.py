"""Keys that a person posts: the record must be one that they see, and of the same deal."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.base import Base, Record
from models.errors import Invalid, Problem
from models.people import User
from models.session import Work
from models.texts import N_

OWNERS = ("deal_id", "client_id")
ANSWERS = "named"


@lru_cache(maxsize=512)
def target_of(record: type[Record], field: str) -> type[Record] | None:
    """The record that a foreign key column points to."""
    for key in record.__table__.columns[field].foreign_keys:
        if key.column.name == "id":
            return record_of_table(f"{key.column.table}")
    return None


@lru_cache(maxsize=512)
def record_of_table(table: str) -> type[Record] | None:
    """The record of a table by its full name: `crm.deals`."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record) and str(mapper.local_table) == table:
            return mapper.class_
    return None


async def inherit(work: Work, record: type[Record], values: dict[str, Any]) -> None:
    """A new record belongs to the deal and the client of what it hangs on."""
    for owner in OWNERS:
        if owner not in record.__table__.columns or values.get(owner) or record.__table__.columns[owner].nullable:
            continue
        for field, value in list(values.items()):
            target = target_of(record, field)
            if value is None or target is None or owner not in target.__table__.columns:
                continue
            table = target.__table__
            found = await work.scalar(select(table.columns[owner]).where(table.columns.id == value))
            if found is not None:
                values[owner] = found
                break


async def must_exist(work: Work, record: type[Record], values: Mapping[str, Any], belonging: Mapping[str, Any]) -> None:
    """Raises `Invalid` for each key in `values` whose record the actor does not see or which belongs elsewhere."""
    wrong: dict[str, Problem] = {}
    for field, value in values.items():
        target = target_of(record, field)
        if target is None or value is None:
            continue
        if problem := await _known(work, target, value, belonging):
            wrong[field] = problem
    if wrong:
        raise Invalid(fields=wrong)


async def _known(work: Work, target: type[Record], key: UUID, belonging: Mapping[str, Any]) -> Problem | None:
    """As `why_not`; where many rows are written in one transaction (`remember`), the same question is asked once."""
    answers: dict[Any, Problem | None] | None = work.info.get(ANSWERS)
    if answers is None:
        return await why_not(work, target, key, belonging)
    asked = (target, key, *(belonging.get(name) for name in OWNERS))
    if asked not in answers:
        answers[asked] = await why_not(work, target, key, belonging)
    return answers[asked]


def remember(work: Work) -> None:
    """From here on ask once what many rows name."""
    work.info[ANSWERS] = {}


async def why_not(work: Work, target: type[Record], key: UUID, belonging: Mapping[str, Any]) -> Problem | None:
    """Why this person cannot name the record here; None where they can."""
    table = target.__table__
    owners = [name for name in OWNERS if name in table.columns and belonging.get(name) is not None]
    trashed = [table.columns.deleted_at] if "deleted_at" in table.columns else []
    wanted = [table.columns[name] for name in ("id", *owners)] + trashed
    row = (await work.execute(select(*wanted).where(table.columns.id == key))).first()
    if row is None:
        return Problem(N_("There is no such record."))
    if trashed and row.deleted_at is not None:
        return Problem(N_("This record is in the trash."))
    if any(getattr(row, name) not in (None, belonging[name]) for name in owners):
        return Problem(N_("This record belongs to another deal or client."))
    if target is User and await work.scalar(select(User.id).where(User.id == key, User.working())) is None:
        return Problem(N_("This person does not work here any more."))
    return None
