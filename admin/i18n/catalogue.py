"""Catalogues of `admin/locale`, read once; msgids are English with `{name}` placeholders, some in a context (`NC_`)."""

from __future__ import annotations

import io
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from models.texts import plain

FOLDER = Path(__file__).parents[1] / "locale"
LOCALES = ("ru", "en")
_locale: ContextVar[str] = ContextVar("locale", default="ru")


def use_locale(locale: str) -> None:
    """Speak this language for the rest of the request."""
    _locale.set(locale if locale in LOCALES else LOCALES[0])


def current_locale() -> str:
    """The language of the request."""
    return _locale.get()


def _(msgid: str, /, **params: object) -> str:
    """The sentence in the language of the request, its placeholders filled in."""
    text = plain(translations(_locale.get()).gettext(msgid)) if msgid else ""
    return text.format_map(params) if params else text


def ngettext(one: str, many: str, n: int, /, **params: object) -> str:
    """The form of the sentence for a number, which is `{n}` in it."""
    return translations(_locale.get()).ngettext(one, many, n).format_map({"n": n, **params})


@cache
def translations(locale: str) -> GNUTranslations:
    """The catalogue of a language."""
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
