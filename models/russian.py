"""Sums, percents, dates and answers as people type them into Russian spreadsheets."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from models.errors import Invalid
from models.money import money

_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_LAST_DAY = 2958465  # 31.12.9999
_BLANK = re.compile(r"[\s\u00a0\u202f\u2000-\u200b\ufeff–—−-]*")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2000-\u200b\ufeff'’_]+")
_CURRENCY = re.compile(r"(₽|руб(лей|ля|ль)?\.?|р\.?|rub|rur)$", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_WORDED_DATE = re.compile(r"(\d{1,2})\s+([а-я]+)\.?\s+(\d{4})")
_DATE_TAIL = re.compile(r"\s*(г\.?|года?\.?)?(?:[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*$", re.IGNORECASE)
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_YES = {"да", "+", "yes", "y", "true", "истина", "1", "v", "x", "х", "✓", "✔", "есть", "оплачено", "оплачен"}
_NO = {"нет", "no", "n", "false", "ложь", "0", "не оплачено", "не оплачен"}


class Unreadable(ValueError):
    """The text is not what its column promises."""


def is_blank(value: object) -> bool:
    """Whether a cell says nothing: empty, spaces or a lone dash."""
    if isinstance(value, str):
        return not value or (not value[0].isalnum() and _BLANK.fullmatch(value) is not None)
    return value is None


def parse_amount(value: object) -> Decimal:
    """Money in roubles, 2 places, half up: «12 345,67 ₽», 12345.67, «(100,00)» for a minus. Raises Unreadable."""
    try:
        return money(parse_number(value))
    except Invalid:
        raise Unreadable(f"Too large a sum: {value!r}") from None


def parse_number(value: object) -> Decimal:
    """The exact number that was typed; a float is taken by its shortest spelling. Raises Unreadable."""
    if isinstance(value, str):
        return _number_from_text(value)
    if isinstance(value, bool) or value is None or isinstance(value, date):
        raise Unreadable(f"Not a number: {value!r}")
    return _finite(repr(value) if isinstance(value, float) else str(value), value)


def parse_percent(value: object) -> Decimal:
    """Percent, 14 for each of «14%», 14, «14», 0.14: a bare number below 1 is a share (Excel's percent format).

    What has a percent sign is never a share: «0,5%» is half a percent. Raises Unreadable.
    """
    if isinstance(value, str) and value.rstrip().endswith("%"):
        return _number_from_text(value.rstrip()[:-1])
    number = parse_number(value)
    return number * 100 if 0 < abs(number) < 1 else number


def parse_date(value: object, latest: date | None = None) -> date:
    """A day from 31.12.25, 2025-12-31, «31 декабря 2025 г.», a date cell or an Excel serial. Raises Unreadable.

    A two-digit year below 50 is of this century; with `latest` no two-digit year leads to a later day (birth dates).
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        return _date_from_text(value, latest)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 1 <= value <= _EXCEL_LAST_DAY:
        return _EXCEL_EPOCH + timedelta(days=int(value))
    raise Unreadable(f"Not a date: {value!r}")


def parse_yes(value: object) -> bool:
    """Yes or no from «да», «+», «x», 1, «нет», 0. Raises Unreadable."""
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return bool(value)
    word = " ".join(value.casefold().split()) if isinstance(value, str) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable(f"Neither yes nor no: {value!r}")


@lru_cache(maxsize=16384)
def _number_from_text(text: str) -> Decimal:
    bare = _CURRENCY.sub("", _SPACES.sub("", text).replace("−", "-").replace("–", "-"))
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    return _finite(_with_decimal_point(bare), text)


def _with_decimal_point(bare: str) -> str:
    """The last of «.» and «,» parts the fraction, the other one groups; one that repeats groups too."""
    point = max(".", ",", key=bare.rfind)
    group = "," if point == "." else "."
    if bare.count(point) > 1:
        point, group = "", point
    whole = bare.replace(group, "")
    return whole.replace(point, ".") if point else whole


def _finite(spelling: str, original: object) -> Decimal:
    try:
        number = Decimal(spelling)
    except InvalidOperation:
        raise Unreadable(f"Not a number: {original!r}") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Unreadable(f"Not a number: {original!r}")
    return number


@lru_cache(maxsize=16384)
def _date_from_text(text: str, latest: date | None) -> date:
    bare = _DATE_TAIL.sub("", text.strip().casefold())
    try:
        return _day(bare, latest)
    except ValueError:
        raise Unreadable(f"Not a date: {text!r}") from None


def _day(bare: str, latest: date | None) -> date:
    if match := _ISO_DATE.fullmatch(bare):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _WORDED_DATE.fullmatch(bare):
        return date(int(match[3]), _month(match[2]), int(match[1]))
    if not (match := _NUMERIC_DATE.fullmatch(bare)):
        raise ValueError(bare)
    year = int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 50 else 1900
    day = date(year, int(match[2]), int(match[1]))
    if latest and day > latest and len(match[3]) == 2:
        return date(year - 100, day.month, day.day)
    return day


def _month(word: str) -> int:
    for number, beginning in enumerate(_MONTHS, start=1):
        if word.startswith(beginning):
            return number
    raise ValueError(word)
