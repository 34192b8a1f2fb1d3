"""How many rows each value of a filter would leave, by all the other conditions: asked for when the panel is opened.

At most so many rows are looked at, whatever the table's size; a list with more of them has numbers with a plus.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from starlette.requests import Request
from starlette.responses import JSONResponse

from admin.i18n import show_number
from admin.views.base import View
from admin.views.listing.asked import Asked, asked
from admin.views.listing.dates import SPANS, span
from admin.views.listing.fields import Field, Kind, field_of, may_read
from admin.views.listing.filters import EMPTY, FILLED, SPANNED
from admin.views.listing.joins import Joins
from admin.views.listing.offered import options_html
from admin.views.listing.prepared import run
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import Listing, alias
from admin.views.record.showing import titles_of
from models import clock
from models.actor import Actor
from models.clock import BROKERAGE_ZONE
from models.errors import Refused
from models.session import Work

COUNTED_UP_TO = 10_000
MOST_VALUES = 4_000
"""Distinct values of one column that are counted, those of most rows first: ten years of days."""
ENOUGH_SECONDS = 1.0
"""After so long no further columns are counted, each of which takes a pass of its own."""
PATIENCE = "SET LOCAL statement_timeout = '3s'"
MOST_OFFERED = 8
MANY = 40
"""Records above which a column is looked up by name: the first of hundreds of clients say nothing."""
FACETED = (Kind.CHOICE, Kind.BOOL, Kind.LINK, *SPANNED)
ZONE: Any = literal_column(repr(BROKERAGE_ZONE.key))
Counts = dict[Any, int]


@dataclass(frozen=True)
class Facets:
    """Numbers of rows by column and value, and of all rows of the list."""

    counts: dict[Field, Counts]
    total: int
    rows: dict[Field, int]
    """Rows among which a column's values were counted."""

    @property
    def is_bounded(self) -> bool:
        """Whether there are more rows than are looked at."""
        return self.total > COUNTED_UP_TO


UNCOUNTED = Facets({}, -1, {})


async def facets_page(request: Request, view: View) -> JSONResponse:
    """The numbers for the filter panel as it stands, the records that most rows name, and what can be added to it.

    Nothing waits for numbers that are slow to count: the panel then has none.
    """
    actor = request.state.actor
    wanted = asked(view, request.query_params, actor.rights)
    found, titles = UNCOUNTED, {}
    with suppress(Refused):
        async with request.state.database.transaction(actor) as work:
            await work.driver.tell(PATIENCE)
            whole = Listing(wanted, actor, clock.today(), await sees_little(work, view, actor))
            found = await facets(work, (await spelled(work, whole)).asked, actor, clock.today())
            titles = await titles_of(work, offered_keys(found))
    offered = {
        field.name: [
            [str(key), titles[key], told(number, found)] for key, number in most(counts) if titles.get(key)
        ]
        for field, counts in found.counts.items()
        if field.kind is Kind.LINK
    }  # fmt: skip
    return JSONResponse(
        {
            "total": told(found.total, found) if found.total >= 0 else "",
            "counts": {field.name: spoken(field, found, clock.today()) for field in found.counts},
            "offered": offered,
            "fields": str(options_html(view, actor.rights)),
        },
        headers={"Cache-Control": "no-store"},
    )


async def facets(work: Work, wanted: Asked, actor: Actor, today: date) -> Facets:
    """Numbers of every filter of the panel; a column's own condition does not narrow its own numbers."""
    fields = faceted(wanted, actor)
    narrowed = {one.field.name for one in wanted.filters if one.asks}
    free = [field for field in fields if field.name not in narrowed]
    began = monotonic()
    counts, total = await counted(work, wanted, actor, today, free)
    rows = dict.fromkeys(free, total)
    for field in fields:
        if field.name in narrowed and monotonic() - began < ENOUGH_SECONDS:
            others = tuple(one for one in wanted.filters if one.field.name != field.name)
            own, rows[field] = await counted(work, replace(wanted, filters=others), actor, today, [field])
            counts |= own
    return Facets({field: counts[field] for field in fields if field in counts}, total, rows)


def faceted(wanted: Asked, actor: Actor) -> list[Field]:
    """The columns of the panel that are counted by value: those that it always has, and those that were added."""
    names = dict.fromkeys((*wanted.view.filters, *(one.field.name for one in wanted.filters)))
    fields = [field_of(wanted.view, name) for name in names if may_read(wanted.view, name, actor.rights)]
    return [field for field in fields if field.kind in FACETED and field.many is None]


async def counted(
    work: Work, wanted: Asked, actor: Actor, today: date, fields: Sequence[Field]
) -> tuple[dict[Field, Counts], int]:
    """Numbers by value of these columns, and of all rows, in one statement."""
    unplaced = replace(wanted, cursor=None, page=1)
    listing = Listing(unplaced, actor, today, await sees_little(work, wanted.view, actor))
    what = "facets " + " ".join(field.name for field in fields)
    rows = await run(work, listing, what, lambda: statement(listing, fields))
    counts: dict[Field, Counts] = {field: {} for field in fields}
    total = 0
    for place, value, number in rows:
        if place < 0:
            total = number
        else:
            counts[fields[place]][read(fields[place], value)] = number
    return counts, total


def statement(listing: Listing, fields: Sequence[Field]) -> Select[Any]:
    """Each column's place, value and number of rows, from one pass over at most so many rows of the list.

    What the rows point to is joined to these rows alone.
    """
    few = few_of(listing, fields)
    joins = Joins(listing.view.table, few)
    chosen = [value_in(joins, field).label(f"v{n}") for n, field in enumerate(fields)]
    rows = select(few.c.id, *chosen).select_from(joins.joined(few))
    found = rows.cte("found").prefix_with("MATERIALIZED")
    whole: Any = select(literal_column("-1").label("place"), null().label("value"), func.count().label("n"))
    parts = [whole.select_from(found)]
    for n in range(len(fields)):
        value = found.c[f"v{n}"]
        number = func.count()
        part: Any = select(literal_column(str(n)).label("place"), cast(value, Text).label("value"), number.label("n"))
        bound: Any = literal_column(str(MANY + 2 if fields[n].kind is Kind.LINK else MOST_VALUES))
        most_rows = part.group_by(value).order_by(value.is_not(None), number.desc()).limit(bound)
        parts.append(select(*most_rows.subquery().c))
    return union_all(*parts)  # type: ignore[return-value]


def few_of(listing: Listing, fields: Sequence[Field]) -> FromClause:
    """At most so many rows of the list, with the columns that the fields begin at."""
    base = alias(listing.view.table, "b")
    names = {"id", *(field.name.split(".")[0] for field in fields)}
    is_whole = any(field.derived is not None for field in fields)
    columns = [column for column in base.c if is_whole or column.name in names]
    rows = select(*columns).where(*listing.conditions(base))
    if starts := listing.drivers(base):
        rows = rows.where(or_(*starts))
    bound: Any = literal_column(str(COUNTED_UP_TO + 1))
    return rows.limit(bound).cte("few").prefix_with("MATERIALIZED")


def value_in(joins: Joins, field: Field) -> ColumnElement[Any]:
    """What a column is counted by: a link by its key, a moment by its day."""
    if field.kind is Kind.LINK:
        return joins.key(field)
    column = joins.column(field)
    return cast(func.timezone(ZONE, column), Date) if field.kind is Kind.MOMENT else column


def read(field: Field, value: str | None) -> Any:
    """A value from its text."""
    if value is None:
        return None
    if field.kind is Kind.LINK:
        return UUID(value)
    return date.fromisoformat(value) if field.kind in SPANNED else value


def spoken(field: Field, found: Facets, today: date) -> dict[str, str]:
    """Numbers by the values that the panel offers."""
    counts = found.counts[field]
    empty = counts.get(None, 0)
    numbers = {EMPTY: empty, FILLED: found.rows[field] - empty}
    if field.kind is Kind.BOOL:
        numbers |= {"yes": counts.get("true", 0), "no": counts.get("false", 0)}
    elif field.kind is Kind.CHOICE:
        numbers |= {option.value: counts.get(option.value, 0) for option in field.choices}
    elif field.kind is Kind.LINK:
        numbers |= {str(key): number for key, number in most(counts)}
    else:
        numbers |= by_span(counts, today)
    return {name: told(number, found) for name, number in numbers.items()}


def by_span(counts: Counts, today: date) -> dict[str, int]:
    """Rows whose day lies in each span that has a name."""
    days = sorted(day for day in counts if day is not None)
    up_to = [0, *accumulate(counts[day] for day in days)]
    numbers = {}
    for name in SPANS:
        first, last = span(name, today)
        low = 0 if first is None else bisect_left(days, first)
        high = len(days) if last is None else bisect_right(days, last)
        numbers[name] = max(0, up_to[high] - up_to[low])
    return numbers


def most(counts: Counts) -> list[tuple[Any, int]]:
    """The values of most rows; none where there are many."""
    found = sorted(((key, number) for key, number in counts.items() if key is not None), key=lambda one: -one[1])
    return found[:MOST_OFFERED] if len(found) <= MANY else []


def offered_keys(found: Facets) -> dict[View, Iterable[UUID]]:
    """Records that are offered by their titles."""
    keys: dict[View, list[UUID]] = {}
    for field, counts in found.counts.items():
        if field.target is not None:
            keys.setdefault(field.target, []).extend(key for key, _number in most(counts))
    return dict(keys)


def told(number: int, found: Facets) -> str:
    """A number for people; where not all rows were looked at it may be larger, and none says nothing."""
    if found.is_bounded:
        return f"{show_number(min(number, COUNTED_UP_TO))}+" if number else ""
    return show_number(number)
