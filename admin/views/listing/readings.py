"""What is typed into a filter, understood by the kind of its column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from admin.views.listing.fields import Field, Kind
from models.russian import parse_date, parse_number
from models.texts import N_

COUNTED = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)
TOO_LARGE = Decimal(10) ** 15
UNKNOWN_VALUE = N_("There is no such value: it is left out.")
UNREADABLE_DAY = N_("This is not a date: it is left out.")
UNREADABLE_NUMBER = N_("This is not a number: it is left out.")


def read_typed(typed: str, field: Field) -> Any:
    """The value of the column. Raises `ValueError` or `ArithmeticError`."""
    return READERS[field.kind](typed, field)


def read_end(typed: str, field: Field) -> Any:
    """An end of a span of the column's values. Raises `ValueError` or `ArithmeticError`."""
    return READERS.get(field.kind, read_nothing)(typed, field)


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


def why_not(field: Field) -> str:
    """The sentence (a msgid) that says why a value of this column is left out."""
    return WORDED.get(field.kind, UNKNOWN_VALUE)
