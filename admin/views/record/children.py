"""Rows of another entity on a record's page: seen, added, changed and removed without leaving it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from importlib import import_module
from typing import Any
from uuid import UUID

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, show_money
from admin.rendering import fragment
from admin.views.base import Child, View
from admin.views.listing.fields import Field, Kind, field_of, may_read
from admin.views.record.offers import Offers, offers_of
from admin.views.record.replies import details
from admin.views.record.showing import Cell, css_of, due_mark, show
from admin.views.record.statement import AT_MOST, Place, Section, by_parent, find_rows, section_of
from admin.views.record.table_html import body_html, head_html
from admin.views.registry import load, view_named
from models.actor import Actor
from models.errors import NotFound
from models.rights import Rights
from models.session import Work


@dataclass(eq=False)
class Row:
    """A record's values with their titles, and what can be done with it."""

    table: Table
    record: Any
    """The row's own columns by name; verbs take it for a record."""
    values: Sequence[Any]
    """Own columns, then titles, as the places of the fields say."""
    offers: Offers

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is to be done with it."""
        view = self.table.view
        return view.state is not None and self.record.state in view.quiet_states

    @property
    def inner(self) -> list[tuple[Child, View]]:
        """What opens under it."""
        inner = self.table.child.inner
        return [(one, load()[one.identity]) for one in self.table.view.children if one.identity in inner]

    @cached_property
    def cells(self) -> list[Cell]:
        """Its fields in words, for templates that draw rows of their own."""
        return [cell_of(self, field, place) for field, place in zip(self.table.fields, self.table.places, strict=True)]

    def cell(self, name: str) -> Cell:
        """A field by its name; an empty one where the section has no such column."""
        found = zip(self.table.fields, self.cells, strict=True)
        return next((cell for field, cell in found if field.name == name), Cell("", ""))


@dataclass(eq=False)
class Table:
    """A section of the page."""

    parent: View
    parent_id: UUID
    child: Child
    view: View
    fields: list[Field]
    places: list[Place]
    today: date
    has_more: bool
    may_add: bool
    more: Mapping[str, Any]
    """What the child's loader adds for its own templates."""
    is_eager: bool = False
    """Drawn with the page, and so refreshed with it."""

    def __post_init__(self) -> None:
        self.rows: list[Row] = []
        self.totals: list[str] = []

    @property
    def template(self) -> str:
        """The template that draws the section."""
        return self.child.template or "parts/children.html"

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

    @property
    def source(self) -> str:
        """Where it is refreshed from: the page that it was drawn with, or itself."""
        return details(self.parent, self.parent_id) if self.is_eager else self.address

    @property
    def head_html(self) -> Markup:
        """The labels of the columns."""
        return head_html(self)

    @property
    def body_html(self) -> Markup:
        """The rows."""
        return body_html(self)


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
    if not actor.rights.may(child.identity, "list"):
        raise NotFound
    section = section_for(parent, child, actor.rights)
    found = await find_rows(work, section, parent_id, actor.scope)
    return await loaded(work, actor, table_from(section, parent_id, found, actor, work.today))


def section_for(parent: View, child: Child, rights: Rights) -> Section:
    """The section as these rights may read it."""
    return section_of(parent, child, shown_fields(view_named(child.identity), child, rights))


def table_from(
    section: Section, parent_id: UUID, found: Sequence[Sequence[Any]], actor: Actor, today: date, *,
    is_eager: bool = False,
) -> Table:  # fmt: skip
    """The section of rows that have been read."""
    view, child = section.view, section.child
    shown = [
        (field, place)
        for n, (field, place) in enumerate(zip(section.fields, section.places, strict=True))
        if n == 0 or not found or tells_something(section.parent, field, place, found)
    ]
    may_add = view.creatable and actor.rights.may(view.identity, "create")
    fields, places = [field for field, _place in shown], [place for _field, place in shown]
    table = Table(
        section.parent, parent_id, child, view, fields, places, today, len(found) > AT_MOST, may_add, {}, is_eager
    )
    for values in found[:AT_MOST]:
        record = section.record(values)
        table.rows.append(Row(table, record, values, offers_of(view, record, actor)))
    table.totals = totals(table) if child.sums and not table.has_more else []
    return table


async def loaded(work: Work, actor: Actor, table: Table) -> Table:
    """The section with what its child's loader adds."""
    if table.child.loader:
        table.more = await loader(table.child.loader)(work, actor, table)
    return table


@cache
def loader(place: str) -> Callable[[Work, Actor, Table], Awaitable[Mapping[str, Any]]]:
    """The function that a child names."""
    module, _colon, name = place.partition(":")
    found: Callable[[Work, Actor, Table], Awaitable[Mapping[str, Any]]] = getattr(import_module(module), name)
    return found


def tells_something(parent: View, field: Field, place: Place, found: Sequence[Sequence[Any]]) -> bool:
    """Not a column that is empty in every row, nor one that names the deal's only need or policy again and again."""
    if all(row[place.value] is None or row[place.value] == "" for row in found):
        return False
    return place.many is None or not by_parent(parent, field) or found[0][place.many] > 1


@lru_cache(maxsize=1024)
def shown_fields(view: View, child: Child, rights: Rights) -> tuple[Field, ...]:
    """The columns of the section: the view's own without what the page says already."""
    parents = {child.by, "deal_id", "client_id"} if not child.columns else set()
    names = child.columns or [n for n in view.columns if n.split(".")[0] not in parents]
    return tuple(field_of(view, n) for n in names if may_read(view, n, rights))


def cell_of(row: Row, field: Field, place: Place) -> Cell:
    """A field of a row in words."""
    view, value = row.table.view, row.values[place.value]
    label = _(field.label)
    if field.kind is Kind.LINK:
        key = row.values[place.key] if place.key is not None else None
        link = details(field.target, key) if key and field.target is not None else ""
        return Cell(label, _(str(value)) if value is not None else "", link, "link")
    if field.derived is not None and field.derived.show is not None:
        return Cell(label, field.derived.show(value, row.table.today) if value else "", "", "text")
    kind = "state" if field.name == view.state or field.derived else css_of(field.column)
    mark = due_mark(view, field.name, value, row.record.state, row.table.today)
    why = field.name if field.kind is Kind.MONEY and value is not None else ""
    return Cell(label, show(field.column, value), "", kind, mark, why)


def totals(table: Table) -> list[str]:
    """Sums of money below their columns, without rows that are settled otherwise; nothing for a single row."""
    if len(table.rows) < 2:
        return []
    counted = [row for row in table.rows if not row.is_quiet]
    sums = [
        show_money(sum((row.values[place.value] or Decimal(0) for row in counted), Decimal(0)))
        if field.kind is Kind.MONEY and field.own
        else ""
        for field, place in zip(table.fields, table.places, strict=True)
    ]
    return sums if any(sums) else []
