"""The days of a calendar and what lies on them: one statement for the span, bounded in each day."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Select,
    Subquery,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from admin.boards.cards import Card, cards_of
from admin.boards.looks import Look, Span
from admin.boards.narrowing import within_days
from admin.views.listing.branches import leads
from admin.views.listing.conditions import narrowing
from admin.views.listing.fields import Field, Kind
from admin.views.listing.joins import Joins
from admin.views.listing.prepared import run
from admin.views.listing.slots import slot
from admin.views.listing.statement import Listing, alias
from admin.views.record.showing import due_mark
from models.changes import wire
from models.clock import BROKERAGE_ZONE
from models.session import Work

IN_MONTH, IN_WEEK, IN_DAY = 3, 12, 200
"""Records of a day that are shown at once; the others are folded."""
FACTS = 2
MOST_COUNTED = 1_000
"""A day's records are counted so far; beyond it stands a plus."""


@dataclass
class Day:
    """A day, whether it belongs to the month that is shown, its records and how many are folded."""

    day: date
    is_beside: bool
    cards: list[Card] = field(default_factory=list)
    number: int = 0

    @property
    def folded(self) -> int:
        """Records that are not shown."""
        return self.number - len(self.cards)

    @property
    def is_bounded(self) -> bool:
        """Whether there are more records than are counted."""
        return self.number > MOST_COUNTED


def ends_of(span: Span, around: date) -> tuple[date, date]:
    """The first and the last day that are shown: whole weeks, from Monday."""
    first = around if span is Span.WEEK else around.replace(day=1)
    last = around if span is Span.WEEK else around.replace(day=calendar.monthrange(around.year, around.month)[1])
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def beside(span: Span, around: date, step: int) -> date:
    """A day of the span before or after."""
    if span is Span.WEEK:
        return around + timedelta(days=7 * step)
    first = around.replace(day=1)
    return (first + timedelta(days=31)).replace(day=1) if step > 0 else (first - timedelta(days=1)).replace(day=1)


async def days_of(work: Work, listing: Listing, look: Look, fields: Sequence[Field], around: date) -> list[Day]:
    """Every day of the span with the first of its records."""
    first, last = ends_of(look.span, around)
    is_month = look.span is Span.MONTH
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = {day: Day(day, is_month and day.month != around.month) for day in days}
    most = IN_MONTH if is_month else IN_WEEK
    await fill(work, listing, look.field, fields, found, most)
    return list(found.values())


async def fill(
    work: Work, listing: Listing, by: Field, fields: Sequence[Field], days: dict[date, Day], most: int
) -> None:
    """Put the records on their days."""
    asked = within_days(listing.asked, by.name, min(days).isoformat(), max(days).isoformat())
    part = replace(listing, asked=asked)
    what = f"days {by.name} {most} " + " ".join(one.name for one in fields)
    rows = await run(work, part, what, lambda: dated(part, by, fields, most))
    for row in rows:
        day, number = row[-2], row[-1]
        if day in days:
            days[day].number = number
            made = cards_of(listing.view, fields, [row], listing.today, by.name, FACTS)
            mark = due_mark(listing.view, by.name, day, row[2], listing.today)
            days[day].cards += [card._replace(seen=wire(row[1]), mark=mark) for card in made]


def dated(listing: Listing, by: Field, fields: Sequence[Field], most: int) -> Select[Any]:
    """The rows of a list of some days, the first of each day: as a list has them, then the day and its number."""
    base = alias(listing.view.table, "k")
    if leads(listing.view.table, by.name) and not listing.drivers(base):
        keys = day_by_day(listing, by, most)
        rows = listing.titled(keys, fields)
        return rows.add_columns(keys.c.day, keys.c.number).order_by(keys.c.day, keys.c.place)
    value = Joins(listing.view.table, base).column(by)
    day = day_of(value, by)
    place = func.row_number().over(partition_by=day, order_by=(*pressing_first(listing, base), value, base.c.id))
    number = func.count().over(partition_by=day).label("number")
    found = select(base.c.id, value.label("s"), day.label("day"), place.label("place"), number).where(
        *listing.conditions(base)
    )
    if starts := listing.drivers(base):
        found = found.where(or_(*starts))
    numbered: FromClause = found.subquery("numbered")
    keys = select(numbered).where(numbered.c.place <= literal_column(str(most))).subquery("keys")
    rows = listing.titled(keys, fields)
    return rows.add_columns(keys.c.day, keys.c.number).order_by(keys.c.day, keys.c.place)


def day_by_day(listing: Listing, by: Field, most: int) -> Subquery:
    """The first of each day by an index that has the days in their order; a day's rows are counted up to a bound."""
    base = alias(listing.view.table, "k")
    value = base.c[by.name]
    name = next(name for name, one in narrowing(listing.asked) if one.field.name == by.name)
    ends = (cast(slot(f"{name}_{end}", value.type), Date) for end in ("low", "high"))
    series = func.generate_series(*ends, literal_column("interval '1 day'")).column_valued("at")
    days = select(cast(series, Date).label("day")).subquery("days")
    on_day = [*listing.conditions(base, frozenset({name})), *falls_on(value, days.c.day, by)]
    chosen = [base.c.id, value.label("s")]
    quiet = pressing_first(listing, base)
    parts = [[one.is_not(true())] for one in quiet] + [[one] for one in quiet_apart(listing, base, by)] or [[]]
    order = [value, base.c.id] if leads(listing.view.table, by.name, "id") else [value]
    found = [
        select(*chosen, literal_column(str(min(n, 1))).label("rank"))
        .where(*on_day, *part)
        .order_by(*order)
        .limit(literal_column(str(most)))
        .correlate(days)
        .subquery()
        for n, part in enumerate(parts)
    ]
    each = union_all(*(select(*part.c) for part in found)).subquery("each")
    place = func.row_number().over(order_by=(each.c.rank, each.c.s, each.c.id)).label("place")
    picked = select(each.c.id, each.c.s, place).order_by(place).limit(literal_column(str(most))).lateral("picked")
    bound: Any = literal_column(str(MOST_COUNTED + 1))
    few = select(base.c.id).where(*on_day).limit(bound).correlate(days).subquery()
    number = select(func.count().label("number")).select_from(few).lateral("counted")
    whole = days.join(picked, true()).join(number, true())
    return (
        select(picked.c.id, picked.c.s, days.c.day, picked.c.place, number.c.number).select_from(whole).subquery("keys")
    )


def falls_on(value: ColumnElement[Any], day: ColumnElement[Any], by: Field) -> list[ColumnElement[bool]]:
    """Whether a date, or a moment in the brokerage's zone, is on a day: as an index has it."""
    if by.kind is not Kind.MOMENT:
        return [value == day]
    zone: Any = literal_column(f"'{BROKERAGE_ZONE}'")
    next_day = day + literal_column("1")
    return [value >= func.timezone(zone, cast(day, DateTime)), value < func.timezone(zone, cast(next_day, DateTime))]


def quiet_apart(listing: Listing, base: FromClause, by: Field) -> list[ColumnElement[bool]]:
    """With what nothing is to be done any more: a condition for each state, where an index has its days."""
    view = listing.view
    if view.state and view.quiet_states and leads(view.table, view.state, by.name):
        return [base.c[view.state] == literal_column(f"'{state}'") for state in view.quiet_states]
    return pressing_first(listing, base)


def pressing_first(listing: Listing, base: FromClause) -> list[ColumnElement[Any]]:
    """With what nothing is to be done any more comes last on its day."""
    view = listing.view
    if not view.state or not view.quiet_states:
        return []
    return [base.c[view.state].in_([literal_column(f"'{state}'") for state in view.quiet_states])]


def day_of(value: ColumnElement[Any], by: Field) -> ColumnElement[Any]:
    """The day of a date, or of a moment in the brokerage's zone."""
    if by.kind is not Kind.MOMENT:
        return value
    return cast(func.timezone(literal_column(f"'{BROKERAGE_ZONE}'"), value), Date)
