"""Columns by name: where they lie, along which foreign keys, and what kind of value they hold."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Numeric, Table, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from admin.labels import label_of
from admin.views import registry
from admin.views.base import Derived, View
from models.rights import Rights


class Kind(enum.Enum):
    """What a cell holds, and so how it is shown, filtered and exported."""

    TEXT = enum.auto()
    CHOICE = enum.auto()
    LINK = enum.auto()
    BOOL = enum.auto()
    DATE = enum.auto()
    MOMENT = enum.auto()
    TIME = enum.auto()
    NUMBER = enum.auto()
    MONEY = enum.auto()
    PERCENT = enum.auto()
    PHONE = enum.auto()
    KEY = enum.auto()
    WORDS = enum.auto()
    JSON = enum.auto()


BY_TYPE: tuple[tuple[type[Any], Kind], ...] = (
    (Uuid, Kind.KEY), (Boolean, Kind.BOOL), (DateTime, Kind.MOMENT), (Date, Kind.DATE), (Time, Kind.TIME),
    (Numeric, Kind.MONEY), (BigInteger, Kind.NUMBER), (Integer, Kind.NUMBER), (ARRAY, Kind.WORDS), (JSONB, Kind.JSON),
)  # fmt: skip
NOT_MONEY = frozenset({"area", "kbm"})
STEPS_AT_MOST = 4


class NoSuchField(ValueError):
    """The view's table has no such column, or it may not be shown."""


@dataclass(frozen=True)
class Field:
    """A column of a list. `path` holds the foreign keys that lead to `column`; a link's path ends in its own key."""

    name: str
    path: tuple[str, ...]
    column: Column[Any]
    kind: Kind
    label: str
    target: View | None = None
    many: tuple[str, str] | None = None
    """Rows of another table that point here: its name and their column."""
    derived: Derived | None = None
    """It is no column of a table but worked out when it is read."""

    @cached_property
    def own(self) -> bool:
        """Whether the value lies in the list's own table."""
        return not self.path and self.derived is None

    @cached_property
    def choices(self) -> Any:
        """The enumeration of the values, if it is one."""
        return self.column.info.get("choices")


@lru_cache(maxsize=4096)
def field_of(view: View, name: str) -> Field:
    """The field of a name such as `stage`, `client_id`, `deal_id.client_id`, `policy:client_id:ends_on`.

    Raises `NoSuchField`, also for columns that are hidden.
    """
    if ":" in name:
        return _field_of_many(view, name)
    if found := view.derived.get(name):
        made: Column[Any] = Column(name, Text, info={"choices": found.choices} if found.choices else {})
        return Field(name, (), made, kind_of(made), found.label, derived=found)
    table = view.table
    path: tuple[str, ...] = ()
    *steps, last = name.split(".")
    if len(steps) > STEPS_AT_MOST:
        raise NoSuchField(name)
    for step in steps:
        table, path = target_of(table, step).table, (*path, step)
    column = column_of(table, last)
    label = view.labels.get(name) or label_of(column)
    pointed = target_or_none(table, last)
    if pointed is None:
        return Field(name, path, column, kind_of(column), label)
    return _titled(Field(name, (*path, last), column, Kind.LINK, label, pointed), pointed)


def _titled(field: Field, pointed: View) -> Field:
    """Follow titles that are links themselves: a participant is named by its user."""
    path, target = field.path, pointed
    while (onward := target_or_none(target.table, target.title)) is not None:
        path, target = (*path, target.title), onward
    column = column_of(target.table, target.title)
    return Field(field.name, path, column, Kind.LINK, field.label, pointed)


def _field_of_many(view: View, name: str) -> Field:
    identity, by, rest = name.split(":", 2)
    child = registry.load().get(identity)
    if child is None or by not in child.table.c or child.is_sealed:
        raise NoSuchField(name)
    inner = field_of(child, rest)
    label = view.labels.get(name, inner.label)
    return replace(inner, name=name, label=label, many=(identity, by))


def column_of(table: Table, name: str) -> Column[Any]:
    """A column that may be shown. Raises `NoSuchField`."""
    column = table.c.get(name)
    if column is None or column.info.get("hidden"):
        raise NoSuchField(name)
    return column


def target_of(table: Table, column: str) -> View:
    """The view that a foreign key leads to. Raises `NoSuchField` for other columns."""
    found = target_or_none(table, column)
    if found is None:
        raise NoSuchField(column)
    return found


@lru_cache(maxsize=2048)
def target_or_none(table: Table, name: str) -> View | None:
    """The view that a column leads to by its foreign key, or by its name in the log."""
    column = column_of(table, name)
    for key in column.foreign_keys:
        if key.column.name == "id":
            return registry.view_of_table(key.column.table.fullname)
    return registry.load()[LOOSE[name]] if name in LOOSE and table.schema == "audit" else None


LOOSE = {"actor_id": "user", "deal_id": "deal", "client_id": "client", "action_id": "action"}
"""Keys of the log that no constraint holds."""


@lru_cache(maxsize=16_384)
def may_read(view: View, name: str, rights: Rights) -> bool:
    """Whether every column that a name leads over may be read, and the title of what a link points to.

    Beyond the title of a link, and in rows that point here, only for whom such records are.
    """
    if ":" in name:
        identity, by, rest = name.split(":", 2)
        child = registry.view_named(identity)
        return rights.may(identity, "list") and may_read(child, by, rights) and may_read(child, rest, rights)
    if found := view.derived.get(name):
        return all(may_read(view, read, rights) for read in found.reads)
    first, _, rest = name.partition(".")
    if not all(rights.may_field(view.identity, spelled, "read") for spelled in (first, *SPELLED_FROM.get(first, ()))):
        return False
    if view.table.schema == "audit" and first in LOGGED:
        return rights.hidden <= SEEN_BY_THEIR_OWN
    target = target_or_none(view.table, first)
    if target is None:
        return True
    if rest and (target.is_sealed or not rights.may(target.identity, "read")):
        return False
    return may_read(target, rest or target.title, rights)


def state_told(view: View, rights: Rights) -> str:
    """The state's column where these rights read it, so that rows may look like it; empty otherwise."""
    return view.state if view.state and may_read(view, view.state, rights) else ""


@lru_cache(maxsize=1024)
def choosable(view: View, rights: Rights) -> tuple[str, ...]:
    """Names of the columns that a list may show: its own, those that it is filtered by, every other of the record."""
    own = (c.name for c in view.table.columns if not (c.name in UNSHOWN or c.info.get("hidden") or c.info.get("quiet")))
    names = dict.fromkeys((*view.columns, *(name for name in view.filters if ":" not in name), *own))
    return tuple(name for name in names if may_read(view, name, rights))


@lru_cache(maxsize=4096)
def may_show(view: View, name: str, rights: Rights) -> bool:
    """Whether a list may have this column: also one that is offered to nobody, such as `deal_id.seller_id`."""
    if ":" in name or name.rpartition(".")[2] in UNSHOWN:
        return False
    try:
        field_of(view, name)
        return may_read(view, name, rights)
    except NoSuchField:
        return False


UNSHOWN = frozenset({"id", "deleted_at", "sort_key", "number_key"})
"""Columns that say nothing to people."""
SPELLED_FROM = {"number_key": ("number",), "sort_key": ("name", "full_name", "title")}
"""Keys of search and order, and the columns that they tell as well."""
LOGGED = frozenset({"changes", "record", "asked"})
"""Columns of the log in which any field may stand."""
SEEN_BY_THEIR_OWN = frozenset({"user"})
"""What the log tells of these only the person and administrators see."""


@lru_cache(maxsize=4096)
def kind_of(column: Column[Any]) -> Kind:
    """The kind of a column's own values."""
    if column.info.get("choices"):
        return Kind.CHOICE
    if column.info.get("format") == "phone" or column.name == "phone":
        return Kind.PHONE
    if column.name.endswith("percent"):
        return Kind.PERCENT
    if column.name in NOT_MONEY:
        return Kind.NUMBER
    return next((kind for type_, kind in BY_TYPE if isinstance(column.type, type_)), Kind.TEXT)


def order_column(field: Field) -> Column[Any]:
    """What a field is ordered by: a name by its normalised key where the table keeps one."""
    table = field.column.table
    if field.column.name == "name" and "sort_key" in table.c:
        return table.c.sort_key
    return field.column
