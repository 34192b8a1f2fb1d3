"""What an address asks of a list: term, filters, order, page. Nothing in it can break the page."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import BigInteger
from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.fields import Field, Kind, NoSuchField, field_of, may_read, may_show, order_column
from admin.views.listing.filters import Filter, filters_of
from models.log import Xid8
from models.rights import Rights
from models.texts import N_

PAGE_SIZES = (25, 50, 100, 200)
LAST_PAGE = 1_000_000
MOST_COLUMNS = 40
OFFSET_AT_MOST = 1_000
"""Rows that are skipped by number; the links of later pages carry the row that they begin after."""
SLICE = "slice"
PLACES = ("page", "after", "before", "part", "around")
"""Parameters that say how a list looks, not which rows it has."""


NO_SUCH_ORDER = N_("The list cannot be sorted by this: it is left out.")
NO_SUCH_COLUMN = N_("The list has no such column: it is left out.")
NO_SUCH_SLICE = N_("The list has no such part: it is left out.")
NO_SUCH_PLACE = N_("There is no such place in the list: it is left out.")
NOT_YOURS = N_("Your role does not show this field: it is left out.")


class Senseless(NamedTuple):
    """A parameter that could not be followed, and the sentence (a msgid) that says so."""

    parameter: str
    typed: str
    why: str


class Order(NamedTuple):
    """A column and its direction; the primary key always follows in the same direction."""

    field: Field
    descending: bool

    @property
    def parameter(self) -> str:
        """As it stands in the address."""
        return ("-" if self.descending else "") + self.field.name


class Cursor(NamedTuple):
    """The row that a page begins after, or ends before."""

    value: Any
    key: UUID
    back: bool


@dataclass(frozen=True)
class Asked:
    """One list as asked for."""

    view: View
    query: QueryParams
    order: Order
    term: str = ""
    filters: tuple[Filter, ...] = ()
    slices: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE_SIZES[0]
    cursor: Cursor | None = None
    in_trash: bool = False
    one: UUID | None = None
    """This record alone: the row that somebody has just changed."""
    selection: UUID | None = None
    """Only the records of this frozen selection, whatever the address says beside."""
    chosen: tuple[str, ...] = ()
    """Names of the columns that were chosen, in their order; none: the view's own."""
    senseless: tuple[Senseless, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are shown."""
        return self.chosen or self.view.columns

    @property
    def has_totals(self) -> bool:
        """Whether the sums of everything that matches stand below the list."""
        return self.query.get("totals") == "1"

    @property
    def is_narrowed(self) -> bool:
        """Whether a term or a filter is set."""
        return bool(self.term or self.slices) or any(f.asks for f in self.filters)

    @property
    def offset(self) -> int:
        """Rows to skip by number."""
        return 0 if self.cursor else (self.page - 1) * self.size

    def address(self, **changed: Any) -> str:
        """The same list with other parameters; None takes one away. The place in the list is forgotten unless given."""
        kept = [(k, v) for k, v in self.query.multi_items() if k not in changed and k not in PLACES and v]
        kept += [(k, v) for k, v in changed.items() if v is not None]
        return "?" + urlencode(kept)

    def without(self, parameter: str, value: str | None = None) -> str:
        """The same list without a parameter, or without one of its values."""
        gone = (parameter, f"{parameter}.from", f"{parameter}.to") if value is None else (parameter,)
        kept = [
            (k, v)
            for k, v in self.query.multi_items()
            if k not in PLACES and v and not (k in gone and (value is None or v == value))
        ]
        return "?" + urlencode(kept)

    def with_term(self, term: str) -> Asked:
        """The same list with another term."""
        return replace(self, term=term)

    def only(self, selection: UUID) -> Asked:
        """The rows of a frozen selection in the order of the list."""
        return replace(self, selection=selection, term="", filters=())


def asked(view: View, query: QueryParams, rights: Rights) -> Asked:
    """Understand an address; what cannot be understood, or may not be read, is told and left out."""
    order = order_of(view, query, rights)
    page = whole(query.get("page", ""), 1, LAST_PAGE)
    size = whole(query.get("per") or query.get("pageSize", ""), 1, PAGE_SIZES[-1])
    cursor = cursor_of(order, query)
    filters = tuple(filters_of(view, query))
    wanted = list(dict.fromkeys(query.getlist("col")))[:MOST_COLUMNS]
    known = frozenset(name for name in wanted if may_show(view, name, rights))
    return Asked(
        view=view,
        query=query,
        order=order,
        term=(query.get("q") or query.get("search") or "").replace("\x00", "").strip()[:200],
        filters=tuple(one for one in filters if may_read(view, one.field.name, rights)),
        slices=slices_of(view, query),
        page=page or 1,
        size=size or PAGE_SIZES[0],
        cursor=cursor,
        in_trash=view.has_trash and query.get("trash") == "1",
        chosen=tuple(name for name in wanted if name in known),
        senseless=(
            *(Senseless("col", name, NO_SUCH_COLUMN) for name in wanted if name not in known),
            *(Senseless(SLICE, typed, NO_SUCH_SLICE) for typed in query.getlist(SLICE) if typed not in view.slices),
            *senseless_of(query, ("page",), page, NO_SUCH_PLACE),
            *senseless_of(query, ("per", "pageSize"), size, NO_SUCH_PLACE),
            *senseless_of(query, ("after", "before"), cursor, NO_SUCH_PLACE),
            *senseless_of(query, ("sort", "sortBy"), order if is_as_typed(order, query) else None, NO_SUCH_ORDER),
            *(
                Senseless(one.field.name, "", NOT_YOURS)
                for one in filters
                if not may_read(view, one.field.name, rights)
            ),
        ),
    )


def slices_of(view: View, query: QueryParams) -> tuple[str, ...]:
    """The named parts that the address asks for, each once."""
    return tuple(dict.fromkeys(name for name in query.getlist(SLICE) if name in view.slices))


def senseless_of(query: QueryParams, parameters: tuple[str, ...], found: Any, why: str) -> list[Senseless]:
    """The parameter that led to nothing, if it was given."""
    given = [(name, query[name]) for name in parameters if query.get(name)]
    return [Senseless(*given[0], why)] if given and found is None else []


def is_as_typed(order: Order, query: QueryParams) -> bool:
    """Whether the list stands in the order that the address names."""
    return order.field.name == (query.get("sortBy") or query.get("sort", "")).removeprefix("-")


def whole(typed: str, low: int, high: int) -> int | None:
    """A whole number within its ends, else None."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 and low <= int(typed) <= high else None


def order_of(view: View, query: QueryParams, rights: Rights) -> Order:
    """The order asked for; `sortBy` and `sort=desc` are understood too."""
    typed = query.get("sort", "")
    if query.get("sortBy"):
        typed = ("-" if typed == "desc" else "") + query["sortBy"]
    found = order_named(view, typed, rights) if typed.lstrip("-") in (*view.columns, *view.table.c.keys()) else None
    return found or order_named(view, view.default_sort, rights) or Order(field_of(view, "id"), False)


def order_named(view: View, typed: str, rights: Rights) -> Order | None:
    """An order by its spelling, None where there is no such column or none that may be read."""
    try:
        found = field_of(view, typed.removeprefix("-"))
    except NoSuchField:
        return None
    if found.derived is not None or not may_read(view, found.name, rights):
        return None
    return Order(found, typed.startswith("-")) if found.kind not in (Kind.JSON, Kind.WORDS) else None


def cursor_text(value: Any, key: UUID) -> str:
    """A place in a list, for an address."""
    told = json.dumps([None if value is None else str(value), str(key)], ensure_ascii=False)
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor_of(order: Order, query: QueryParams) -> Cursor | None:
    """The place that the address names, None for a missing or broken one."""
    back = "before" in query and "after" not in query
    text = query.get("before" if back else "after", "")
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return Cursor(None if value is None else read_value(order.field, value), UUID(key), back)
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
