"""What a record's page reads: the record with the titles of its keys and the rows of its sections, in one statement.

Each section comes as an array of rows: one round trip, one plan, and plain tuples instead of objects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, func, select
from sqlalchemy.dialects.postgresql import JSONB

from admin.views.base import Child, View
from admin.views.listing.fields import Field, Kind, field_of, target_or_none
from admin.views.listing.joins import Joins
from admin.views.listing.prepared import Prepared, compiled
from admin.views.listing.slots import slot
from admin.views.record.showing import title_column
from admin.views.record.values import columns_of, shape_of
from admin.views.registry import view_named
from models.actor import Scope
from models.errors import NotFound
from models.session import Work

AT_MOST = 100
"""Rows of a section; the rest is a list of its own."""
PARENT = slot("parent_id", Uuid)


class Place(NamedTuple):
    """Where a field stands in a row: its value, the key of what it points to, how many there are of that kind."""

    value: int
    key: int | None = None
    many: int | None = None


@dataclass(frozen=True, eq=False)
class Section:
    """The rows of a child: its fields with their places, and the statement that gives them."""

    parent: View
    child: Child
    view: View
    fields: tuple[Field, ...]
    places: tuple[Place, ...]
    rows: Select[Any]
    make: Callable[[Sequence[Any]], Any]
    width: int
    """How many of the values are the row's own columns; titles follow."""

    def record(self, row: Sequence[Any]) -> Any:
        """The row's own columns."""
        return self.make(with_json(self.view, row[: self.width]))


@dataclass(frozen=True, eq=False)
class Plan:
    """The statement of a page, made once for those who may read the same."""

    view: View
    prepared: Prepared
    titled: Mapping[str, int]
    """Where the titles of keys stand."""
    sections: tuple[Section, ...]


class Found(NamedTuple):
    """What came of it: the record, titles of its keys by column, and rows for each section."""

    record: Any
    titles: dict[str, str | None]
    rows: list[list[tuple[Any, ...]]]


async def find(work: Work, plan: Plan, key: UUID) -> Found:
    """Read the page. Raises `NotFound` for a record that the actor does not see."""
    found = await work.driver.fetch(plan.prepared.text, *plan.prepared.given({"parent_id": key}))
    if not found:
        raise NotFound
    row = tuple(found[0])
    own = columns_of(plan.view)
    record = shape_of(plan.view)._make(with_json(plan.view, row[: len(own)]))
    width = len(own) + len(plan.titled)
    titles = {name: row[at] for name, at in plan.titled.items()}
    return Found(record, titles, list(row[width:]))


async def find_rows(work: Work, section: Section, key: UUID, scope: Scope) -> list[tuple[Any, ...]]:
    """The rows of one section."""
    prepared = alone(section, scope)
    return [tuple(row) for row in await work.driver.fetch(prepared.text, *prepared.given({"parent_id": key}))]


@lru_cache(maxsize=1024)
def alone(section: Section, scope: Scope) -> Prepared:
    """The statement of one section."""
    return marked(compiled(section.rows), scope)


def marked(prepared: Prepared, scope: Scope) -> Prepared:
    """A statement of its own for each scope: the plan that one role's policies gave would be thrown away by another."""
    return prepared._replace(text=f"/* {scope} */ {prepared.text}")


@lru_cache(maxsize=1024)
def plan_of(view: View, sections: tuple[Section, ...], scope: Scope) -> Plan:
    """The statement of a page with these sections."""
    base = view.table.alias("r")
    joins = Joins(view.table, base)
    own = columns_of(view)
    titled = {c.name: len(own) + n for n, c in enumerate(column for column in own if is_key(view, column.name))}
    chosen: list[Any] = [base.c[column.name] for column in own]
    chosen += [titled_value(joins, field_of(view, name)) for name in titled]
    chosen += [rows_as_array(section.rows) for section in sections]
    numbered = [column.label(f"c{n}") for n, column in enumerate(chosen)]
    statement = select(*numbered).select_from(joins.joined(base)).where(base.c.id == PARENT)
    return Plan(view, marked(compiled(statement), scope), titled, sections)


def is_key(view: View, name: str) -> bool:
    """Whether a column names a record that has pages."""
    return bool(view.table.c[name].foreign_keys) and target_or_none(view.table, name) is not None


def rows_as_array(statement: Select[Any]) -> ColumnElement[Any]:
    """The rows of a statement as one value."""
    columns = list(statement.selected_columns)
    whole = statement.with_only_columns(func.row(*columns), maintain_column_froms=True)
    return func.array(whole.correlate(None).scalar_subquery())


@lru_cache(maxsize=1024)
def section_of(parent: View, child: Child, fields: tuple[Field, ...]) -> Section:
    """The statement of a section: own columns, then the titles of what the fields point to, by outer joins."""
    view = view_named(child.identity)
    base = view.table.alias("b")
    joins = Joins(view.table, base)
    own = [column.name for column in columns_of(view)]
    chosen: list[Any] = [base.c[name] for name in own]
    places = []
    for field in fields:
        if field.own:
            places.append(Place(own.index(field.column.name)))
            continue
        value, key, count = len(chosen), None, None
        chosen.append(titled_value(joins, field))
        if field.kind is Kind.LINK:
            key = own.index(field.name) if field.name in own else len(chosen)
            chosen += [] if field.name in own else [joins.key(field)]
        if field.target is not None and (by := by_parent(parent, field)):
            count = len(chosen)
            chosen.append(counted(field.target, by))
        places.append(Place(value, key, count))
    numbered = [column.label(f"c{n}") for n, column in enumerate(chosen)]
    statement = select(*numbered).select_from(joins.joined(base)).where(base.c[child.by] == PARENT)
    if view.has_trash:
        statement = statement.where(base.c.deleted_at.is_(None))
    order = view.default_sort if "." not in view.default_sort else "created_at"
    column = base.c[order.lstrip("-")]
    directed = column.desc() if order.startswith("-") else column
    rows = statement.order_by(directed, base.c.id).limit(AT_MOST + 1)
    return Section(parent, child, view, fields, tuple(places), rows, shape_of(view)._make, len(own))


def titled_value(joins: Joins, field: Field) -> Any:
    """The value of a field in the joined tables; of a link the title of what it points to."""
    if field.kind is Kind.LINK and field.target is not None and len(field.path) == len(field.name.split(".")):
        return title_column(field.target, joins.along(field.path))
    return joins.column(field)


def by_parent(parent: View, field: Field) -> str:
    """The column by which what a field names hangs on the same parent: a payment's policy on the deal."""
    same = (child.by for child in parent.children if field.target and child.identity == field.target.identity)
    return next(same, "") if "." not in field.name else ""


def counted(target: View, by: str) -> ScalarSelect[int]:
    """How many records of a kind hang on the parent."""
    siblings = target.table.alias("siblings")
    found = select(func.count()).select_from(siblings).where(siblings.c[by] == PARENT)
    return (found.where(siblings.c.deleted_at.is_(None)) if target.has_trash else found).scalar_subquery()


def with_json(view: View, values: Sequence[Any]) -> Sequence[Any]:
    """Values of own columns; JSON comes as text."""
    places = json_places(view)
    if not places:
        return values
    return [json.loads(v) if n in places and isinstance(v, str | bytes) else v for n, v in enumerate(values)]


@lru_cache(maxsize=256)
def json_places(view: View) -> frozenset[int]:
    """Where JSON stands among the own columns."""
    return frozenset(n for n, column in enumerate(columns_of(view)) if isinstance(column.type, JSONB))
