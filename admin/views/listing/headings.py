"""The headings of a list: each sorts by its column, with Shift after those that sort it already."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from starlette.datastructures import QueryParams

from admin.i18n import _
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.cells import RIGHT, spare_of
from admin.views.listing.fields import Field, Kind
from admin.views.listing.orders import Order, turned
from admin.views.record.forms import fields_of
from models.actor import Actor


class Head(NamedTuple):
    """A column's heading: its label, the addresses that sort by it, alone or further, and how it is sorted now."""

    label: str
    address: str
    further: str
    sorted: str
    place: int
    """Which of several orders it is, from 1; 0 for none or the only one."""
    is_figure: bool
    is_spare: bool = False
    name: str = ""
    is_open: bool = False
    """Whether its cells are edited in the list."""


LONGEST_KNOWN = 2_000
"""Characters of an address whose headings are remembered: each heading holds it twice."""


def heads_of(
    view: View,
    fields: tuple[Field, ...],
    orders: tuple[Order, ...],
    query: tuple[tuple[str, str], ...],
    writable: frozenset[str],
    locale: str,
) -> list[Head]:
    """The headings of an address in a language, worked out once."""
    is_short = sum(len(name) + len(value) for name, value in query) <= LONGEST_KNOWN
    drawn = _heads if is_short else _heads.__wrapped__
    return drawn(view, fields, orders, query, writable, locale)


@lru_cache(maxsize=1024)
def _heads(
    view: View,
    fields: tuple[Field, ...],
    orders: tuple[Order, ...],
    query: tuple[tuple[str, str], ...],
    writable: frozenset[str],
    _locale: str,
) -> list[Head]:
    wanted = Asked(view, QueryParams(list(query)), orders[0], then=orders[1:])
    spare = spare_of(view, fields)
    heads = [head_of(wanted, field, is_spare=field.name in spare) for field in fields]
    return [
        head._replace(name=field.name, is_open=field.name in writable)
        for head, field in zip(heads, fields, strict=True)
    ]


def head_of(wanted: Asked, field: Field, *, is_spare: bool) -> Head:
    """A heading; a column that is sorted already turns round."""
    if field.kind in (Kind.JSON, Kind.WORDS) or field.derived is not None:
        return Head(_(field.label), "", "", "", 0, field.kind in RIGHT, is_spare)
    names = [order.field.name for order in wanted.orders]
    place = names.index(field.name) + 1 if field.name in names else 0
    now = wanted.orders[place - 1].descending if place else None
    direction = "" if now is None else "descending" if now else "ascending"
    typed = f"-{field.name}" if now is False else field.name
    return Head(
        _(field.label),
        wanted.address(sort=typed, sortBy=None),
        wanted.address(sort=further(wanted, field.name), sortBy=None),
        direction,
        place if len(names) > 1 else 0,
        field.kind in RIGHT,
        is_spare,
    )


def further(wanted: Asked, name: str) -> str:
    """The orders with a column after those that are there, or with its direction turned where it is among them."""
    typed = [order.parameter for order in wanted.orders]
    if not ({name, f"-{name}"} & set(typed)):
        return ",".join((*typed, name))
    return ",".join(turned(one) if one.removeprefix("-") == name else one for one in typed)


def open_fields(view: View, actor: Actor, wanted: Asked) -> frozenset[str]:
    """Columns whose cells this person may edit here; none in the trash."""
    if wanted.in_trash or not view.editable or not actor.rights.may(view.identity, "update"):
        return frozenset()
    return frozenset(fields_of(view, actor.rights, creating=False))
