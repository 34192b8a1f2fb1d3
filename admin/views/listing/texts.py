"""Terms of search: made one spelling, escaped, and tried in the other keyboard layout."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func

from models.names import sort_key

LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
TO_CYRILLIC = str.maketrans(LATIN + LATIN.upper(), CYRILLIC + CYRILLIC.upper())
TO_LATIN = str.maketrans(CYRILLIC + CYRILLIC.upper(), LATIN + LATIN.upper())
YO = str.maketrans("Ёё", "Ее")
LONGEST = 100


def tidy(typed: str) -> str:
    """The term as it is looked for: one spelling, as `sort_key` has it, and not endless."""
    return sort_key(typed.replace("\x00", " "))[:LONGEST]


def escaped(term: str) -> str:
    """The term with the pattern's own signs made plain."""
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def folded(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The column as terms are spelled: lower case, ё as е."""
    return func.lower(func.translate(cast(column, Text), "Ёё", "Ее"))


def pattern(term: str) -> str:
    """A LIKE pattern for the term anywhere; its own signs of patterns are plain letters."""
    return f"%{escaped(tidy(term))}%"


def whole(term: str) -> str:
    """A LIKE pattern for the whole of a column as `folded` has it."""
    return escaped(term.translate(YO).lower())


def contains(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    """Whether the column has the term anywhere."""
    return folded(column).like(pattern(term))


def other_layout(typed: str) -> str:
    """What was meant when the keyboard was in the other layout: `ghbdtn` is `привет`."""
    to_cyrillic = sum(letter in LATIN for letter in typed.lower()) >= sum(
        letter in CYRILLIC for letter in typed.lower()
    )
    return typed.translate(TO_CYRILLIC if to_cyrillic else TO_LATIN)
