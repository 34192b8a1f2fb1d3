"""Where a list is looked for in parts that an index has in the list's order: values of a choice, groups of OR.

`status IN (a, b) ORDER BY due_on LIMIT 26` walks days until it meets such rows; `status = a` and `status = b`, each in
its own order, are the first rows of two places in an index. No row is in two parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import ColumnElement, FromClause, Table, true

from admin.views.listing.asked import Asked
from admin.views.listing.conditions import ALTERNATIVES, Named, all_of, grouped, narrowing
from admin.views.listing.fields import Kind, order_column
from admin.views.listing.filters import Filter
from admin.views.listing.slots import slot

MOST_PARTS = 8


class Branches:
    """The parts of a list, and the names of the conditions that they stand for."""

    def __init__(self, asked: Asked, today: date) -> None:
        self._asked, self._today = asked, today
        self._groups = grouped(asked.alternatives, "o")
        self._choice = None if self.by_groups else choice_of(asked)

    @property
    def by_groups(self) -> bool:
        """Whether each group of OR is found by an index of its own."""
        table = self._asked.view.table
        return 1 < len(self._groups) <= MOST_PARTS and all(
            any(is_led(table, one) for _name, one in named) for _prefix, named in self._groups
        )

    @property
    def replaced(self) -> frozenset[str]:
        """Names of the conditions that need not be asked again."""
        if self.by_groups:
            return frozenset({ALTERNATIVES})
        return frozenset({self._choice[0]}) if self._choice else frozenset()

    def parts(self, base: FromClause) -> list[ColumnElement[bool]]:
        """A condition a part; none where the list is found as a whole."""
        if self.by_groups:
            return self._apart(base)
        if self._choice is None:
            return []
        name, one = self._choice
        column = base.c[one.field.name]
        return [column == slot(f"{name}_{n}", column.type) for n in range(len(one.values))]

    def _apart(self, base: FromClause) -> list[ColumnElement[bool]]:
        """Each group without the rows of those before it."""
        found = [all_of(self._asked.view, base, named, self._today) for _prefix, named in self._groups]
        told = []
        for n, one in enumerate(found):
            part = one
            for earlier in found[:n]:
                part = part & earlier.is_not(true())
            told.append(part)
        return told


def choice_of(asked: Asked) -> Named | None:
    """A choice with several values, each of which an index has in the order of the list."""
    field = asked.order.field
    if asked.then or not field.own or field.kind is Kind.CHOICE:
        return None
    order = order_column(field).name
    for name, one in narrowing(asked):
        is_several = 1 < len(one.values) <= MOST_PARTS and len(set(one.values)) == len(one.values)
        if is_several and is_plain(one) and leads(asked.view.table, one.field.name, order):
            return name, one
    return None


def is_plain(one: Filter) -> bool:
    """Whether a condition is about the record's own column, and says which rows, not which others."""
    return is_own(one) and not one.is_inverted and not one.emptiness and not one.text


def is_own(one: Filter) -> bool:
    """Whether a condition looks at nothing but the record's own row; a key is compared as it stands there."""
    return one.field.many is None and one.field.derived is None and "." not in one.field.name


def is_led(table: Table, one: Filter) -> bool:
    """Whether an index leads to the rows of a condition."""
    return is_plain(one) and leads(table, one.field.name)


@lru_cache(maxsize=4096)
def leads(table: Table, *names: str) -> bool:
    """Whether an index of the table begins with these columns in this order."""
    return any(
        not index.dialect_options["postgresql"]["using"] and beginning(index.columns, len(names)) == names
        for index in table.indexes
    )


def beginning(columns: Iterable[object], size: int) -> tuple[str, ...]:
    """The names of the first columns of an index."""
    return tuple(getattr(column, "name", "") for column in list(columns)[:size])
