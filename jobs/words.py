"""Sentences for people outside the panel, by the panel's catalogue of translations."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency

from models.choices import Choice
from models.errors import Problem
from models.texts import Text, plain
from settings import settings

FOLDER = Path(__file__).parents[1] / "admin" / "locale"
LOCALES = ("ru", "en")


@cache
def translations(locale: str) -> GNUTranslations:
    """The catalogue of a language."""
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def words(locale: str) -> Callable[[str], str]:
    """`_` of a language; the installation's for an unknown one."""
    translate = translations(locale if locale in LOCALES else settings.language)
    return lambda msgid: plain(translate.gettext(msgid)) if msgid else ""


def say(sentence: Problem | Text | str, locale: str) -> str:
    """A problem, a text or a msgid in a language."""
    _ = words(locale)
    if isinstance(sentence, str):
        return _(sentence)
    return sentence.say(_, lambda value: shown(value, locale))


def shown(value: object, locale: str) -> str:
    """A placeholder's value: days as they are written there, labels translated, anything else as it is."""
    if isinstance(value, Choice):
        return words(locale)(value.label)
    if isinstance(value, datetime):
        return day(value.astimezone(settings.zone).date(), locale)
    return day(value, locale) if isinstance(value, date) else words(locale)(str(value))


def day(value: date, locale: str) -> str:
    """`27.11.2026`, in English `27 Nov 2026`."""
    return format_date(value, "dd.MM.yyyy" if locale == "ru" else "d MMM y", locale)


def money(value: Decimal, locale: str) -> str:
    """`12 345,67 ₽`, in English `₽12,345.67`; whole kopecks always."""
    return format_currency(value, "RUB", locale=locale if locale in LOCALES else settings.language)
