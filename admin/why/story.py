"""What an answer consists of: sentences with links and sums in them, lines that add up, facts of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup, escape

from admin.i18n import _, show_money, show_number
from admin.views.base import View
from admin.views.record.replies import details

SHOWN_PLACES = 6
"""Places after the point of a sum that has not been rounded."""


class Line(NamedTuple):
    """A sum among others that make a total."""

    what: Markup
    amount: Decimal
    why: str = ""
    """Where its own answer is: `identity/key/field`."""
    note: str = ""


@dataclass
class Chapter:
    """A part of the answer."""

    title: str
    said: list[Markup] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    after: list[Markup] = field(default_factory=list)
    """Sentences below the facts."""
    lines: list[Line] = field(default_factory=list)
    makes: Decimal | None = None
    """The sum that the lines must make."""
    unshown: int = 0
    """Lines that are counted but not listed."""
    rest: Decimal = Decimal(0)
    """What these are together."""

    @property
    def total(self) -> Decimal:
        """What the lines are together."""
        return sum((line.amount for line in self.lines), self.rest)

    @property
    def ties(self) -> bool:
        """Whether they make what they must."""
        return self.makes is None or self.total == self.makes


def said(msgid: str, /, **params: Any) -> Markup:
    """A sentence with markup in its placeholders; all else is escaped, sums are shown as money."""
    shown = {name: sum_html(value) if isinstance(value, Decimal) else value for name, value in params.items()}
    return escape(_(msgid)).format(**shown)


def sum_html(value: Decimal) -> Markup:
    """A sum that does not break."""
    return Markup('<b class="sum">{}</b>').format(show_money(value))


def linked(view: View, key: UUID, title: str) -> Markup:
    """A record by its title."""
    return Markup('<a href="{}">{}</a>').format(details(view, key), title)


def exact_text(value: Fraction) -> str:
    """A sum before it was rounded, to six places."""
    scaled = round(value * 10**SHOWN_PLACES)
    text = show_number(Decimal(scaled) / 10**SHOWN_PLACES)
    return text if Fraction(scaled, 10**SHOWN_PLACES) == value else f"≈\u00a0{text}"


def within(lines: Sequence[Line], most: int) -> tuple[list[Line], int, Decimal]:
    """The first lines, and number and sum of the others."""
    left = lines[most:]
    return list(lines[:most]), len(left), sum((line.amount for line in left), Decimal(0))
