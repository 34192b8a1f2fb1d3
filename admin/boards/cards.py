"""What a card of a board says: the record's name, and the list's columns beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from admin.i18n import _, show_day
from admin.views.base import View
from admin.views.listing.cells import BEFORE_CELLS, MONO, RIGHT, shown
from admin.views.listing.fields import Field, Kind
from admin.views.record.showing import due_mark

MOST_FACTS = 5


class Told(NamedTuple):
    """One fact of a card; a mark is `late` or `today`."""

    label: str
    text: str
    is_plain: bool
    """It says by itself what it is: its label is for those who hear."""
    look: str = ""
    mark: str = ""


class Value(NamedTuple):
    """A cell that is not empty: its column, how it is written, and what it holds."""

    field: Field
    write: Any
    value: Any


class Card(NamedTuple):
    """A record on a board or in a calendar."""

    key: UUID
    title: str
    is_mono: bool
    facts: list[Told]
    is_quiet: bool
    state: str | None
    seen: str = ""
    """The date as it is stored, for whoever writes another day."""
    mark: str = ""
    """How the date calls: `late` or `today`."""


def cards_of(
    view: View, fields: Sequence[Field], rows: Sequence[Any], today: date, without: str, most: int = MOST_FACTS
) -> list[Card]:
    """The cards of rows as a list reads them: key, order's value, state, then each field, links with their keys."""
    places, at = [], BEFORE_CELLS
    for field in fields:
        places.append(at)
        at += 2 if field.kind is Kind.LINK else 1
    writes = [shown(field) for field in fields]
    quiet = frozenset(str(state) for state in view.quiet_states)
    return [card_of(view, fields, writes, places, row, today, without, most, quiet) for row in rows]


def card_of(
    view: View, fields: Sequence[Field], writes: Sequence[Any], places: Sequence[int], row: Any, today: date,
    without: str, most: int, quiet: frozenset[str],
) -> Card:  # fmt: skip
    """One card; what is empty, and what the column or the day says already, is left out."""
    cells = zip(fields, writes, places, strict=True)
    filled = [Value(field, write, row[at]) for field, write, at in cells if row[at] not in (None, "", [], False)]
    told = [one for one in filled if one.field.name != without]
    head = told[0].field if told and fields[0].name == without else fields[0]
    name = next((str(one.write(one.value)) for one in filled if one.field is head), "—")
    others = first_of([one for one in told if one.field is not head], most)
    facts = [fact_of(view, *one, row[2], today) for one in others]
    return Card(row[0], name, head.column.name in MONO, facts, row[2] in quiet, row[2])


def first_of(told: Sequence[Value], most: int) -> Sequence[Value]:
    """So many of what could be told: a sum of money is always among them, before what may be cut off."""
    money = [one for one in told if one.field.kind is Kind.MONEY]
    if not money or money[0] in told[:most]:
        return told[:most]
    return [money[0], *told[: most - 1]]


def fact_of(view: View, field: Field, write: Any, value: Any, state: Any, today: date) -> Told:
    """A value in the reader's words."""
    label = _(field.label)
    if field.derived is not None and (show := field.derived.show):
        return Told(label, show(value, today), False)
    mark = due_mark(view, field.name, value, state, today) if field.kind is Kind.DATE else ""
    text = show_day(value, today) if field.name in view.due and field.kind is Kind.DATE else str(write(value))
    look = "num" if field.kind in RIGHT else "mono" if field.column.name in MONO else ""
    is_plain = field.kind in (Kind.LINK, Kind.PHONE) or field.column.name in ("title", "name")
    return Told(label, text, is_plain, look, mark)
