"""Values of columns: from what a person typed to what is stored, and back to one plain spelling."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, Numeric, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from models.changes.spellings import normal
from models.clock import BROKERAGE_ZONE
from models.errors import Invalid
from models.money import LARGEST
from models.russian import Unreadable, parse_date, parse_number, parse_yes
from models.texts import N_

LONGEST, LONGEST_LINE = 100_000, 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
KOPECK = Decimal("0.01")


def read(column: Any, value: Any) -> Any:
    """What to store for a typed or ready value. Raises `Invalid` at the column in words."""
    if isinstance(value, str):
        value = tidied(column, value)
    if value is None or value == "":
        return _nothing(column)
    try:
        found = normal(column.name, parser_of(column)(value))
    except (Unreadable, ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid.at(column.name, _sentence(column)) from None
    if (choices := choices_of(column)) and found not in choices:
        raise Invalid.at(column.name, N_("Choose one of the list."))
    return found


def wire(value: Any) -> str:
    """One plain spelling of a stored value, the same in a form, in the log and in a comparison."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(BROKERAGE_ZONE).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.quantize(KOPECK, ROUND_HALF_UP):f}"
    if isinstance(value, list):
        return "\n".join(str(part) for part in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def tidied(column: Any, text: str) -> str:
    """The text without stray spaces and returns. Raises `Invalid` for one that is too long or holds a zero byte."""
    text = text.replace("\r\n", "\n").strip()
    if "\x00" in text or not is_whole(text):
        raise Invalid.at(column.name, N_("The text holds characters that cannot be stored."))
    if len(text) > LONGEST_LINE and len(text) > (limit := longest(column)):
        raise Invalid.at(column.name, N_("The text is longer than {limit} characters."), limit=limit)
    return text


def longest(column: Any) -> int:
    """Characters that a text of the column may have."""
    return LONGEST if column.info.get("long") or not isinstance(column.type, Text) else LONGEST_LINE


def is_whole(text: str) -> bool:
    """Whether no letter is half of a pair, which JSON may hold and nothing can store."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _nothing(column: Any) -> Any:
    if isinstance(column.type, Boolean) and not column.nullable:
        return False
    if isinstance(column.type, ARRAY):
        return []
    if column.nullable:
        return None
    if isinstance(column.type, Text) and column.default is not None and column.default.is_scalar:
        return column.default.arg
    raise Invalid.at(column.name, N_("This field must be filled in."))


@lru_cache(maxsize=4096)
def parser_of(column: Any) -> Callable[[Any], Any]:
    """What makes a value of the column's type of what was typed; raises `Unreadable` and its like."""
    return next((parse for kind, parse in PARSERS if isinstance(column.type, kind)), _text)


@lru_cache(maxsize=4096)
def choices_of(column: Any) -> frozenset[str]:
    """The values that a choice takes; of any other column none."""
    return frozenset(str(option) for option in column.info.get("choices") or ())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable(value)
    return value


def _number(value: Any) -> Decimal:
    text = value.rstrip("% ") if isinstance(value, str) else value
    number = parse_number(text).quantize(KOPECK, ROUND_HALF_UP)
    if abs(number) > LARGEST:
        raise Unreadable(value)
    return number or Decimal("0.00")


def _whole(value: Any) -> int:
    number = parse_number(value)
    if number != int(number) or abs(number) >= 2**31:
        raise Unreadable(value)
    return int(number)


def _day(value: Any) -> date:
    day = parse_date(value)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(value)
    return day


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Unreadable(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=BROKERAGE_ZONE)


def _list(value: Any) -> list[str]:
    parts = value.splitlines() if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts if str(part).strip()]


def _document(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise Unreadable(value)
    json.dumps(found, ensure_ascii=False, default=str).encode()  # half a letter cannot be stored
    return found


PARSERS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (Boolean, lambda value: True if value == "on" else parse_yes(value)),
    (Numeric, _number),
    (Integer, _whole),
    (DateTime, _moment),
    (Date, _day),
    (Time, lambda value: value if isinstance(value, time) else time.fromisoformat(value)),
    (Uuid, lambda value: value if isinstance(value, UUID) else UUID(value)),
    (ARRAY, _list),
    (JSONB, _document),
)

SENTENCES: tuple[tuple[Any, str], ...] = (
    (Boolean, N_("Answer yes or no.")),
    (Numeric, N_("This is not a sum: write it like 12 345,67.")),
    (Integer, N_("This is not a whole number.")),
    (DateTime, N_("This is not a day and time: write them like 2026-12-31 14:30.")),
    (Date, N_("This is not a day: write it like 31.12.2026.")),
    (Time, N_("This is not a time: write it like 14:30.")),
    (Uuid, N_("Choose one of the list.")),
)


def _sentence(column: Any) -> str:
    return next((said for kind, said in SENTENCES if isinstance(column.type, kind)), N_("This value cannot be read."))
