"""Why a record was left as it is: kept as JSON, so that equal reasons are counted together, and worded when read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.choices import Choice
from models.errors import Invalid, NotFound, Problem, Refused
from models.texts import N_, Text

GONE = N_("You no longer see this record, or it is gone.")
BROKEN = N_("Something went wrong with this record. Nothing of it was changed; an administrator finds the cause.")


class AlreadySo(Refused):
    """Nothing would change: it is so already."""


def pack(problem: Problem) -> list[Any]:
    """A problem as JSON: one entry for each field that is wrong, else one with an empty field."""
    if isinstance(problem, Invalid) and problem.fields:
        return [[name, *_told(one.text)] for name, one in sorted(problem.fields.items())]
    return [["", *_told(Text(GONE) if type(problem) is NotFound else problem.text)]]


def unpack(reason: list[Any]) -> list[tuple[str, Text]]:
    """Field (or nothing) and sentence of each part of a reason."""
    return [(field, _text(msgid, params)) for field, msgid, params in reason]


def _told(sentence: Text) -> tuple[str, dict[str, Any]]:
    return sentence.msgid, {name: _packed(value) for name, value in sentence.params.items()}


def _text(msgid: str, params: Mapping[str, Any]) -> Text:
    return Text(msgid, **{name: _unpacked(value) for name, value in params.items()})


def _packed(value: object) -> Any:
    match value:
        case Text():
            return {"text": _told(value)}
        case Choice():
            return value.label
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal() | int():
            return {"number": str(value)}
    return str(value)


def _unpacked(value: Any) -> object:
    match value:
        case {"text": [msgid, params]}:
            return _text(msgid, params)
        case {"moment": moment}:
            return datetime.fromisoformat(moment)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"number": number}:
            return Decimal(number)
    return value


IS_SO = pack(AlreadySo())
"""The reason of a row of which nothing would change."""
