"""Rows of another entity on a record's page: seen, added, changed and removed without leaving it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from importlib import import_module
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, Uuid, bindparam, func, select
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, show_money
from admin.rendering import fragment
from admin.views.base import Child, View
from admin.views.listing.fields import Field, Kind, field_of, may_read, target_or_none
from admin.views.record.offers import Offers, offers_of
from admin.views.record.replies import details
from admin.views.record.showing import Cell, css_of, due_mark, show, title_column
from admin.views.registry import load, view_named
from models.actor import Actor
from models.errors import NotFound
from models.session import Work

AT_MOST = 100
PARENT = bindparam("parent_id", type_=Uuid())


@dataclass(frozen=True)
class Row:
    """A record with its cells and what can be done with it."""

    record: Any
    cells: list[Cell]
    offers: Offers
    is_quiet: bool
    inner: list[tuple[Child, View]]


@dataclass(frozen=True)
class Table:
    """A section of the page."""

    parent: View
    parent_id: UUID
    child: Child
    view: View
    fields: list[Field]
    rows: list[Row]
    totals: list[str]
    has_more: bool
    may_add: bool
    more: Mapping[str, Any]
    """What the child's loader adds for its own templates."""

    @property
    def template(self) -> str:
        """The template that draws the section."""
        return self.child.template or ("parts/journal.html" if self.child.quick else "parts/children.html")

    @property
    def title(self) -> str:
        """The section's name."""
        return _(self.child.title or self.view.name_plural)

    @property
    def anchor(self) -> str:
        """The id of the section in the page."""
        return anchor_of(self.child, self.parent_id)

    @property
    def address(self) -> str:
        """Where the section is fetched from."""
        return address_of(self.parent, self.parent_id, self.child)


def anchor_of(child: Child, parent_id: UUID) -> str:
    """The id of a section in the page: several payments may have their incomes open at once."""
    return f"rows-{child.identity}-{str(parent_id)[-12:]}"


def address_of(parent: View, parent_id: UUID, child: Child) -> str:
    """Where a section is fetched from."""
    return f"/admin/{parent.identity}/children/{parent_id}/{child.identity}"


async def children_page(request: Request, view: View) -> Response:
    """One section, as a part."""
    wanted = request.path_params["child"]
    child = next((one for one in view.children if one.identity == wanted), None)
    if child is None:
        raise NotFound
    state = request.state
    async with state.database.transaction(state.actor) as work:
        await work.get_record(view.record, request.path_params["pk"])
        table = await table_of(work, state.actor, view, request.path_params["pk"], child)
    return fragment(request, table.template, table=table)


async def table_of(work: Work, actor: Actor, parent: View, parent_id: UUID, child: Child) -> Table:
    """The section's rows by one statement. Raises `NotFound` where the actor may not list them."""
    view = view_named(child.identity)
    if not actor.rights.may(view.identity, "list"):
        raise NotFound
    fields = shown_fields(view, child, actor)
    found = (await work.execute(rows_statement(parent, child, tuple(fields)), {"parent_id": parent_id})).all()
    if found:
        fields = [field for field in fields if field is fields[0] or tells_something(parent, field, found)]
    rows = [_row(view, child, fields, row, actor, work) for row in found[:AT_MOST]]
    may_add = view.creatable and actor.rights.may(view.identity, "create")
    table = Table(
        parent,
        parent_id,
        child,
        view,
        fields,
        rows,
        _totals(view, fields, found) if child.sums else [],
        len(found) > AT_MOST,
        may_add,
        {},
    )
    return replace(table, more=await loader(child.loader)(work, actor, table)) if child.loader else table


@cache
def loader(place: str) -> Callable[[Work, Actor, Table], Awaitable[Mapping[str, Any]]]:
    """The function that a child names."""
    module, _colon, name = place.partition(":")
    found: Callable[[Work, Actor, Table], Awaitable[Mapping[str, Any]]] = getattr(import_module(module), name)
    return found


def tells_something(parent: View, field: Field, found: Sequence[Any]) -> bool:
    """Not a column that is empty in every row, nor one that names the deal's only need or policy again and again."""
    values = [row._mapping[f"v_{field.name}"] for row in found]
    if all(value is None or value == "" for value in values):
        return False
    return not by_parent(parent, field) or found[0]._mapping[f"n_{field.name}"] > 1


def by_parent(parent: View, field: Field) -> str:
    """The column by which what a field names hangs on the same parent: a payment's policy on the deal."""
    same = (child.by for child in parent.children if field.target and child.identity == field.target.identity)
    return next(same, "") if "." not in field.name else ""


def shown_fields(view: View, child: Child, actor: Actor) -> list[Field]:
    """The columns of the section: the view's own without what the page says already."""
    parents = {child.by, "deal_id", "client_id"} if not child.columns else set()
    names = child.columns or [n for n in view.columns if n.split(".")[0] not in parents]
    return [field_of(view, n) for n in names if may_read(view, n, actor.rights)]


@lru_cache(maxsize=512)
def rows_statement(parent: View, child: Child, fields: tuple[Field, ...]) -> Select[Any]:
    """The records with the titles of what they point to, by outer joins; built once, `parent_id` is bound."""
    view = view_named(child.identity)
    source: Any = view.table
    steps: dict[tuple[str, ...], tuple[Any, View]] = {(): (view.table, view)}
    wanted: list[Any] = []
    for field in fields:
        for length in range(1, len(field.path) + 1):
            path = field.path[:length]
            if path not in steps:
                table, owner = steps[path[:-1]]
                target = target_or_none(owner.table, path[-1])
                assert target is not None
                alias = target.table.alias("_".join(path))
                source = source.outerjoin(alias, table.c[path[-1]] == alias.c.id)
                steps[path] = (alias, target)
        wanted += _selected(field, steps)
        if field.target is not None and (by := by_parent(parent, field)):
            wanted.append(_counted(field.target, by).label(f"n_{field.name}"))
    statement = select(view.record, *wanted).select_from(source).where(view.table.c[child.by] == PARENT)
    if view.has_trash:
        statement = statement.where(view.table.c.deleted_at.is_(None))
    order = view.default_sort if "." not in view.default_sort else "created_at"
    column = view.table.c[order.lstrip("-")]
    return statement.order_by(column.desc() if order.startswith("-") else column, view.table.c.id).limit(AT_MOST + 1)


def _counted(target: View, by: str) -> ScalarSelect[int]:
    """How many records of a kind hang on the parent."""
    siblings = target.table.alias("siblings")
    counted = select(func.count()).select_from(siblings).where(siblings.c[by] == PARENT)
    return (counted.where(siblings.c.deleted_at.is_(None)) if target.has_trash else counted).scalar_subquery()


def _selected(field: Field, steps: dict[tuple[str, ...], tuple[Any, View]]) -> list[Any]:
    """The value of a field and the key that a link leads to."""
    table, target = steps[field.path]
    if field.kind is not Kind.LINK:
        return [table.c[field.column.name].label(f"v_{field.name}")]
    keyed = field.path[: len(field.name.split("."))]
    key_table = steps[keyed[:-1]][0]
    value = title_column(target, table) if len(keyed) == len(field.path) else table.c[field.column.name]
    return [value.label(f"v_{field.name}"), key_table.c[keyed[-1]].label(f"k_{field.name}")]


def _row(view: View, child: Child, fields: Sequence[Field], row: Any, actor: Actor, work: Work) -> Row:
    record = row[0]
    values = row._mapping
    cells = [_cell(view, field, values, record, work) for field in fields]
    inner = [(one, load()[one.identity]) for one in view.children if one.identity in child.inner and child.inner]
    is_quiet = view.state is not None and record.state in view.quiet_states
    return Row(record, cells, offers_of(view, record, actor), is_quiet, inner)


def _cell(view: View, field: Field, values: Any, record: Any, work: Work) -> Cell:
    value = values[f"v_{field.name}"]
    label = _(field.label)
    if field.kind is Kind.LINK:
        key = values[f"k_{field.name}"]
        link = details(field.target, key) if key and field.target is not None else ""
        return Cell(label, _(str(value)) if value is not None else "", link, "link")
    kind = "state" if field.name == view.state else css_of(field.column)
    return Cell(label, show(field.column, value), "", kind, due_mark(view, field.name, value, record.state, work.today))


def _totals(view: View, fields: Sequence[Field], found: Sequence[Any]) -> list[str]:
    """Sums of money below their columns, without rows that are settled otherwise; nothing for a single row."""
    if len(found) < 2 or len(found) > AT_MOST:
        return []
    counted = [row for row in found if row[0].state not in view.quiet_states]
    sums = [
        show_money(sum((row._mapping[f"v_{f.name}"] or Decimal(0) for row in counted), Decimal(0)))
        if f.kind is Kind.MONEY and f.own
        else ""
        for f in fields
    ]
    return sums if any(sums) else []
