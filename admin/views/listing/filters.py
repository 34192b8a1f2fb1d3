"""Filters as they stand in the address, and what each asks of a column; a bad value becomes a marked chip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, or_
from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.dates import SPANS, span
from admin.views.listing.fields import Field, Kind, NoSuchField, field_of
from admin.views.listing.slots import slot
from admin.views.listing.texts import folded, pattern, whole
from models.clock import BROKERAGE_ZONE
from models.russian import parse_date, parse_number
from models.texts import N_

FROM, TO = ".from", ".to"
EXACTLY = "="
"""Before the words of a text: they are all of it."""
EMPTY, FILLED = "empty", "filled"
SPANNED = (Kind.DATE, Kind.MOMENT)
COUNTED = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
MOST_VALUES = 100
TOO_LARGE = Decimal(10) ** 15
UNKNOWN_VALUE = N_("There is no such value: it is left out.")
UNREADABLE_DAY = N_("This is not a date: it is left out.")
UNREADABLE_NUMBER = N_("This is not a number: it is left out.")


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
    wrong: list[tuple[str, str]] = made(default_factory=list)
    """What was typed and the sentence (a msgid) that says why it is left out."""

    @property
    def asks(self) -> bool:
        """Whether anything usable is left."""
        return bool(self.values or self.emptiness or self.span or self.text) or (self.low, self.high) != (None, None)

    def ends(self, today: date) -> tuple[Any, Any]:
        """The first and the last value, as the column holds them; a moment is compared by the brokerage's days."""
        low, high = span(self.span, today) if self.span else (self.low, self.high)
        if self.field.kind is not Kind.MOMENT:
            return low, high
        return low and midnight(low), high and midnight(high + timedelta(days=1))

    def shape(self, today: date) -> tuple[Any, ...]:
        """What the condition looks like, whatever its values."""
        low, high = self.ends(today)
        return self.field.name, len(self.values), self.emptiness, low is None, high is None, bool(self.text)

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


def filters_of(view: View, query: QueryParams) -> list[Filter]:
    """The filters of an address; parameters that name no column are not ours and stay unread."""
    found: dict[str, Filter] = {}
    for parameter, typed in query.multi_items():
        name = parameter.removesuffix(FROM).removesuffix(TO)
        typed = typed.strip().replace("\x00", "")
        if not typed or not is_filter(view, name):
            continue
        asked = found.setdefault(name, Filter(field_of(view, name)))
        read_into(asked, typed, parameter.removeprefix(name))
    return list(found.values())


def is_filter(view: View, name: str) -> bool:
    """Whether the view lets its rows be filtered by this: any column of its own, any column shown, what it lists."""
    if name in view.filters or name in view.quiet_filters or name in view.columns:
        return True
    try:
        return field_of(view, name).name in view.table.c
    except NoSuchField:
        return False


def read_into(asked: Filter, typed: str, end: str) -> None:
    """Understand one value; what cannot be understood is kept to be told."""
    try:
        if end:
            bound = READERS.get(asked.field.kind, read_nothing)(typed, asked.field)
            if end == FROM:
                asked.low = bound
            else:
                asked.high = bound
        elif typed in (EMPTY, FILLED):
            asked.emptiness = typed
        elif asked.field.kind in SPANNED and typed in SPANS:
            asked.span = typed
        elif asked.field.kind in (Kind.TEXT, Kind.PHONE, Kind.WORDS, Kind.JSON):
            asked.text = typed
        elif len(asked.values) < MOST_VALUES:
            take(asked, READERS[asked.field.kind](typed, asked.field))
    except (ValueError, ArithmeticError):
        asked.wrong.append((typed, WORDED.get(asked.field.kind, UNKNOWN_VALUE)))


def take(asked: Filter, value: Any) -> None:
    """A moment is asked for by its day, everything else by its value."""
    if asked.field.kind is Kind.MOMENT:
        asked.low = asked.high = value
    elif value not in asked.values:
        asked.values.append(value)


def read_nothing(typed: str, field: Field) -> Any:
    """This kind of column has no ends. Raises `ValueError`."""
    raise ValueError(typed)


def read_choice(typed: str, field: Field) -> Any:
    """A value of the enumeration."""
    return field.choices(typed).value


def read_bool(typed: str, field: Field) -> bool:
    """Yes or no, as the form sends them."""
    if typed.lower() not in BOOLS:
        raise ValueError(typed)
    return BOOLS[typed.lower()]


def read_day(typed: str, field: Field) -> date:
    """A day in either spelling."""
    day = parse_date(typed)
    if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
        raise ValueError(typed)
    return day


def read_number(typed: str, field: Field) -> Decimal | int:
    """A number in the Russian or the English spelling; a whole one for whole columns."""
    number = parse_number(typed)
    if not number.is_finite() or abs(number) >= TOO_LARGE:
        raise ValueError(typed)
    if field.kind is Kind.NUMBER and field.column.type.python_type is int:
        if number != int(number) or abs(number) > 2**31 - 1:
            raise ValueError(typed)
        return int(number)
    return number


BOOLS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
READERS: dict[Kind, Callable[[str, Field], Any]] = {
    Kind.CHOICE: read_choice,
    Kind.BOOL: read_bool,
    Kind.DATE: read_day,
    Kind.MOMENT: read_day,
    Kind.NUMBER: read_number,
    Kind.MONEY: read_number,
    Kind.PERCENT: read_number,
    Kind.LINK: lambda typed, field: UUID(typed),
    Kind.KEY: lambda typed, field: UUID(typed),
    Kind.TIME: lambda typed, field: time.fromisoformat(typed),
}
WORDED = {Kind.DATE: UNREADABLE_DAY, Kind.MOMENT: UNREADABLE_DAY} | dict.fromkeys(COUNTED, UNREADABLE_NUMBER)
