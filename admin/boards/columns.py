"""The columns of a board: the values of a choice, how many records each has and their sum, and its cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from admin.boards.cards import Card, cards_of
from admin.boards.looks import Look
from admin.boards.narrowing import with_value
from admin.boards.ways import Ways, ways_of
from admin.i18n import _
from admin.views.listing.asked import Asked
from admin.views.listing.fields import Field, Kind
from admin.views.listing.joins import Joins
from admin.views.listing.pages import rows_of
from admin.views.listing.prepared import run
from admin.views.listing.statement import Listing, alias
from models.session import Work
from models.texts import N_

PER_COLUMN = 20
MOST_PER_COLUMN = 100
NO_VALUE = N_("Not said")


class Sum(NamedTuple):
    """How many records a column has, and the sum of the board's money where it shows any."""

    number: int = 0
    amount: Decimal | None = None


@dataclass
class Column:
    """A column: its value as it is stored (empty for none), its name, and the cards that are shown."""

    value: str
    label: str
    leads: str = ""
    """Values to which a card may go from here by a verb or by writing, apart by spaces."""
    cards: list[Card] = field(default_factory=list)
    page: int = 1
    is_more: bool = False


async def columns_of(work: Work, listing: Listing, look: Look, fields: Sequence[Field], size: int) -> list[Column]:
    """Every column with the beginning of its cards, in the order of the list."""
    ways = ways_of(listing.view, look.field, listing.actor.rights)
    columns = empty_columns(listing.asked, look.field, ways)
    for column in columns:
        await fill(work, listing, look.field, fields, column, size)
    return columns


def empty_columns(asked: Asked, by: Field, ways: Ways) -> list[Column]:
    """The values in their order; only those that the filters ask for, where they ask for some."""
    values = [(str(option), _(option.label)) for option in by.choices]
    if by.column.nullable:
        values.insert(0, ("", _(NO_VALUE)))
    asked_for = [one for one in asked.filters if one.field.name == by.name and one.values]
    return [
        Column(value, label, " ".join(ways.ends(value)))
        for value, label in values
        if all((value in map(str, one.values)) != one.is_inverted for one in asked_for)
    ]


async def fill(work: Work, listing: Listing, by: Field, fields: Sequence[Field], column: Column, size: int) -> None:
    """The column's cards: one page of the list that has its value."""
    part = replace(listing, asked=with_value(listing.asked, by.name, column.value, page=column.page, size=size))
    rows = await rows_of(work, part, fields)
    column.is_more = len(rows) > size
    column.cards = cards_of(listing.view, fields, rows[:size], listing.today, by.name)


async def sums_of(work: Work, listing: Listing, by: Field, money: Field | None) -> dict[str, Sum]:
    """What stands in the heads of the columns, by their values."""
    what = f"board {by.name} {money.name if money else ''}"
    rows = await run(work, listing, what, lambda: grouped(listing, by, money))
    return {row[0] or "": Sum(row[1], (row[2] or Decimal(0)) if money else None) for row in rows}


def grouped(listing: Listing, by: Field, money: Field | None) -> Select[Any]:
    """Number and sum of everything that the list matches, by the value of the choice."""
    base = alias(listing.view.table, "b")
    joins = Joins(listing.view.table, base)
    value = joins.column(by)
    told: list[ColumnElement[Any]] = [value, func.count(), *([func.sum(joins.column(money))] if money else [])]
    found = select(*(column.label(f"c{n}") for n, column in enumerate(told))).where(*listing.conditions(base))
    if starts := listing.drivers(base):
        found = found.where(or_(*starts))
    return found.select_from(joins.joined(base)).group_by(value)


def money_of(fields: Sequence[Field]) -> Field | None:
    """The sum that the heads of the columns show: the first of the list's own."""
    return next((one for one in fields if one.kind is Kind.MONEY and one.many is None and one.derived is None), None)
