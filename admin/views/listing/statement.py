"""The one statement builder: rows, count, keys and export of a list come from the same conditions and order.

A page is found in two steps: keys in order, skipping inside the index, then the rows and titles of these keys only.
No condition here decides what may be seen; row policies do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from admin.views.base import View
from admin.views.listing import conditions as fulfilled
from admin.views.listing.asked import Asked
from admin.views.listing.branches import Branches
from admin.views.listing.conditions import TODAY, conditions_of, everything, shape_of, tone_of
from admin.views.listing.fields import Field, Kind, may_read, state_told
from admin.views.listing.joins import Joins
from admin.views.listing.ordering import Ordering, labelled
from admin.views.listing.sight import drivers
from admin.views.listing.slots import slot
from admin.views.listing.texts import folded, pattern, tidy
from models.actor import Actor, Scope

COUNTED_UP_TO = 10_000
SEARCHED_UP_TO = 10_000
"""Rows that a search gives at most where other filters or orders apply on top of it."""

SEARCHED_BY_FUNCTIONS = frozenset({"client", "deal", "policy", "insured-object"})
"""Whose fields the functions of `migrations/sql/search.sql` look into."""
WHOLE = 1_000_000
MOST_WORDS = 8


@dataclass(frozen=True)
class Listing:
    """The statements of one list for one person."""

    asked: Asked
    actor: Actor
    today: date
    sees_little: bool = False
    is_whole: bool = False
    """Every row is wanted, not a page."""

    @property
    def view(self) -> View:
        """The entity."""
        return self.asked.view

    def rows(self, fields: Sequence[Field]) -> Select[Any]:
        """One page and a row more: key, order's value, state, then each field's value and, for links, its key."""
        keys = self.page_of_keys(self.asked.size + 1)
        return self.titled(keys, fields).order_by(*self.order.direction(self.sorted(keys), keys.c.id))

    def sorted(self, found: FromClause) -> list[ColumnElement[Any]]:
        """The values that rows are ordered by, where they have been found already."""
        return [found.c["s" if n == 0 else f"s{n}"] for n in range(len(self.asked.orders))]

    def titled(self, keys: Subquery, fields: Sequence[Field]) -> Select[Any]:
        """Rows of the keys with the titles of what they point to; last the further orders' values, and the tone."""
        base = alias(self.view.table, "b")
        joins = Joins(self.view.table, base)
        told = state_told(self.view, self.actor.rights)
        state = base.c[told] if told else literal_column("NULL")
        shown: list[ColumnElement[Any]] = [keys.c.id, keys.c.s, state]
        for field in fields:
            shown.append(joins.column(field))
            if field.kind is Kind.LINK:
                shown.append(joins.key(field))
        shown += self.sorted(keys)[1:]
        if (tone := tone_of(self.asked, base, self.today)) is not None:
            shown.append(tone)
        numbered = [column.label(f"c{n}") for n, column in enumerate(shown)]
        return select(*numbered).select_from(joins.joined(keys.join(base, base.c.id == keys.c.id)))

    def count(self, most: int | None = COUNTED_UP_TO) -> Select[Any]:
        """How many rows there are, counted up to a bound; without order and without titles."""
        base = alias(self.view.table, "b")
        bound: Any = None if most is None else literal_column(str(most + 1))
        wanted = self.conditions(base, self.replaced)
        found = [select(base.c.id).where(*wanted, *also).limit(bound) for also in self.starts(base)]
        if len(found) == 1:
            return select(func.count()).select_from(found[0].subquery())
        every = union_all(*(select(part.subquery().c.id) for part in found))
        return select(func.count()).select_from(every.limit(bound).subquery())

    def everything(self, fields: Sequence[Field], written: Callable[[Any, Field], Any]) -> Select[Any]:
        """All rows in the list's order, for export, each value as `written` has it.

        Sorted narrow, the order's columns first, and written afterwards: the other way round took half as long again.
        """
        base = alias(self.view.table, "b")
        joins = Joins(self.view.table, base)
        values = self.order.values(joins)
        chosen = [*labelled(values), base.c.id.label("k")]
        chosen += [joins.column(field).label(f"c{n}") for n, field in enumerate(fields)]
        starts = self.drivers(base)
        found = select(*chosen).where(*self.conditions(base))
        if len(starts) > 1:
            found = found.where(or_(*starts))
        inner = (
            found.select_from(joins.joined(base)).order_by(*self.order.direction(values, base.c.id)).subquery("found")
        )
        told = [written(inner.c[f"c{n}"], field).label(f"c{n}") for n, field in enumerate(fields)]
        return select(*told).order_by(*self.order.direction(self.sorted(inner), inner.c.k))

    def sums(self, fields: Sequence[Field]) -> Select[Any]:
        """How many rows there are, and the sum of each of these columns over all of them."""
        base = alias(self.view.table, "b")
        joins = Joins(self.view.table, base)
        starts = self.drivers(base)
        told = [func.count(), *(func.sum(joins.column(field)) for field in fields)]
        found = select(*(column.label(f"c{n}") for n, column in enumerate(told))).where(*self.conditions(base))
        if starts:
            found = found.where(or_(*starts))
        return found.select_from(joins.joined(base))

    def everyone(self) -> Select[Any]:
        """Keys of all rows in no order, for choosing everything that matches: what `count` counts."""
        base = alias(self.view.table, "b")
        starts = self.drivers(base)
        found = select(base.c.id).where(*self.conditions(base))
        return found.where(or_(*starts)) if len(starts) > 1 else found

    @property
    def sees_all(self) -> bool:
        """Whether nothing of what the rows point to is out of the actor's sight."""
        return self.actor.scope is Scope.ALL

    # -- what the statements are given

    @cached_property
    def words(self) -> list[str]:
        """The words of the term, each of which must be found."""
        return (tidy(self.asked.term).split() or [self.asked.term])[:MOST_WORDS]

    @cached_property
    def shape(self) -> tuple[Any, ...]:
        """What the statements look like, whatever their values: two lists of one shape are one prepared statement."""
        asked, cursor = self.asked, self.asked.cursor
        return (
            self.view.identity, self.actor.scope, self.sees_little, asked.sort, asked.size, asked.in_trash,
            asked.offset > 0, cursor and (cursor.back, *(one is None for one in cursor.values)), bool(asked.term),
            shape_of(asked, self.today), bool(asked.term) and len(self.words),
            asked.selection is not None, asked.one is not None,
            bool(asked.term) and (self.finder, self.searched), asked.slices, state_told(self.view, self.actor.rights),
        )  # fmt: skip

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the statements by the names under which they are bound."""
        asked, cursor = self.asked, self.asked.cursor
        found: dict[str, Any] = {
            "me": self.actor.id,
            "skipped": asked.offset,
            "term": asked.term,
            "wanted": self.wanted,
            TODAY: self.today,
        }
        found |= {f"q{n}": pattern(word) for n, word in enumerate(self.words)}
        for name, one in everything(asked):
            found |= one.bound(self.today, name)
        found |= {"selection": asked.selection, "only": asked.one, "reach": asked.offset + asked.size + 1}
        if cursor is None:
            return found
        found |= {f"value{n}": value for n, value in enumerate(cursor.values)}
        return found | {"key": cursor.key, "value": cursor.value}

    @cached_property
    def order(self) -> Ordering:
        """In what order the rows come."""
        return Ordering(self.asked)

    # -- the parts

    def page_of_keys(self, size: int) -> Subquery:
        """Keys of the page with the value that they are ordered by."""
        base = alias(self.view.table, "k")
        starts = self.starts(base)
        joins = Joins(self.view.table, base, sees_all=self.sees_all)
        values = self.order.values(joins)
        source = joins.joined(base)
        order = self.order
        parts = order.parts(values, base)
        merged = len(starts) * len(parts) > 1
        found = [
            select(base.c.id, *labelled(values))
            .select_from(source)
            .where(*self.conditions(base, self.replaced), *also, *([] if part is None else [part]))
            .order_by(
                *(self.order.plain_direction(values, base.c.id) if fixed else self.order.direction(values, base.c.id))
            )
            for also in starts
            for part, fixed in parts
        ]
        if not merged:
            return self.cut(found[0], size).subquery("keys")
        halves = [select(*part.limit(self.reach(size)).subquery().c) for part in found]
        whole = union_all(*halves).subquery()
        return self.cut(select(whole).order_by(*self.order.direction(self.sorted(whole), whole.c.id)), size).subquery(
            "keys"
        )

    def cut(self, statement: Select[Any], size: int) -> Select[Any]:
        """The page's rows only. Sizes stand in the statement as they are, so that plans know them."""
        if self.asked.offset:
            statement = statement.offset(slot("skipped", Integer))
        return statement.limit(literal_column(str(size)))

    def reach(self, size: int) -> ColumnElement[Any]:
        """How many rows of each branch may come into the page."""
        return slot("reach", Integer) if self.asked.offset else literal_column(str(size))

    def conditions(self, base: FromClause, without: frozenset[str] = frozenset()) -> list[ColumnElement[bool]]:
        """Trash, filters, term and ticked keys; `without` names filters that are asked for elsewhere."""
        parts: list[ColumnElement[bool]] = []
        if self.view.has_trash:
            trash = base.c.deleted_at
            parts.append(trash.is_not(None) if self.asked.in_trash else trash.is_(None))
        if fulfilled.hangs_on_deals(self.view) and not self.asked.in_trash:
            deal = base.c.deal_id
            kept = deal.not_in(select(func.crm.trashed_deals()))
            parts.append(or_(deal.is_(None), kept) if deal.nullable else kept)
        parts += conditions_of(self.asked, base, self.today, without)
        parts += [fulfilled.sliced(self.view.slices[name].condition, base) for name in self.asked.slices]
        if self.asked.term:
            parts.append(self.matches(base))
        if self.asked.selection is not None:
            parts.append(fulfilled.chosen(base))
        if self.asked.one is not None:
            parts.append(base.c.id == slot("only", Uuid))
        return parts

    def matches(self, base: FromClause) -> ColumnElement[bool]:
        """The search: a definer function where the view names one, else the record's own columns."""
        if self.finder:
            schema, name = self.finder.split(".")
            found = getattr(getattr(func, schema), name)(
                slot("term", Text), slot("wanted", Integer), self.asked.in_trash
            )
            return base.c.id == any_(func.array(select(found).scalar_subquery()))
        columns = self.searched
        if not columns:
            return false()
        words = [slot(f"q{n}", Text) for n in range(len(self.words))]
        return and_(*(or_(*(folded(base.c[name]).like(word) for name in columns)) for word in words))

    @cached_property
    def finder(self) -> str:
        """The view's search function; none for whom something is hidden that it may look into."""
        return self.view.search if self.actor.rights.reads_all_of(SEARCHED_BY_FUNCTIONS) else ""

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """The record's own columns that a search looks into, as far as the actor may read them."""
        return tuple(name for name in self.view.record.__search__ if may_read(self.view, name, self.actor.rights))

    @cached_property
    def searches_in_order(self) -> bool:
        """Whether the search function's order is the list's: then it stops after the page, and nothing is counted."""
        plain = (
            not self.asked.slices
            and not any(f.asks for f in self.asked.all_filters)
            and self.asked.selection is None
            and self.asked.one is None
            and not self.asked.in_trash
        )
        usual = self.asked.sort == self.view.default_sort and self.asked.cursor is None
        return bool(self.finder and self.asked.term) and plain and usual

    @property
    def wanted(self) -> int:
        """How many rows the search function should look for."""
        if self.is_whole:
            return WHOLE
        if not self.searches_in_order:
            return SEARCHED_UP_TO
        return min(self.asked.offset + self.asked.size + 1, SEARCHED_UP_TO)

    def starts(self, base: FromClause) -> list[list[ColumnElement[bool]]]:
        """Where to look, one list of conditions a branch, no row in two; one without any where the policies lead."""
        found = self.drivers(base)
        if not found and self.branches is not None:
            return [[one] for one in self.branches.parts(base)]
        apart = [[one, *(earlier.is_not(true()) for earlier in found[:n])] for n, one in enumerate(found)]
        return apart or [[]]

    @cached_property
    def branches(self) -> Branches | None:
        """The parts in which an index has the list; none where something else leads to its rows."""
        found = Branches(self.asked, self.today)
        is_led = bool(self.drivers(alias(self.view.table, "k"))) or self.is_chosen
        return found if found.replaced and not is_led else None

    @property
    def replaced(self) -> frozenset[str]:
        """Names of the filters for which `starts` stands."""
        return self.branches.replaced if self.branches is not None else frozenset()

    @property
    def is_chosen(self) -> bool:
        """Whether keys or the search lead to the rows."""
        one_or_chosen = self.asked.one is not None or self.asked.selection is not None
        return bool(self.asked.term and self.finder) or one_or_chosen

    def drivers(self, base: FromClause) -> list[ColumnElement[bool]]:
        """Conditions any of which a row must fulfil; none where keys or the search lead."""
        if self.is_chosen:
            return []
        rows = getattr(self.view.record, "__rows__", None)
        return drivers(rows, self.actor, base, sees_little=self.sees_little)


@lru_cache(maxsize=1024)
def alias(table: Table, name: str) -> FromClause:
    """A table under a short name, made once: copying its columns costs more than asking for a page."""
    return table.alias(name)
