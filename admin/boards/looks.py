"""In which shape an address asks for a list: rows, a board by a choice, a calendar by a date."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from starlette.requests import Request

from admin.views.base import View
from admin.views.listing.asked import Asked, asked
from admin.views.listing.fields import UNSHOWN, Field, Kind, field_of, may_read
from models.errors import NotFound
from models.rights import Rights
from models.texts import N_

DATES = (Kind.DATE, Kind.MOMENT)
AROUND = "around"
"""The parameter that says which days a calendar shows: a place in it, which no saved list keeps."""


class Shape(enum.StrEnum):
    """The shapes of a list; values stand in addresses, labels are msgids."""

    label: str
    icon: str

    def __new__(cls, value: str, label: str, icon: str) -> Shape:
        member = str.__new__(cls, value)
        member._value_, member.label, member.icon = value, label, icon
        return member

    ROWS = "list", N_("List"), "list"
    BOARD = "board", N_("Board"), "layout-kanban"
    CALENDAR = "calendar", N_("Calendar"), "calendar"


class Span(enum.StrEnum):
    """How much of a calendar is shown at once."""

    MONTH = "month"
    WEEK = "week"


class Way(NamedTuple):
    """A shape that the list may take from here: its address, and whether it has it now."""

    shape: Shape
    address: str
    is_now: bool


@dataclass(frozen=True)
class Look:
    """The shape of a list, and what it is laid out by."""

    shape: Shape = Shape.ROWS
    by: Field | None = None
    """The choice whose values are the columns of the board, or the date of the calendar."""
    span: Span = Span.MONTH
    around: date | None = None
    others: tuple[Field, ...] = ()
    """What the same shape may be laid out by."""
    shapes: tuple[Shape, ...] = (Shape.ROWS,)

    @property
    def is_rows(self) -> bool:
        """Whether it is the plain list."""
        return self.shape is Shape.ROWS

    @property
    def field(self) -> Field:
        """What it is laid out by; only a board and a calendar have it."""
        assert self.by is not None
        return self.by

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter bar must send along."""
        if self.is_rows:
            return []
        span = [("span", self.span.value)] if self.shape is Shape.CALENDAR and self.span is not Span.MONTH else []
        return [("as", self.shape.value), ("by", self.field.name), *span]

    def ways(self, asked: Asked) -> list[Way]:
        """The switch above the list."""
        return [
            Way(
                shape,
                asked.address(**{"as": None if shape is Shape.ROWS else shape.value, "by": None, "span": None}),
                shape is self.shape,
            )
            for shape in self.shapes
        ]


def look_of(asked: Asked, rights: Rights) -> Look:
    """The shape that an address asks for; what makes no sense is the plain list."""
    view = asked.view
    choices, dates = board_fields(view, rights), date_fields(view, rights)
    shapes = tuple(
        shape for shape, fits in ((Shape.ROWS, True), (Shape.BOARD, choices), (Shape.CALENDAR, dates)) if fits
    )
    wanted = asked.query.get("as", "")
    fields = {Shape.BOARD.value: choices, Shape.CALENDAR.value: dates}.get(wanted, ())
    if not fields or asked.in_trash:
        return Look(shapes=() if asked.in_trash else shapes)
    by = next((field for field in fields if field.name == asked.query.get("by")), fields[0])
    span = Span.WEEK if asked.query.get("span") == Span.WEEK.value else Span.MONTH
    shape = next(one for one in Shape if one.value == wanted)
    return Look(shape, by, span, day_of(asked.query.get(AROUND, "")), fields, shapes)


def day_of(typed: str) -> date | None:
    """A day as addresses spell it, within what a calendar shows; None for anything else."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 1900 < found.year < 2200 else None


@lru_cache(maxsize=512)
def board_fields(view: View, rights: Rights) -> tuple[Field, ...]:
    """The state first, then every other choice of the record that one may read."""
    found = [field for field in own_fields(view, rights) if field.kind is Kind.CHOICE]
    return tuple(sorted(found, key=lambda field: field.name != view.state))


@lru_cache(maxsize=512)
def date_fields(view: View, rights: Rights) -> tuple[Field, ...]:
    """Dates that call first, then those of the list, then every other of the record; when it was made comes last."""
    found = [field for field in own_fields(view, rights) if field.kind in DATES]
    return tuple(sorted(found, key=lambda field: rank(view, field)))


def rank(view: View, field: Field) -> int:
    """How near a date stands to what people look at."""
    if field.name in view.due:
        return 0
    if field.name == "created_at":
        return 3
    return 1 if field.name in view.columns else 2


def own_fields(view: View, rights: Rights) -> list[Field]:
    """Columns of the record itself that may be shown and read."""
    shown = (column for column in view.table.c if column.name not in UNSHOWN and not column.info.get("hidden"))
    return [field_of(view, column.name) for column in shown if may_read(view, column.name, rights)]


def asked_for(request: Request, view: View, shape: Shape) -> tuple[Asked, Look]:
    """The list of an address and its look. Raises `NotFound` where the address asks for another shape."""
    wanted = asked(view, request.query_params, request.state.actor.rights)
    look = look_of(wanted, request.state.actor.rights)
    if look.shape is not shape:
        raise NotFound
    return wanted, look
