"""Problems and values in the words of the request's language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from admin.i18n.catalogue import _
from admin.i18n.formats import show_date, show_datetime, show_number
from models.choices import Choice
from models.errors import Problem
from models.texts import Text


def say(sentence: Problem | Text | str) -> str:
    """A problem, a text or a msgid as the reader sees it."""
    return _(sentence) if isinstance(sentence, str) else sentence.say(_, say_value)


def say_value(value: object) -> str:
    """A placeholder's value: days and numbers as they are written here, labels translated, names as they are."""
    match value:
        case Choice():
            return _(value.label)
        case datetime():
            return show_datetime(value)
        case date():
            return show_date(value)
        case Decimal() | int():
            return show_number(value)
    return _(str(value))


def choice_label(choices: type[Choice], value: str | None) -> str:
    """The label of a stored value; empty for none."""
    return _(choices(value).label) if value else ""
