"""In what order a list's rows come, and where a page begins: conditions that an index can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Uuid, func, literal_column, tuple_

from admin.views.listing.asked import Asked
from admin.views.listing.fields import order_column
from admin.views.listing.joins import Joins
from admin.views.listing.slots import slot

Part = tuple[ColumnElement[bool] | None, bool]
"""A condition and whether it fixes the emptiness of the order's column."""


@dataclass(frozen=True)
class Ordering:
    """The order that a list asks for."""

    asked: Asked

    def value(self, joins: Joins) -> ColumnElement[Any]:
        """What rows are ordered by: choices as they are declared, names by their key."""
        field = self.asked.order.field
        column = joins.column(field, order_column(field))
        if field.choices:
            places = ", ".join(f"'{option.value}'" for option in field.choices)
            return func.array_position(literal_column(f"ARRAY[{places}]"), column, type_=Integer)
        return column

    @property
    def goes_down(self) -> bool:
        """Whether values fall while the rows are read."""
        return self.asked.order.descending != self.goes_back

    @property
    def goes_back(self) -> bool:
        """Whether the page is read from its end: the one before a row."""
        return self.asked.cursor is not None and self.asked.cursor.back

    def direction(self, value: Any, key: Any) -> tuple[Any, Any]:
        """The order with empty values last (first, when read from the end) and the key as the last word."""
        down = self.goes_down
        directed = value.desc() if down else value.asc()
        return (directed.nulls_first() if self.goes_back else directed.nulls_last()), key.desc() if down else key.asc()

    def plain_direction(self, value: Any, key: Any) -> tuple[Any, Any]:
        """The order as an index has it, where the emptiness of the value is settled."""
        return (value.desc(), key.desc()) if self.goes_down else (value.asc(), key.asc())

    def parts(self, value: Any, base: FromClause) -> list[Part]:
        """The conditions of the place in the list; values and empty ones apart where an index has them elsewhere."""
        field, cursor = self.asked.order.field, self.asked.cursor
        may_be_empty = not field.own or field.column.nullable
        if cursor is None:
            apart = may_be_empty and self.goes_down != self.goes_back
            return [(value.is_not(None), True), (value.is_(None), True)] if apart else [(None, False)]
        key = slot("key", Uuid)
        if cursor.value is None:
            ahead = value.is_(None) & (base.c.id < key if self.goes_down else base.c.id > key)
            return [(ahead, True), (value.is_not(None), True)] if cursor.back else [(ahead, True)]
        row, place = tuple_(value, base.c.id), tuple_(slot("value", value.type), key)
        ahead = row < place if self.goes_down else row > place
        return [(ahead, True), (value.is_(None), True)] if may_be_empty and not cursor.back else [(ahead, True)]
