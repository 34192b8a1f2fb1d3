"""Everything that may be done to records, found in the registry; what is asked is made up from the declarations."""

from __future__ import annotations

import dataclasses
import itertools
import typing
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from admin.views.registry import load
from models import clock
from models.actor import Actor, Scope
from models.base import Record, records
from models.changes import Change, apply, create, editable, wire
from models.errors import Invalid, Problem
from models.rehearsal import rehearsal
from models.session import Database, Work
from models.verbs import Verb

CREATE, UPDATE = "create", "update"
ROWS_TRIED, ASKED_TRIED, TRIED_AT_MOST = 25, 24, 120
WORDS = "Проверка отмены"
AT_THE_COMMIT = "SELECT crm.derive_touched(); SET CONSTRAINTS ALL IMMEDIATE"
"""What a commit would do and check."""
CHANGES = "SELECT 1 FROM audit.events WHERE action_id = $1::text::uuid AND op <> 'note' LIMIT 1"
CLOSED = "SELECT month FROM audit.undo_closed_months($1::text::uuid) AS month LIMIT 1"
PEOPLE_OF = ("assignee_id", "author_id", "seller_id", "executor_id", "user_id", "payee_id", "created_by_id")
FREE = frozenset({"name", "title", "number", "slug", "code", "username", "full_name", "file_name", "file_sha256"})
"""Texts that may be anything and often must be one's own."""


@dataclass(frozen=True)
class Deed:
    """A verb of an entity; making and changing a record are deeds of every entity that the panel makes and changes."""

    record: type[Record]
    name: str

    @property
    def slug(self) -> str:
        """As the log names it."""
        return f"{self.record.__identity__}.{self.name}"


@dataclass(frozen=True)
class Way:
    """One way to do a deed: by whom, to which record, and with what."""

    actor: Actor
    key: UUID | None
    asked: Any = None


def deeds() -> list[Deed]:
    """Everything that anybody can do, from the registries of records and of views."""
    found = []
    for record in records():
        view = load().get(record.__identity__)
        if view is not None and view.creatable and not view.is_sealed:
            found.append(Deed(record, CREATE))
        if view is not None and view.editable and not view.is_sealed and editable(record):
            found.append(Deed(record, UPDATE))
        found += [Deed(record, name) for name in record.__verbs__]
    return found


async def do(work: Work, deed: Deed, way: Way) -> None:
    """Do it in this work, as a door does."""
    if deed.name == CREATE:
        await create(work, deed.record, way.asked)
    elif deed.name == UPDATE:
        assert way.key is not None
        await apply(work, Change(deed.record, way.key, {}, way.asked))
    else:
        assert way.key is not None
        row = await work.get_record(deed.record, way.key, lock=True)
        await deed.record.__verbs__[deed.name].do(row, work.act(), way.asked)
    await work.settle()


async def way_of(database: Database, deed: Deed, people: Sequence[Actor]) -> Way | str:
    """A way that is not refused, tried and taken back; where there is none, the last refusal."""
    said = "no record that admits it"
    tried = 0
    async for way in ways(database, deed, people):
        tried += 1
        if tried > TRIED_AT_MOST:
            break
        try:
            async with rehearsal(database, way.actor, deed.slug) as work:
                await do(work, deed, way)
                await work.driver.tell(AT_THE_COMMIT)
                changes = await work.driver.fetch(CHANGES, str(work.action_id))
                closed = await work.driver.fetch(CLOSED, str(work.action_id))
            if changes and not closed:
                return way
            said = "it is money of a closed month" if closed else "nothing was changed"
        except Problem as problem:
            fields = getattr(problem, "fields", {})
            said = f"{way.actor.name}: {problem} " + "; ".join(f"{name}: {one}" for name, one in fields.items())
        except (SQLAlchemyError, TypeError, AttributeError) as error:
            said = f"{type(error).__name__}: {error}"[:300]
    return said


async def ways(database: Database, deed: Deed, people: Sequence[Actor]) -> AsyncIterator[Way]:
    """What may be tried, the likeliest first."""
    admin = people[0]
    async with database.transaction(admin) as work:
        statement = select(deed.record).order_by(deed.record.id.desc()).limit(400)
        rows = list(await work.scalars(statement))
    if deed.name == CREATE:
        for row in rows[:10]:
            for values in copies(deed.record, row):
                yield Way(admin, None, values)
        async with database.transaction(admin) as work:
            new = await from_nothing(work, deed.record)
        for values, actor in itertools.product(new, [admin, *owners_first(rows, people)][:2]):
            yield Way(actor, None, values)
        return
    if deed.name == UPDATE:
        for row, actor in itertools.product(rows[:ROWS_TRIED], owners_first(rows, people)):
            async for values in changed(database, deed.record, row, actor):
                yield Way(actor, row.id, values)
        return
    verb = deed.record.__verbs__[deed.name]
    pairs = [(row, one) for row in spread(verb, rows) for one in offered(verb, row, people)]
    for least, most, tried in ((0, 3, 12), (3, ASKED_TRIED, len(pairs))):
        for row, actor in pairs[:tried]:
            n = 0
            async for asked in askings(database, admin, verb, row):
                if least <= n < most:
                    yield Way(actor, row.id, asked)
                n += 1
                if n >= most:
                    break


def offered(verb: Verb, row: Any, people: Sequence[Actor]) -> list[Actor]:
    """Who may do it, the nearest first."""
    return [one for one in nearest(row, people) if verb.is_offered(row, one)][:2]


def nearest(row: Any, people: Sequence[Actor]) -> list[Actor]:
    """Whom a record names, then who sees everything, then the others."""
    named = [getattr(row, name, None) for name in PEOPLE_OF]
    return sorted(people, key=lambda one: (one.id not in named, one.scope != Scope.ALL))


def owners_first(rows: Sequence[Any], people: Sequence[Actor]) -> Sequence[Actor]:
    """Rows of a person's own are written by that person."""
    mine = {getattr(row, "user_id", None) for row in rows}
    return [*[one for one in people if one.id in mine][:3], people[0]]


def spread(verb: Verb, rows: Sequence[Any]) -> list[Any]:
    """Rows that admit the verb, one of each state first."""
    fitting = [row for row in rows if verb.fits(row)]
    first = {row.state: row for row in reversed(fitting)}
    return list(dict.fromkeys([*first.values(), *fitting]))[:ROWS_TRIED]


# -- what is asked


async def askings(database: Database, admin: Actor, verb: Verb, row: Any) -> AsyncIterator[Any]:
    """Inputs of a verb: what is needed alone, then everything; several records for each look-up."""
    if verb.asks is None:
        yield None
        return
    hints = typing.get_type_hints(verb.asks)
    fields = dataclasses.fields(verb.asks)
    async with database.transaction(admin) as work:
        options = {one.name: await options_of(work, one, hints[one.name], row) for one in fields}
    if any(not options[one.name] and one.metadata.get("lookup") and one.metadata.get("required") for one in fields):
        return
    for whole in (False, True):
        asked = {n: o for n, o in options.items() if o and (whole or is_needed(fields, n))}
        for values in itertools.islice(itertools.product(*asked.values()), ASKED_TRIED):
            yield verb.asks(**dict(zip(asked, values, strict=True)))


def is_needed(fields: Iterable[Any], name: str) -> bool:
    """Whether a form may not leave it empty."""
    return any(one.name == name and one.metadata.get("required") for one in fields)


async def options_of(work: Work, asked: Any, hint: Any, row: Any) -> list[Any]:
    """Values for one input, the likeliest first: what its form begins with, then what its type allows."""
    told = asked.metadata
    if told.get("lookup"):
        keys = await keys_for(work, told["lookup"], told.get("among") or "", row)
        return keys if told.get("required") else [*keys, None]
    begins = getattr(row, told.get("start") or asked.name, None)
    if told.get("choices"):
        return [one.value for one in told["choices"]]
    kinds = [one for one in typing.get_args(hint) or (hint,) if one is not type(None)]
    found = [] if begins is None or callable(begins) else [begins]
    for kind in kinds:
        found += made_up(kind)
    return found


async def keys_for(work: Work, identity: str, among: str, row: Any) -> list[Any]:
    """Records that a look-up offers, those of the same deal and client first; they may also stay empty."""
    record = load()[identity].record
    statement = select(record).order_by(record.id.desc()).limit(60)
    if among:
        statement = statement.where(getattr(record, among)())
    if "deleted_at" in record.__table__.c:
        statement = statement.where(record.deleted_at.is_(None))
    if row.__identity__ == "deal" and "deal_id" in record.__table__.c:
        statement = statement.where(record.deal_id == row.id)
    rows = [one for one in await work.scalars(statement) if one.id != row.id]
    owners = {f"{row.__identity__}_id": row.id} | {n: getattr(row, n, None) for n in ("deal_id", "client_id")}
    rows.sort(key=lambda one: -sum(owners.get(n) == getattr(one, n, 1) for n in ("deal_id", "client_id")))
    return [one.id for one in rows[:8]]


def made_up(kind: Any) -> list[Any]:
    """Values of a plain type."""
    today = clock.today()
    by_kind: dict[Any, list[Any]] = {
        bool: [True, False],
        date: [today, today + timedelta(days=1), today - timedelta(days=1), today + timedelta(days=364)],
        datetime: [clock.now() + timedelta(days=1)],
        Decimal: [Decimal(1), Decimal("0.5"), Decimal(100)],
        int: [1, 2],
        str: [WORDS],
        time: [time(12)],
    }
    return by_kind.get(kind, [])


# -- making and changing


def copies(record: type[Record], row: Any) -> Iterator[dict[str, Any]]:
    """Values of a new record like this one: everything with other names and later days, then what is needed only."""
    names = editable(record, creating=True)
    columns = record.__table__.c
    whole = {n: getattr(row, n) for n in names if getattr(row, n) is not None}
    for kept in (whole, {name: whole[name] for name in whole if not columns[name].nullable}):
        for days in (0, 4000):
            yield {name: other(columns[name], value, days=days) for name, value in kept.items()}
    yield whole


async def from_nothing(work: Work, record: type[Record]) -> list[dict[str, Any]]:
    """Values of the first record of its kind: for each column what its type and its key allow."""
    columns = [record.__table__.c[name] for name in editable(record, creating=True)]
    options: dict[str, list[Any]] = {}
    for column in columns:
        target = next((view for view in load().values() if points_to(column, view.table)), None)
        if target is not None:
            order = target.record.id.desc()
            options[column.name] = list(await work.scalars(select(target.record.id).order_by(order).limit(3)))
        elif choices := column.info.get("choices"):
            options[column.name] = [str(one) for one in choices]
        elif not column.nullable:
            options[column.name] = made_up(column.type.python_type)[:2]
        elif column.type.python_type is Decimal:
            options[column.name] = [Decimal(10)]
    needed = {c.name for c in columns if not c.nullable}
    sums = {c.name for c in columns if c.type.python_type is Decimal}
    made = []
    for names in (needed | sums, needed, {*needed, *options}):
        asked = {name: values for name, values in options.items() if name in names and values}
        made += [dict(zip(asked, v, strict=True)) for v in itertools.islice(itertools.product(*asked.values()), 60)]
    return made


def points_to(column: Any, table: Any) -> bool:
    """Whether a column is a key to a table."""
    return any(key.column.table is table and key.column.name == "id" for key in column.foreign_keys)


def other(column: Any, value: Any, *, days: int = 0) -> Any:
    """A text of its own where a text is free, a later day where days may not meet, another place in a row."""
    if isinstance(value, date) and days:
        return value + timedelta(days=days)
    if column.name == "locale":
        return "kk"
    if column.name in ("sequence", "position"):
        return value + 50
    if column.name not in FREE or not isinstance(value, str) or column.info.get("choices"):
        return value
    return f"{value}7" if column.name in ("number", "slug", "code", "file_sha256") else f"{value} 2"


async def changed(database: Database, record: type[Record], row: Any, actor: Actor) -> AsyncIterator[dict[str, Any]]:
    """Other values for as many columns as may be written together, then for each alone."""
    columns = record.__table__.c
    values = {n: other_value(columns[n], getattr(row, n)) for n in editable(record)}
    values = {n: value for n, value in values.items() if wire(value) != wire(getattr(row, n))}
    wanted = dict(values)
    for _turn in range(6):
        if not wanted:
            break
        try:
            async with rehearsal(database, actor, f"{record.__identity__}.update") as work:
                await apply(work, Change(record, row.id, {}, wanted))
                await work.settle()
            yield wanted
            return
        except Invalid as invalid:
            wrong = invalid.fields.keys() & wanted.keys()
            wanted = {n: v for n, v in wanted.items() if n not in wrong} if wrong else {}
        except Problem:
            break
    for name, value in values.items():
        yield {name: value}


def other_value(column: Any, value: Any) -> Any:
    """Another value for a column; keys stay, as what they may point to is a matter of its own."""
    if column.foreign_keys:
        return value
    if choices := column.info.get("choices"):
        return next((str(one) for one in choices if str(one) != value), value)
    kind = column.type.python_type
    if kind is bool:
        return not value
    if kind in (Decimal, int) and value is not None:
        return value + 1
    if kind is date and value is not None:
        return value + timedelta(days=1)
    if kind is str:
        return f"{value} 2" if value else WORDS
    return value
