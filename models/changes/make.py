"""Making a record, putting it into the trash, taking it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, text
from uuid_utils.compat import uuid7

from models.base import Record
from models.changes.apply import read_all
from models.changes.fields import MAKERS, OWNED, must_be_writable
from models.changes.targets import inherit, must_exist
from models.errors import Denied, Invalid, Problem, Refused
from models.facts import Fact
from models.session import Work
from models.texts import N_

R = TypeVar("R", bound=Record)
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")


async def create(work: Work, record: type[R], values: Mapping[str, Any], *, id: UUID | None = None) -> R:
    """A new record of the actor's. The same `id` a second time gives the record that the first one made.

    Raises `Denied`, `Invalid` at fields.
    """
    if not work.actor.rights.may(record.__identity__, "create"):
        raise Denied
    if id is not None and (made := await already(work, record, id)) is not None:
        return made
    must_be_writable(record, values, work.actor, creating=True)
    given = read_all(record, {name: value for name, value in values.items() if value not in (None, "")})
    row = await _made(work, record, given, id or uuid7())
    work.add(row)
    await work.flush()
    _announce(work, record, row)
    return row


async def _made(work: Work, record: type[R], given: dict[str, Any], key: UUID) -> R:
    """The record of these values, which are read and may be written; not yet added."""
    await inherit(work, record, given)
    await must_exist(work, record, given, given)
    _sign(record, given, work)
    await record.fill_in(given, work.act())
    _must_be_whole(record, given)
    row = record(id=key, **given)
    row.edited(frozenset(given), work.act())
    return row


def _announce(work: Work, record: type[R], row: R) -> None:
    """It stands: what that means is told."""
    row.made(work.act())
    work.tell(Fact(f"{record.__identity__}.created", row))


async def create_many(work: Work, record: type[R], wanted: Sequence[tuple[UUID, Mapping[str, Any]]]) -> list[R]:
    """New records by their keys, written together: what `create` does, for rows that are known to be new.

    The values are ready ones, as `read` gives them. Raises as `create` does, for the first that is wrong; then none is
    to be kept.
    """
    if not work.actor.rights.may(record.__identity__, "create"):
        raise Denied
    counts_itself = record.fill_in.__func__ is not Record.fill_in.__func__  # type: ignore[attr-defined]
    rows: list[R] = []
    for names in {tuple(values) for _key, values in wanted}:
        must_be_writable(record, names, work.actor, creating=True)
    for key, values in wanted:
        if counts_itself and rows:  # the next one looks at what is there: its number, its place in a row
            await work.flush()
        given = {name: value for name, value in values.items() if value not in (None, "")}
        rows.append(await _made(work, record, given, key))
        work.add(rows[-1])
    await work.flush()
    for row in rows:
        _announce(work, record, row)
    return rows


async def already(work: Work, record: type[R], id: UUID) -> R | None:
    """What an earlier sending of the same form has made; another sending waits for this one."""
    await work.execute(ONE_AT_A_TIME, {"key": str(id)})
    return await work.get(record, id)


async def trash(work: Work, record: type[R], key: UUID) -> R:
    """Put a record into the trash. Raises `Denied`, `NotFound`, `Refused` where money has moved."""
    row = await work.get_record(record, key, lock=True)
    await _verb(record, "trash").do(row, work.act())
    return row


async def restore(work: Work, record: type[R], key: UUID) -> R:
    """Take a record out of the trash. Raises `Denied`, `NotFound`."""
    row = await work.get_record(record, key, lock=True)
    await _verb(record, "restore").do(row, work.act())
    work.tell(Fact(f"{record.__identity__}.restored", row))
    return row


def _verb(record: type[Record], name: str) -> Any:
    if name not in record.__verbs__:
        raise Refused(N_("Records of this kind are kept for good."))
    return record.__verbs__[name]


def _sign(record: type[Record], given: dict[str, Any], work: Work) -> None:
    """Who made it and when is not for the writer to say."""
    columns = record.__table__.columns
    for name in MAKERS | ({"user_id"} if record.__rows__ in OWNED else set()):
        if name in columns:
            given[name] = work.actor.id
    if "seller_id" in columns:
        given.setdefault("seller_id", work.actor.id)
    for column in columns:
        if isinstance(column.type, DateTime) and not column.nullable and column.server_default is None:
            given.setdefault(column.name, work.at)


def _must_be_whole(record: type[Record], given: Mapping[str, Any]) -> None:
    missing = [
        column.name
        for column in record.__table__.columns
        if not column.nullable
        and column.name not in ("id", *given)
        and column.default is None
        and column.server_default is None
        and column.computed is None
    ]
    if missing:
        raise Invalid(fields={name: Problem(N_("This field must be filled in.")) for name in missing})
