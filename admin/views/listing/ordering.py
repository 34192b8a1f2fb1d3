"""In what order a list's rows come, and where a page begins: conditions that an index can follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Uuid, and_, false, func, literal_column, or_, tuple_

from admin.views.listing.asked import Asked
from admin.views.listing.fields import Field, order_column
from admin.views.listing.joins import Joins
from admin.views.listing.orders import Order
from admin.views.listing.slots import slot

Part = tuple[ColumnElement[bool] | None, bool]
"""A condition and whether it fixes the emptiness of the order's column."""


@dataclass(frozen=True)
class Ordering:
    """The order that a list asks for."""

    asked: Asked

    def values(self, joins: Joins) -> list[ColumnElement[Any]]:
        """What rows are ordered by: choices as they are declared, names by their key."""
        return [value_of(joins, order.field) for order in self.asked.orders]

    @property
    def goes_down(self) -> bool:
        """Whether the first order's values fall while the rows are read."""
        return self.falls(self.asked.order)

    def falls(self, order: Order) -> bool:
        """Whether an order's values fall while the rows are read."""
        return order.descending != self.goes_back

    @property
    def goes_back(self) -> bool:
        """Whether the page is read from its end: the one before a row."""
        return self.asked.cursor is not None and self.asked.cursor.back

    def direction(self, values: Sequence[Any], key: Any) -> list[Any]:
        """The order with empty values last (first, when read from the end) and the key as the last word."""
        told = []
        for order, value in zip(self.asked.orders, values, strict=True):
            directed = value.desc() if self.falls(order) else value.asc()
            told.append(directed.nulls_first() if self.goes_back else directed.nulls_last())
        return [*told, key.desc() if self.goes_down else key.asc()]

    def plain_direction(self, values: Sequence[Any], key: Any) -> list[Any]:
        """The order as an index has it, where the emptiness of the only value is settled."""
        (value,) = values
        return [value.desc(), key.desc()] if self.goes_down else [value.asc(), key.asc()]

    def parts(self, values: Sequence[Any], base: FromClause) -> list[Part]:
        """The conditions of the place in the list; values and empty ones apart where an index has them elsewhere."""
        if len(values) > 1:
            return [(None if self.asked.cursor is None else self.beyond(values, base), False)]
        (value,) = values
        field, cursor = self.asked.order.field, self.asked.cursor
        may_be_empty = not field.own or field.column.nullable
        if cursor is None:
            apart = may_be_empty and self.goes_down != self.goes_back
            return [(value.is_not(None), True), (value.is_(None), True)] if apart else [(None, not may_be_empty)]
        key = slot("key", Uuid)
        if cursor.value is None:
            ahead = value.is_(None) & (base.c.id < key if self.goes_down else base.c.id > key)
            return [(ahead, True), (value.is_not(None), True)] if cursor.back else [(ahead, True)]
        row, place = tuple_(value, base.c.id), tuple_(slot("value", value.type), key)
        ahead = row < place if self.goes_down else row > place
        return [(ahead, True), (value.is_(None), True)] if may_be_empty and not cursor.back else [(ahead, True)]

    def beyond(self, values: Sequence[Any], base: FromClause) -> ColumnElement[bool]:
        """What comes after the place by several orders: further in one of them, equal in those before it."""
        key = slot("key", Uuid)
        ahead = base.c.id < key if self.goes_down else base.c.id > key
        for n in reversed(range(len(values))):
            further, equal = self.further(n, values[n]), self.equal(n, values[n])
            ahead = or_(further, and_(equal, ahead))
        return ahead

    def further(self, n: int, value: Any) -> ColumnElement[bool]:
        """Whether a value comes after the place's in the order of this number, empty ones last."""
        cursor, order = self.asked.cursor, self.asked.orders[n]
        if cursor is None or cursor.values[n] is None:
            return value.is_not(None) if self.goes_back else false()
        place = slot(f"value{n}", value.type)
        ahead = value < place if self.falls(order) else value > place
        return ahead if self.goes_back else or_(ahead, value.is_(None))

    def equal(self, n: int, value: Any) -> ColumnElement[bool]:
        """Whether a value is the place's in the order of this number."""
        cursor = self.asked.cursor
        if cursor is None or cursor.values[n] is None:
            return value.is_(None)  # type: ignore[no-any-return]
        return value == slot(f"value{n}", value.type)  # type: ignore[no-any-return]


def value_of(joins: Joins, field: Field) -> ColumnElement[Any]:
    """What rows are ordered by in one column."""
    column = joins.column(field, order_column(field))
    if field.choices:
        places = ", ".join(f"'{option.value}'" for option in field.choices)
        return func.array_position(literal_column(f"ARRAY[{places}]"), column, type_=Integer)
    return column


def labelled(values: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """What rows are ordered by under its names: `s`, `s1`, …"""
    return [value.label("s" if n == 0 else f"s{n}") for n, value in enumerate(values)]
