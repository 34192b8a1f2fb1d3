"""The rows of a section as HTML: what rows share is rendered once, and a row is a few strings joined."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from admin.i18n import _, current_locale
from admin.rendering import part
from admin.views.base import Child, View
from admin.views.listing.fields import Field
from admin.views.record.cells import Cell, cells_of
from admin.views.record.offers import Offers
from admin.views.record.showing import css_of
from admin.views.registry import load

if TYPE_CHECKING:
    from admin.views.record.children import Row, Table

KEY = "00000000-0000-0000-0000-key0key0key0"
"""Stands for a row's key in what is rendered once; its end is what ids are made of."""
SHORT = KEY[-12:]


def head_html(table: Table) -> Markup:
    """The labels of the columns."""
    return heads(tuple(table.fields), table.child.spare, current_locale())


@lru_cache(maxsize=512)
def heads(fields: tuple[Field, ...], spare: tuple[str, ...], _locale: str) -> Markup:
    """The cells of a table's head."""
    cells = "".join(
        f'<th scope="col" class="{"spare " * (f.name in spare)}{"num" * (css_of(f.column) == "num")}">'
        f"{escape(_(f.label))}</th>"
        for f in fields
    )
    return Markup(f'{cells}<th class="row-actions"><span class="visually-hidden">{escape(_("Actions"))}</span></th>')  # noqa: S704 - labels are escaped


def body_html(table: Table) -> Markup:
    """Each row in a body of its own: its cells, the place where it is edited, and what opens under it."""
    write = cells_of(table.view, tuple(table.fields), current_locale(), table.today)
    shown = [
        folding(cell) if f.name in table.child.spare else cell for f, cell in zip(table.fields, write, strict=True)
    ]
    plan = list(zip(shown, table.places, strict=True))
    inner = inner_html(table.view, inner_of(table), len(table.fields) + 1, current_locale())
    return Markup("".join(row_html(table, row, plan, inner) for row in table.rows))  # noqa: S704 - cells are escaped


def folding(cell: Cell) -> Cell:
    """A cell that gives way where the section is narrow."""
    return lambda value, key, state: cell(value, key, state).replace('class="', 'class="spare ', 1)


def row_html(table: Table, row: Row, plan: list[Any], inner: str) -> str:
    """One row."""
    key, values, state = str(row.record.id), row.values, row.record.state
    (first, place), *others = plan
    cells = "".join(cell(values[at.value], None if at.key is None else values[at.key], state) for cell, at in others)
    quiet = ' class="quiet"' if row.is_quiet else ""
    leading = lead(table.view, first(values[place.value], None, state), key, unfold(inner, current_locale()))
    after = actions(table.view, row.offers, current_locale()) + edit_place(len(plan) + 1) + inner
    return (
        f'<tbody id="row-{key}"{quiet}><tr>{leading}{cells}{after.replace(KEY, key).replace(SHORT, key[-12:])}</tbody>'
    )


def lead(view: View, cell: str, key: str, unfolding: str) -> str:
    """The first cell leads to the record's own page."""
    opening, _gt, text = cell.partition(">")
    text = text.removesuffix("</td>") or "—"
    button = unfolding.replace(SHORT, key[-12:])
    return f'{opening}>{button}<a href="/admin/{view.identity}/details/{key}">{text}</a></td>'


@lru_cache(maxsize=256)
def unfold(inner: str, _locale: str) -> str:
    """The button that opens what is under a row, named by it."""
    if not inner:
        return ""
    label = inner.partition("<summary>")[2].partition("</summary>")[0]
    return (
        f'<button type="button" class="btn btn-icon btn-ghost unfold" id="unfold-{SHORT}" data-unfold="in-{SHORT}"'
        f' aria-expanded="false" aria-label="{label}" title="{label}">'
        '<i class="ti ti-chevron-right" aria-hidden="true"></i></button>'
    )


@lru_cache(maxsize=4096)
def actions(view: View, offers: Offers, _locale: str) -> str:
    """The buttons of rows that are offered the same."""
    return str(part("parts/row_actions.html", view=view, offers=offers, key=KEY)) + "</tr>"


def edit_place(width: int) -> str:
    """Where the row's form opens; the row itself gives way to it."""
    return f'<tr class="edit-row"><td colspan="{width}" class="slot" id="slot-{SHORT}"></td></tr>'


def inner_of(table: Table) -> tuple[Child, ...]:
    """What opens under each row."""
    return tuple(child for child in table.view.children if child.identity in table.child.inner)


@lru_cache(maxsize=256)
def inner_html(view: View, children: tuple[Child, ...], width: int, _locale: str) -> str:
    """Sections that are fetched when the row is opened."""
    if not children:
        return ""
    return str(part("parts/row_inner.html", view=view, children=children, views=load(), width=width, key=KEY))
