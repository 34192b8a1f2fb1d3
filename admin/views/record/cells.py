"""Cells of a section's rows: one plain function a field, made once a day for each language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from admin.amounts import opening as asking
from admin.i18n import _, show_money
from admin.views.base import View
from admin.views.listing.cells import look_of
from admin.views.listing.fields import Field, Kind
from admin.views.record.showing import css_of, due_mark, show

Cell = Callable[[Any, Any, Any], str]
"""Makes a cell of a value, of the key of what it points to, and of the row's state."""


@lru_cache(maxsize=512)
def cells_of(view: View, fields: tuple[Field, ...], locale: str, today: date) -> tuple[Cell, ...]:
    """The functions that write a row's cells."""
    return tuple(cell_of(view, field, today, first=n == 0) for n, field in enumerate(fields))


def cell_of(view: View, field: Field, today: date, *, first: bool = False) -> Cell:
    """The cell of one field: a link, a state, a date that calls, or a plain value."""
    label = escape(_(field.label))
    if field.kind is Kind.LINK and field.target is not None:
        return link_cell(field.target, label)
    if field.name == view.state or (field.derived and field.choices):
        return state_cell(view, field.column, label)
    if field.derived is not None and (told := field.derived.show):
        return lambda value, _key, _state: (
            f'<td class="text clock" data-label="{label}">{escape(told(value, today)) if value else ""}</td>'
        )
    if field.name in view.due:
        return due_cell(view, field, label, today)
    opening, column = f'<td class="{css_of(field.column)}" data-label="{label}">', field.column
    if field.kind is Kind.MONEY and field.many is None and not first:
        begun = opening + asking(field.name)
        return lambda value, _key, _state: (
            f"{opening}</td>" if value is None else f"{begun}{show_money(value)}</button></td>"
        )
    return lambda value, _key, _state: f"{opening}{escape(show(column, value))}</td>"


def link_cell(target: View, label: str) -> Cell:
    """The title of what a key points to, and the way there."""
    opening = f'<td class="link" data-label="{label}">'
    address = f'{opening}<a class="plain-link" href="/admin/{target.identity}/details/'

    def link(value: Any, key: Any, _state: Any) -> str:
        if value is None:
            return f"{opening}</td>"
        text = escape(_(str(value)))
        return f'{address}{key}">{text}</a></td>' if key else f"{opening}{text}</td>"

    return link


def state_cell(view: View, column: Any, label: str) -> Cell:
    """A state in a word; green only for what is received or done."""
    made: dict[Any, str] = {}

    def state(value: Any, _key: Any, _state: Any) -> str:
        if value not in made:
            look = f" {look_of(value)}".rstrip()
            made[value] = (
                f'<td class="state" data-label="{label}"><span class="badge state{look}">'
                f"{escape(show(column, value))}</span></td>"
            )
        return made[value]

    return state


def due_cell(view: View, field: Field, label: str, today: date) -> Cell:
    """A date that calls while the record is open: red when past, amber today."""
    looks = {"late": " late", "today": " due"}
    css = "late-word" if view.late_word else "visually-hidden"
    sign = f' <span class="{css}">{escape(_(view.late_word or "overdue"))}</span>'

    def due(value: Any, _key: Any, state: Any) -> str:
        mark = due_mark(view, field.name, value, state, today)
        told = sign if mark == "late" else ""
        return f'<td class="when{looks.get(mark, "")}" data-label="{label}">{show(field.column, value)}{told}</td>'

    return due
