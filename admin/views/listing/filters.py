"""Filters as they stand in the address, and what each asks of a column; a bad value becomes a marked chip."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, or_
from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.dates import is_span, span
from admin.views.listing.fields import Field, Kind, NoSuchField, field_of
from admin.views.listing.parameters import FROM, NOT, SPOKEN, TO, WITHIN, taken_apart
from admin.views.listing.readings import read_end, read_typed, why_not
from admin.views.listing.slots import slot
from admin.views.listing.texts import folded, pattern, whole
from models.clock import BROKERAGE_ZONE

EXACTLY = "="
"""Before the words of a text: they are all of it."""
EMPTY, FILLED = "empty", "filled"
SPANNED = (Kind.DATE, Kind.MOMENT)
WORDED = (Kind.TEXT, Kind.PHONE, Kind.WORDS, Kind.JSON)
MOST_VALUES = 100
Group = tuple[str, tuple["Filter", ...]]
"""A prefix of parameters, and the conditions that stand under it."""


@dataclass
class Filter:
    """One column's filter: what was typed, what it means, and what was wrong with it."""

    field: Field
    values: list[Any] = made(default_factory=list)
    emptiness: str = ""
    low: Any = None
    high: Any = None
    span: str = ""
    text: str = ""
    is_inverted: bool = False
    """All rows but those that it names."""
    wrong: list[tuple[str, str]] = made(default_factory=list)
    """What was typed and the sentence (a msgid) that says why it is left out."""

    @property
    def asks(self) -> bool:
        """Whether anything usable is left."""
        return bool(self.values or self.emptiness or self.span or self.text) or (self.low, self.high) != (None, None)

    def ends(self, today: date) -> tuple[Any, Any]:
        """The first and the last value, as the column holds them; a moment is compared by the brokerage's days."""
        low, high = self.days(today)
        if self.field.kind is not Kind.MOMENT:
            return low, high
        return low and midnight(low), high and midnight(high + timedelta(days=1))

    def days(self, today: date) -> tuple[Any, Any]:
        """The first and the last value as people name them, both included."""
        return span(self.span, today) if self.span else (self.low, self.high)

    def shape(self, today: date) -> tuple[Any, ...]:
        """What the condition looks like, whatever its values."""
        low, high = self.ends(today)
        return (
            self.field.name,
            len(self.values),
            self.emptiness,
            low is None,
            high is None,
            bool(self.text),
            self.is_inverted,
        )

    def clause(self, column: ColumnElement[Any], today: date, name: str) -> ColumnElement[bool]:
        """The condition on the column; its values are bound by names that begin with `name`."""
        low, high = self.ends(today)
        parts: list[ColumnElement[bool]] = []
        if self.values:
            bound = [slot(f"{name}_{n}", column.type) for n in range(len(self.values))]
            parts.append(column.in_(bound) if len(bound) > 1 else column == bound[0])
        if self.emptiness:
            parts.append(column.is_(None) if self.emptiness == EMPTY else column.is_not(None))
        if low is not None:
            parts.append(column >= slot(f"{name}_low", column.type))
        if high is not None:
            last = slot(f"{name}_high", column.type)
            parts.append(column < last if self.field.kind is Kind.MOMENT else column <= last)
        if self.text:
            parts.append(folded(column).like(slot(f"{name}_text", Text)))
        return or_(*parts) if self.emptiness == EMPTY else and_(*parts)

    def bound(self, today: date, name: str) -> dict[str, Any]:
        """The values of the condition by their names."""
        low, high = self.ends(today)
        found = {f"{name}_{n}": value for n, value in enumerate(self.values)}
        return found | {f"{name}_low": low, f"{name}_high": high, f"{name}_text": self.likeness}

    @property
    def likeness(self) -> str:
        """What a text must be like: have the words anywhere, or be them where `=` stands before."""
        return whole(self.text.removeprefix(EXACTLY)) if self.text.startswith(EXACTLY) else pattern(self.text)


def midnight(day: date) -> datetime:
    """The beginning of a day in the brokerage's zone."""
    return datetime.combine(day, time(), BROKERAGE_ZONE)


def filters_of(view: View, query: QueryParams) -> dict[str, tuple[Filter, ...]]:
    """The filters of an address by the group they stand in, those for every row under the empty name.

    Parameters that name no column are not ours and stay unread.
    """
    found: dict[tuple[str, str], Filter] = {}
    for parameter, typed in query.multi_items():
        prefix, name, end = taken_apart(parameter)
        typed = typed.strip().replace("\x00", "")
        if not typed or not is_filter(view, name):
            continue
        asked = found.setdefault((prefix, name), Filter(field_of(view, name)))
        read_into(asked, typed, end)
    groups: dict[str, tuple[Filter, ...]] = {}
    for (prefix, _name), asked in found.items():
        groups[prefix] = (*groups.get(prefix, ()), asked)
    return groups


def is_filter(view: View, name: str) -> bool:
    """Whether rows can be filtered by this: what a view lists, its sections' rows, and any column along its keys."""
    if name in view.filters or name in view.quiet_filters or name in view.columns:
        return True
    if name in SPOKEN:
        return False
    try:
        found = field_of(view, name)
    except NoSuchField:
        return False
    return found.many is None or found.many in {(child.identity, child.by) for child in view.children}


def read_into(asked: Filter, typed: str, end: str) -> None:
    """Understand one value; what cannot be understood is kept to be told."""
    field = asked.field
    try:
        if end in (FROM, TO):
            setattr(asked, "low" if end == FROM else "high", read_end(typed, field))
        elif end == NOT:
            asked.is_inverted = typed == "1"
        elif end:
            asked.span = spanned(field, typed, "next_" if end == WITHIN else "last_")
        elif typed in (EMPTY, FILLED):
            asked.emptiness = typed
        elif field.kind in SPANNED and is_span(typed):
            asked.span = typed
        elif field.kind in WORDED:
            asked.text = typed
        elif len(asked.values) < MOST_VALUES:
            take(asked, read_typed(typed, field))
    except (ValueError, ArithmeticError):
        asked.wrong.append((typed, why_not(field)))


def spanned(field: Field, typed: str, begins: str) -> str:
    """The span of so many days. Raises `ValueError` for what is no number of days, or no column of days."""
    if field.kind not in SPANNED or not is_span(f"{begins}{typed}"):
        raise ValueError(typed)
    return f"{begins}{typed}"


def take(asked: Filter, value: Any) -> None:
    """A moment is asked for by its day, everything else by its value."""
    if asked.field.kind is Kind.MOMENT:
        asked.low = asked.high = value
    elif value not in asked.values:
        asked.values.append(value)
