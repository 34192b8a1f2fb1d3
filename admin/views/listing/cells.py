"""Cells as they are shown: each kind of value by one plain function, since a page has hundreds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from admin.amounts import opening as asking
from admin.i18n import (
    _,
    current_locale,
    show_date,
    show_datetime,
    show_day,
    show_money,
    show_number,
    show_percent,
    show_phone,
    show_time,
)
from admin.views.base import View
from admin.views.listing.fields import Field, Kind, kind_of
from models.actor import Actor
from models.rights import Rights

LONGEST = 140
RIGHT = frozenset({Kind.MONEY, Kind.NUMBER, Kind.PERCENT})
MONO = frozenset({"code", "number", "vin", "plate", "inn", "sha256"})
GOOD_STATES = frozenset(
    {"paid", "confirmed", "received", "withheld", "issued", "done", "renewed", "passed_on", "posted", "in_force"}
)
LOOKS = {
    **dict.fromkeys(GOOD_STATES, "good"),
    **dict.fromkeys(("suspended", "to_terminate"), "late"),
    "at_risk": "due",
    "expired": "quiet",
}
"""States that have a tone of their own."""
LATE_SIGN = '<i class="ti ti-clock-exclamation" aria-hidden="true"></i>'
"""Nothing is told by colour alone."""
BOX = '<td class="pick"><input type="checkbox" class="form-check-input" name="pk"'
PEEK = '<button type="button" class="peek-at" data-peek aria-label="{label}"><i class="ti ti-eye"></i></button>'
BEFORE_CELLS = 3
"""Columns of a row before its fields: key, order's value, state."""
Cell = Callable[[Any, Any, Any], str]
"""Makes a cell of a value, of the key of what it points to, and of the row's state."""


def short(value: Any) -> str:
    """A text in one line, cut where nobody would read on."""
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def phone(value: str) -> str:
    """A phone to tap."""
    return Markup('<a href="tel:{}">{}</a>').format(value, show_phone(value))


def told(value: Any) -> str:
    """What a JSON column holds, in a few words: the names of changed fields, else names and values."""
    if not isinstance(value, dict):
        return short(value)
    return short(", ".join(k if isinstance(v, list) else f"{k}: {v}" for k, v in value.items()))


SHOWN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: short,
    Kind.BOOL: lambda value: _("yes") if value else _("no"),
    Kind.DATE: show_date,
    Kind.MOMENT: show_datetime,
    Kind.TIME: show_time,
    Kind.NUMBER: show_number,
    Kind.MONEY: show_money,
    Kind.PERCENT: show_percent,
    Kind.PHONE: phone,
    Kind.KEY: str,
    Kind.WORDS: lambda value: short(", ".join(value)),
    Kind.JSON: told,
}


def shown(field: Field) -> Callable[[Any], str]:
    """How the field's value is written; a link by the kind of its title."""
    if field.choices:
        labels = {option.value: _(option.label) for option in field.choices}
        return lambda value: labels.get(value, value)
    kind = kind_of(field.column) if field.kind is Kind.LINK else field.kind
    return SHOWN[kind]


@lru_cache(maxsize=512)
def cells_of(view: View, fields: tuple[Field, ...], rights: Rights, locale: str, today: date) -> list[Cell]:
    """For each field the function that makes its cell, worked out once a day for each language and role."""
    cells = [cell_of(view, field, rights, today, first=n == 0) for n, field in enumerate(fields)]
    spare = spare_of(view, fields)
    return [folding(cell) if field.name in spare else cell for field, cell in zip(fields, cells, strict=True)]


def spare_of(view: View, fields: Sequence[Field]) -> tuple[str, ...]:
    """Columns that give way where the list is narrow: none of those that somebody chose."""
    names = tuple(field.name for field in fields)
    return view.spare if names == tuple(name for name in view.columns if name in names) else ()


def folding(cell: Cell) -> Cell:
    """A cell that gives way where the list is narrow."""
    return lambda value, key, state: cell(value, key, state).replace('class="', 'class="spare ', 1)


def html(value: Any) -> str:
    """A value as HTML."""
    if isinstance(value, Markup):
        return str(value)
    return escape(value if isinstance(value, str) else str(value))


def cell_of(view: View, field: Field, rights: Rights, today: date, *, first: bool) -> Cell:
    """The cell of one field: value, link, or state."""
    write, label = shown(field), html(_(field.label))
    if (field.name == view.state or (field.derived and field.choices)) and not first:
        return state_cell(write, label, view)
    if field.derived is not None and (show := field.derived.show):
        return lambda value, key, state: f'<td data-label="{label}">{html(show(value, today)) if value else ""}'
    if field.name in view.due:
        return due_cell(view, label, today)
    look = "num" if field.kind in RIGHT else "mono" if field.column.name in MONO else ""
    opening = f'<td class="{look}" data-label="{label}">'
    if field.kind is Kind.MONEY and field.many is None:
        begun = opening + asking(field.name)
        return lambda value, key, state: opening if value is None else f"{begun}{show_money(value)}</button>"
    target = field.target if field.kind is Kind.LINK and not first else None
    if target is None or not rights.may(target.identity, "read"):
        return lambda value, key, state: opening + ("" if value is None else html(write(value)))
    address = f'{opening}<a href="/admin/{target.identity}/details/'

    def link(value: Any, key: Any, state: Any) -> str:
        return opening if key is None else f'{address}{key}">{"—" if value is None else html(write(value))}</a>'

    return link


def look_of(state: Any) -> str:
    """The tone of a state: green only for what is received, done or in force."""
    return LOOKS.get(state, "")


def state_cell(write: Callable[[Any], str], label: str, view: View) -> Cell:
    """A state: a bar where the states are stages in a row, else a word; green only for what is received or done."""
    opening = f'<td class="state" data-label="{label}">'
    places = {str(option): n + 1 for n, option in enumerate(view.open_states)} if view.identity == "deal" else {}
    made: dict[Any, str] = {}

    def state(value: Any, key: Any, _state: Any) -> str:
        if value not in made:
            bar = f'<span class="bar bar-{places[value]}" aria-hidden="true"></span>' if value in places else ""
            look = look_of(value) or ("quiet" if value in view.quiet_states else "")
            made[value] = f'{opening}{bar}<span class="{look}">{html(write(value))}</span>'
        return made[value]

    return state


def due_cell(view: View, label: str, today: date) -> Cell:
    """A date that calls while the record is open: red when past, amber today; the words say so too."""
    still_open = frozenset(str(state) for state in view.open_states)
    made: dict[tuple[Any, bool], str] = {(None, is_open): f'<td data-label="{label}">' for is_open in (True, False)}

    def due(value: Any, key: Any, state: Any) -> str:
        known = value, state in still_open
        if known not in made:
            made[known] = (
                called(value, label, today) if known[1] else f'<td class="when" data-label="{label}">{show_date(value)}'
            )
        return made[known]

    return due


def called(value: date, label: str, today: date) -> str:
    """The cell of a date that somebody waits for."""
    look = "late" if value < today else "due" if value == today else ""
    sign = f'{LATE_SIGN}<span class="visually-hidden">{html(_("overdue"))} </span>' if look == "late" else ""
    opening = f'<td class="{look} when" data-label="{label}" title="{show_date(value)}">'
    return f"{opening}{sign}{html(show_day(value, today))}"


def rows_html(
    view: View, fields: Sequence[Field], rows: Sequence[Any], actor: Actor, today: date, *, pick: bool,
    tones: Mapping[str, str] = MappingProxyType({}),
) -> Markup:  # fmt: skip
    """The rows of a page; the first cell leads to the record, a box before it chooses the row.

    `tones` tells by which rule a row has its tone, which is then the last of its values.
    """
    cells = cells_of(view, tuple(fields), actor.rights, current_locale(), today)
    plan, at = [], BEFORE_CELLS
    for field, cell in zip(fields, cells, strict=True):
        is_link = field.kind is Kind.LINK
        plan.append((cell, at, at + 1 if is_link else None))
        at += 2 if is_link else 1
    quiet = frozenset(str(state) for state in view.quiet_states)
    lead = leading(view, fields[0], pick=pick, peeks=actor.rights.may(view.identity, "read"))
    lines = []
    for row in rows:
        state = row[2]
        tone = row[-1] if tones else ""
        looks = " ".join(filter(None, ("quiet" if state in quiet else "", f"tone-{tone}" if tone else "")))
        lines.append(f'<tr class="{looks}">' if looks else "<tr>")
        lines.append(lead(row[0], row[BEFORE_CELLS], tones.get(tone, "")))
        lines += [cell(row[place], None if key is None else row[key], state) for cell, place, key in plan[1:]]
    return Markup("".join(lines))  # noqa: S704 - each cell has escaped its value


def leading(view: View, field: Field, *, pick: bool, peeks: bool = False) -> Callable[[Any, Any, str], str]:
    """The cells that begin a row, with a button that shows the record beside the list."""
    peek = PEEK.format(label=html(_("Look at it here"))) if peeks else ""
    write, label = shown(field), html(_(field.label))
    look = ' class="mono"' if field.column.name in MONO else ""

    def lead(key: Any, value: Any, rule: str) -> str:
        text = "—" if value is None or value == "" else html(write(value))
        box = f'{BOX} value="{key}" aria-label="{text}">'
        link = f'<a class="row-link" href="/admin/{view.identity}/details/{key}">{text}</a>'
        if rule:
            link += f'<span class="visually-hidden"> {html(rule)}</span>'
        return f'{box if pick else ""}<th scope="row"{look} data-label="{label}">{link}{peek}</th>'

    return lead
