"""By which columns a list is sorted, as its address names them."""

from __future__ import annotations

from typing import NamedTuple

from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.fields import Field, Kind, NoSuchField, field_of, may_read
from models.rights import Rights

MOST_ORDERS = 4


class Order(NamedTuple):
    """A column and its direction; the primary key always follows in the first one's direction."""

    field: Field
    descending: bool

    @property
    def parameter(self) -> str:
        """As it stands in the address."""
        return ("-" if self.descending else "") + self.field.name


def orders_of(view: View, query: QueryParams, rights: Rights) -> tuple[Order, ...]:
    """The orders asked for, the first one first, each column once; without any that holds, the view's own."""
    found: dict[str, Order] = {}
    for typed in typed_orders(query):
        if order := order_named(view, typed, rights):
            found.setdefault(order.field.name, order)
    usual = order_named(view, view.default_sort, rights) or Order(field_of(view, "id"), False)
    return tuple(found.values())[:MOST_ORDERS] or (usual,)


def typed_orders(query: QueryParams) -> list[str]:
    """What is typed, by commas or one by one; `sortBy` and `sort=desc` are understood too."""
    if by := query.get("sortBy"):
        return [("-" if query.get("sort") == "desc" else "") + by]
    return [typed for told in query.getlist("sort") for typed in told.split(",") if typed][: MOST_ORDERS * 2]


def unknown_order(view: View, query: QueryParams, rights: Rights) -> str:
    """The first order of the address that led to nothing; empty where there is none."""
    known = {order.parameter for order in orders_of(view, query, rights)}
    return next((typed for typed in typed_orders(query) if not known & {typed, turned(typed)}), "")


def turned(typed: str) -> str:
    """The same column in the other direction."""
    return typed[1:] if typed.startswith("-") else f"-{typed}"


def order_named(view: View, typed: str, rights: Rights) -> Order | None:
    """An order by its spelling, None where there is no such column or none that may be read."""
    try:
        found = field_of(view, typed.removeprefix("-"))
    except NoSuchField:
        return None
    if found.derived is not None or found.many is not None or not may_read(view, found.name, rights):
        return None
    return Order(found, typed.startswith("-")) if found.kind not in (Kind.JSON, Kind.WORDS) else None
