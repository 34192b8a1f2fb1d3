"""What filters make of a row: conditions of a list, groups of which one must hold, and the tone of a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Uuid,
    and_,
    any_,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    text,
    true,
)

from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.filters import EMPTY, Filter, Group
from admin.views.listing.joins import where_field
from admin.views.listing.slots import slot
from models.base import Rows
from models.many.selection import selections

TODAY = "today"
ALTERNATIVES = "or"
"""All groups of OR together."""
Named = tuple[str, Filter]
"""A condition and the name that the names of its values begin with."""


def narrowing(asked: Asked) -> list[Named]:
    """Conditions that every row fulfils."""
    return [(f"f{n}", one) for n, one in enumerate(asked.filters) if one.asks]


def grouped(groups: Sequence[Group], letter: str) -> list[tuple[str, list[Named]]]:
    """The conditions of each group that asks for something; those of a group hold together."""
    named = [
        (prefix, [(f"{letter}{g}_{n}", one) for n, one in enumerate(filters) if one.asks])
        for g, (prefix, filters) in enumerate(groups)
    ]
    return [(prefix, filters) for prefix, filters in named if filters]


def everything(asked: Asked) -> Iterator[Named]:
    """All conditions of a list, wherever they stand."""
    yield from narrowing(asked)
    for _prefix, filters in (*grouped(asked.alternatives, "o"), *grouped(asked.tints, "t")):
        yield from filters


def shape_of(asked: Asked, today: date) -> tuple[Any, ...]:
    """What the conditions look like and how their values are named, whatever they are."""
    shapes: list[tuple[Any, ...]] = [tuple((name, one.shape(today)) for name, one in narrowing(asked))]
    for groups, letter in ((asked.alternatives, "o"), (asked.tints, "t")):
        shapes += [
            (prefix, *((name, one.shape(today)) for name, one in named)) for prefix, named in grouped(groups, letter)
        ]
    return tuple(shapes)


def conditions_of(
    asked: Asked, base: FromClause, today: date, without: frozenset[str] = frozenset()
) -> list[ColumnElement[bool]]:
    """What a row of the list fulfils, by its filters, apart from those that are left out by name."""
    view = asked.view
    parts = [meets(view, base, one, today, name) for name, one in narrowing(asked) if name not in without]
    groups = [] if ALTERNATIVES in without else grouped(asked.alternatives, "o")
    if groups:
        parts.append(or_(*(all_of(view, base, named, today) for _prefix, named in groups)))
    return parts


def tone_of(asked: Asked, base: FromClause, today: date) -> ColumnElement[Any] | None:
    """The tone of a row: the first rule that it fulfils; None without rules."""
    groups = grouped(asked.tints, "t")
    if not groups:
        return None
    rules: list[tuple[Any, Any]] = [
        (all_of(asked.view, base, named, today), literal_column(repr(tone(prefix)))) for prefix, named in groups
    ]
    return case(*rules, else_=literal_column("''"))


def has_tones(asked: Asked) -> bool:
    """Whether rows have tones at all."""
    return bool(grouped(asked.tints, "t"))


def tone(prefix: str) -> str:
    """`red` of `tint.red.`."""
    return prefix.rstrip(".").rpartition(".")[2]


def all_of(view: View, base: FromClause, named: Sequence[Named], today: date) -> ColumnElement[bool]:
    """All conditions of a group."""
    return and_(*(meets(view, base, one, today, name) for name, one in named))


def meets(view: View, base: FromClause, one: Filter, today: date, name: str) -> ColumnElement[bool]:
    """Whether a row fulfils a condition; nothing to look at is empty, and whatever is inverted is everything else."""
    found = (
        nothing_or(view, base, one, today, name)
        if one.emptiness == EMPTY and one.field.many is None and "." in one.field.name
        else where_field(view, base, one.field, partial(one.clause, today=today, name=name))
    )
    return found.is_not(true()) if one.is_inverted else found


def nothing_or(view: View, base: FromClause, one: Filter, today: date, name: str) -> ColumnElement[bool]:
    """Empty at the end of a path, also where the path itself ends early; or one of the other values."""
    filled = where_field(view, base, one.field, lambda column: column.is_not(None))
    others = replace(one, emptiness="")
    if not others.asks:
        return not_(filled)
    return or_(not_(filled), where_field(view, base, one.field, partial(others.clause, today=today, name=name)))


def sliced(condition: str, base: FromClause) -> ColumnElement[bool]:
    """A named condition on the rows of a list; it may ask what day it is."""
    written = text(condition.format(t=getattr(base, "name", "")))
    return cast(ColumnElement[bool], written.bindparams(slot(TODAY, Date)) if f":{TODAY}" in condition else written)


def chosen(base: FromClause) -> ColumnElement[bool]:
    """Whether a row is in a frozen selection of the actor's own."""
    mine = selections.c.id == slot("selection", Uuid), selections.c.user_id == slot("me", Uuid)
    keys = select(func.unnest(selections.c.ids)).where(*mine)
    return base.c.id == any_(func.array(keys.scalar_subquery()))


@lru_cache(maxsize=256)
def hangs_on_deals(view: View) -> bool:
    """Whether the rows are a deal's, and out of reach while it lies in the trash."""
    return getattr(view.record, "__rows__", None) in (Rows.UNDER_DEAL, Rows.TASK, Rows.DOCUMENT)
