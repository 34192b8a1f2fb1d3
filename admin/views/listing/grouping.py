"""A list by the values of one column: how many rows each has, the sums of its money, and the way to these rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from babel.dates import format_skeleton
from sqlalchemy import ColumnElement, Date, Select, cast, func, literal_column, or_, select

from admin.i18n import _, current_locale, show_money
from admin.views.listing.asked import PLACES, Asked
from admin.views.listing.cells import RIGHT, shown, spare_of
from admin.views.listing.facets import value_in
from admin.views.listing.fields import Field, Kind
from admin.views.listing.filters import EMPTY, SPANNED
from admin.views.listing.joins import Joins
from admin.views.listing.ordering import value_of
from admin.views.listing.parameters import FROM, TO, taken_apart
from admin.views.listing.prepared import run
from admin.views.listing.statement import Listing, alias
from admin.views.record.showing import titles_of
from models.dates import add_months
from models.session import Work

MOST_GROUPS = 200
MONTH: Any = literal_column("'month'")


class Cell(NamedTuple):
    """A cell of a group's line under one column."""

    text: str
    is_figure: bool
    is_spare: bool
    label: str


class Group(NamedTuple):
    """A value of the column: its words, how many rows have it, sums by column, and the list of its rows."""

    label: str
    number: int
    cells: list[Cell]
    address: str


class Groups(NamedTuple):
    """The groups of a list, how many rows they have together, and whether there are more groups."""

    lines: list[Group]
    total: int
    is_more: bool


async def groups_of(work: Work, listing: Listing, fields: Sequence[Field], field: Field) -> Groups:
    """The groups of a list: choices in their order, the newest month first, else that of most rows."""
    summed = [one for one in fields if one.kind is Kind.MONEY and one.many is None]
    what = f"groups {field.name} " + " ".join(one.name for one in summed)
    whole = replace(listing, is_whole=True)
    rows = await run(work, whole, what, lambda: statement(whole, field, summed))
    titles = await titles_of(work, {field.target: [row[0] for row in rows if row[0]]}) if field.target else {}
    lines = [group_of(listing, fields, field, summed, row, titles) for row in rows[:MOST_GROUPS]]
    return Groups(lines, int(rows[0][2]) if rows else 0, len(rows) > MOST_GROUPS)


def statement(listing: Listing, field: Field, summed: Sequence[Field]) -> Select[Any]:
    """Value, rows with it, rows in all, and a sum for each of these columns."""
    base = alias(listing.view.table, "b")
    joins = Joins(listing.view.table, base, sees_all=listing.sees_all)
    value = group_value(joins, field)
    number = func.count()
    sums = [func.sum(joins.column(one)) for one in summed]
    told = [value, number, func.sum(number).over(), *sums]
    found = select(*(column.label(f"c{n}") for n, column in enumerate(told))).where(*listing.conditions(base))
    if starts := listing.drivers(base):
        found = found.where(or_(*starts))
    by: list[ColumnElement[Any]] = [number.desc()]
    if field.kind in SPANNED:
        by = [value.desc().nulls_last()]
    elif field.kind is Kind.CHOICE:
        by = [value_of(joins, field).asc().nulls_last()]
    grouped = found.select_from(joins.joined(base)).group_by(value).order_by(*by, value)
    return grouped.limit(literal_column(str(MOST_GROUPS + 1)))


def group_value(joins: Joins, field: Field) -> ColumnElement[Any]:
    """What rows are put together by: a day by the first of its month."""
    value = value_in(joins, field)
    return cast(func.date_trunc(MONTH, value), Date) if field.kind in SPANNED else value


def group_of(
    listing: Listing, fields: Sequence[Field], field: Field, summed: Sequence[Field], row: Any,
    titles: Mapping[Any, str],
) -> Group:  # fmt: skip
    """A line of the grouped list."""
    value, number, _total, *sums = row
    money = {one.name: show_money(amount or 0) for one, amount in zip(summed, sums, strict=True)}
    spare = spare_of(listing.view, fields)
    cells = [Cell(money.get(one.name, ""), one.kind in RIGHT, one.name in spare, _(one.label)) for one in fields[1:]]
    return Group(group_words(field, value, titles), number, cells, narrowed(listing.asked, field, value, listing.today))


def group_words(field: Field, value: Any, titles: Mapping[Any, str]) -> str:
    """A value in words; a month by its name."""
    if value is None:
        return _("empty")
    if field.kind is Kind.LINK:
        return titles.get(value, "—")
    return month_words(value) if field.kind in SPANNED else shown(field)(value)


def month_words(first: date) -> str:
    """A month and its year."""
    words: str = format_skeleton("yMMMM", first, locale=current_locale())
    return words[:1].upper() + words[1:]


def narrowed(wanted: Asked, field: Field, value: Any, today: date) -> str:
    """The list without groups, of the rows with one value alone."""
    kept = [
        (k, v)
        for k, v in wanted.query.multi_items()
        if v and k not in (*PLACES, "group") and taken_apart(k)[:2] != ("", field.name)
    ]
    return "?" + urlencode([*kept, *condition_of(wanted, field, value, today)])


def condition_of(wanted: Asked, field: Field, value: Any, today: date) -> list[tuple[str, str]]:
    """A value as a condition of an address; a month within what the list asks of the column already."""
    if value is None:
        return [(field.name, EMPTY)]
    if field.kind is Kind.BOOL:
        return [(field.name, "yes" if value else "no")]
    if field.kind not in SPANNED:
        return [(field.name, str(value))]
    asks = next((one for one in wanted.filters if one.field.name == field.name and not one.is_inverted), None)
    low, high = asks.days(today) if asks else (None, None)
    first, last = value, months_end(value)
    first, last = max(first, low or first), min(last, high or last)
    return [(field.name + FROM, first.isoformat()), (field.name + TO, last.isoformat())]


def months_end(first: date) -> date:
    """The last day of a month."""
    return add_months(first, 1) - timedelta(days=1)
