"""Days and sums as papers write them: 30 ноября 2026 г., сто двадцать три рубля 45 копеек."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from num2words import num2words

from admin.i18n import current_locale

DAYS = {"ru": "d MMMM y 'г.'", "en": "d MMMM y"}
MONTHS = {"ru": "LLLL y", "en": "MMMM y"}


def long_date(day: date | None) -> str:
    """A day with the month's name."""
    return format_date(day, DAYS[current_locale()], locale=current_locale()) if day is not None else ""


def month_name(day: date) -> str:
    """The month of a day."""
    return format_date(day, MONTHS[current_locale()], locale=current_locale())


def in_words(amount: Decimal) -> str:
    """Roubles in words with a capital letter, kopecks in figures."""
    said = num2words(amount, lang=current_locale(), to="currency", currency="RUB", cents=False)
    roubles, _comma, kopecks = said.rpartition(", ")
    return f"{roubles[:1].upper()}{roubles[1:]} {kopecks}"
