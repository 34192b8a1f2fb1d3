"""Where in a list a page begins: the row that it comes after, written into the address."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger
from starlette.datastructures import QueryParams

from admin.views.listing.fields import Field, order_column
from admin.views.listing.orders import Order
from models.log import Xid8


class Cursor(NamedTuple):
    """The row that a page begins after, or ends before."""

    value: Any
    key: UUID
    back: bool
    more: tuple[Any, ...] = ()
    """Values of the further orders."""

    @property
    def values(self) -> tuple[Any, ...]:
        """The row's values of all orders."""
        return self.value, *self.more


def cursor_text(value: Any, key: UUID, more: Sequence[Any] = ()) -> str:
    """A place in a list, for an address."""
    first, *others = (None if one is None else str(one) for one in (value, *more))
    told = json.dumps([first, str(key), *others], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


END = "end"
"""`before=end`: the last rows of a list."""
TOO = "~"
"""Stands before a place whose own row is wanted too."""
MOST_KEY = (1 << 128) - 1


def cursor_of(orders: Sequence[Order], query: QueryParams) -> Cursor | None:
    """The place that the address names, None for a missing or broken one."""
    back = "before" in query and "after" not in query
    text = query.get("before" if back else "after", "")
    if back and text == END:
        return Cursor(None, UUID(int=0 if orders[0].descending else MOST_KEY), back, (None,) * (len(orders) - 1))
    found = cursor_named(orders, text.removeprefix(TOO), back=back)
    return with_its_row(found, orders[0]) if found and text.startswith(TOO) else found


def with_its_row(cursor: Cursor, first: Order) -> Cursor:
    """The same place with the row that it names: one key before it, as the list goes."""
    step = 1 if first.descending != cursor.back else -1
    return cursor._replace(key=UUID(int=min(max(cursor.key.int + step, 0), MOST_KEY)))


def cursor_named(orders: Sequence[Order], text: str, *, back: bool) -> Cursor | None:
    """The place that a text spells, None for a broken one."""
    try:
        first, key, *others = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        told = zip(orders, (first, *others), strict=True)
        value, *more = (None if one is None else read_value(order.field, one) for order, one in told)
        return Cursor(value, UUID(key), back, tuple(more))
    except (ValueError, TypeError, binascii.Error, InvalidOperation, AttributeError, RecursionError):
        return None


def read_value(field: Field, text: str) -> Any:
    """A column's value from its text. Raises `ValueError` or `InvalidOperation`."""
    kind = int if field.choices else kind_in_python(field)
    readers: dict[type, Any] = {
        date: date.fromisoformat, datetime: datetime.fromisoformat, Decimal: Decimal, int: int, UUID: UUID,
        bool: lambda typed: typed == "True", time: time.fromisoformat,
    }  # fmt: skip
    value = readers.get(kind, str)(text)
    if isinstance(value, int):
        least, most = WHOLE_NUMBERS.get(type(order_column(field).type), (-(2**31), 2**31 - 1))
        if not least <= value <= most:
            raise ValueError(text)
    if isinstance(value, Decimal) and not (value.is_finite() and value.adjusted() < 15 and exponent_of(value) >= -6):
        raise ValueError(text)
    if isinstance(value, datetime) and (value.tzinfo is None or not 1 < value.year < 9999):
        raise ValueError(text)
    if isinstance(value, str):
        value.encode()
        if "\x00" in value:
            raise ValueError(text)
    return value


WHOLE_NUMBERS = {BigInteger: (-(2**63), 2**63 - 1), Xid8: (0, 2**63 - 1)}


def kind_in_python(field: Field) -> type:
    """What a value of the field's order is here; a transaction's number is a whole one."""
    column = order_column(field)
    return int if isinstance(column.type, Xid8) else column.type.python_type


def exponent_of(number: Decimal) -> int:
    """The place of the last digit of a finite number."""
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
