"""Saving what a person changed: merged field by field with what others have saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models.base import Record
from models.changes.fields import must_be_writable
from models.changes.targets import must_exist
from models.changes.values import read, wire
from models.errors import Clash, Conflict, Denied, Invalid, Problem, Refused
from models.facts import Fact
from models.inquiries import hangs_on_trash
from models.log import events
from models.people import User
from models.session import Work
from models.texts import N_
from models.verbs import IN_TRASH, UNDER_TRASH, is_in_trash

NOTES = frozenset({"note"})
OWN_WINDOW = N_("You have changed the same fields yourself meanwhile, in another window.")


@dataclass(frozen=True)
class Change:
    """What one writer wants: the values that they saw, and the new ones. Texts or ready values."""

    record: type[Record]
    id: UUID
    seen: Mapping[str, Any]
    new: Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """A field that somebody else changed meanwhile and that stays as they wrote it."""

    field: str
    value: Any
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Merged:
    """The saved record, the fields that this change set, and those of others that stay."""

    record: Any
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()


async def apply(work: Work, change: Change, locked: Record | None = None) -> Merged:
    """Merge and set, into the row that is locked already or the one that the change names.

    Raises `Denied`, `Invalid` at fields, `Conflict` with its clashes; then nothing is written.
    """
    record = change.record
    if not work.actor.rights.may(record.__identity__, "update"):
        raise Denied
    touched = {name: value for name, value in change.new.items() if _differs(change.seen, name, value)}
    must_be_writable(record, touched, work.actor, creating=False)
    row = locked or await work.get_record(record, change.id, lock=True)
    read_anew = read_all(record, touched)
    new = {name: value for name, value in read_anew.items() if _differs(change.seen, name, value)}
    changed, clashes = _merge(row, change.seen, new)
    if clashes:
        raise await _conflict(work, row, clashes)
    await _must_be_open(work, row, changed)
    await must_exist(work, record, {name: pair[1] for name, pair in changed.items()}, belonging_of(row))
    for name, (_, value) in changed.items():
        setattr(row, name, value)
    if changed:
        row.edited(frozenset(changed), work.act())
        work.tell(Fact(f"{record.__identity__}.edited", row, {"fields": frozenset(changed)}))
    return Merged(row, changed, await _kept(work, row, change.seen, new))


def read_all(record: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Every value as it will be stored. Raises one `Invalid` with all the fields that are wrong."""
    found: dict[str, Any] = {}
    wrong: dict[str, Problem] = {}
    for name, value in values.items():
        try:
            found[name] = read(record.__table__.columns[name], value)
        except Invalid as invalid:
            wrong |= invalid.fields
    if wrong:
        raise Invalid(fields=wrong)
    return found


def belonging_of(row: Record) -> dict[str, Any]:
    """The deal and the client that a record hangs on."""
    return {name: getattr(row, name) for name in ("deal_id", "client_id") if name in row.__table__.columns}


def _differs(seen: Mapping[str, Any], name: str, value: Any) -> bool:
    return name not in seen or wire(seen[name]) != wire(value)


def _merge(
    row: Record, seen: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[dict[str, tuple[Any, Any]], dict[str, Clash]]:
    """What changes, old and new; and the fields that were changed meanwhile to something else."""
    changed: dict[str, tuple[Any, Any]] = {}
    clashes: dict[str, Clash] = {}
    for name, mine in new.items():
        now = getattr(row, name)
        if wire(mine) == wire(now):
            continue
        if name not in seen or wire(seen[name]) == wire(now):
            changed[name] = (now, mine)
        elif wire(seen[name]) != wire(mine):
            original = row.__table__.columns[name]
            clashes[name] = Clash(mine, now, _as_stored(original, seen[name]))
    return changed, clashes


async def _conflict(work: Work, row: Record, clashes: Mapping[str, Clash]) -> Conflict:
    """Who it was is told where it was oneself, in another window: nobody else is to be asked."""
    authors = await _authors(work, row, list(clashes))
    is_own = all(name in authors and authors[name].id == work.actor.id for name in clashes)
    return Conflict(OWN_WINDOW if is_own else None, fields=clashes)


def _as_stored(column: Any, seen: Any) -> Any:
    try:
        return read(column, seen)
    except Invalid:
        return seen


async def _must_be_open(work: Work, row: Record, changed: Mapping[str, Any]) -> None:
    if changed and is_in_trash(row):
        raise Refused(IN_TRASH)
    if changed and await hangs_on_trash(work, row):
        raise Refused(UNDER_TRASH)
    if row.state in row.__settled__ and not changed.keys() <= NOTES:
        raise Refused(N_("Nothing but the note can be changed now: the state is “{state}”."), state=row.state)


async def _kept(work: Work, row: Record, seen: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Kept, ...]:
    columns = row.__table__.columns
    names = [n for n in seen if n in columns and n not in new and wire(getattr(row, n)) != wire(seen[n])]
    if not names:
        return ()
    authors = await _authors(work, row, names)
    known = {name: (author.full_name, author.at) for name, author in authors.items()}
    return tuple(Kept(name, getattr(row, name), *known.get(name, ("", None))) for name in names)


async def _authors(work: Work, row: Record, names: list[str]) -> dict[str, Any]:
    """Who changed each of the fields last, and when, as far as this person sees the log."""
    key = func.jsonb_object_keys(events.c.changes).table_valued("name").lateral("key")
    statement = (
        select(key.c.name, User.id, User.full_name, events.c.at)
        .select_from(events)
        .join(key, key.c.name.in_(names))
        .join(User, User.id == events.c.actor_id)
        .where(events.c.record_id == row.id, events.c.table == str(row.__table__), events.c.op == "update")
        .order_by(events.c.at)
    )
    return {found.name: found for found in await work.execute(statement)}
