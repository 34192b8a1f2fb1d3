"""What an address asks of a list: term, filters, order, page. Nothing in it can break the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.fields import Field, Kind, NoSuchField, field_of, may_read, may_show
from admin.views.listing.filters import Filter, Group, filters_of
from admin.views.listing.orders import Order, orders_of, unknown_order
from admin.views.listing.parameters import ENDS, OR, TINT, taken_apart
from admin.views.listing.places import Cursor, cursor_of
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
DENSITIES = ("compact", "roomy")
ROWS, BY_PAGES = "rows", "pages"
"""`rows=pages`: a list that is read page by page; otherwise its rows come as one scrolls."""
FROZEN, WIDTHS = "frozen", "widths"
"""So many first columns stay in sight; `widths=number:180,amount:120` in pixels, which only the script reads."""
MOST_FROZEN = 3

NO_SUCH_ORDER = N_("The list cannot be sorted by this: it is left out.")
NO_SUCH_GROUP = N_("The list cannot be grouped by this: it is left out.")
NO_SUCH_COLUMN = N_("The list has no such column: it is left out.")
NO_SUCH_SLICE = N_("The list has no such part: it is left out.")
NO_SUCH_PLACE = N_("There is no such place in the list: it is left out.")
NOT_YOURS = N_("Your role does not show this field: it is left out.")


class Senseless(NamedTuple):
    """A parameter that could not be followed, and the sentence (a msgid) that says so."""

    parameter: str
    typed: str
    why: str


@dataclass(frozen=True)
class Asked:
    """One list as asked for."""

    view: View
    query: QueryParams
    order: Order
    term: str = ""
    then: tuple[Order, ...] = ()
    """Further orders, where the first one leaves rows equal."""
    filters: tuple[Filter, ...] = ()
    alternatives: tuple[Group, ...] = ()
    """Groups of conditions: a row fulfils all of one of them."""
    tints: tuple[Group, ...] = ()
    """Tones of rows, each with the conditions of the rows that have it."""
    group: Field | None = None
    """The column whose values are shown in place of rows, each with its rows' number and sums."""
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
    def is_long(self) -> bool:
        """Whether the rows come as one scrolls, not page by page."""
        return self.query.get(ROWS) != BY_PAGES

    @property
    def frozen(self) -> int:
        """How many columns stay in sight while the others are scrolled sideways."""
        return whole(self.query.get(FROZEN, ""), 0, MOST_FROZEN) or 0

    @property
    def is_narrowed(self) -> bool:
        """Whether a term or a filter is set."""
        return bool(self.term or self.slices) or any(f.asks for f in self.all_filters)

    @property
    def all_filters(self) -> tuple[Filter, ...]:
        """Conditions that decide which rows there are, those of groups too."""
        return (*self.filters, *(one for _prefix, filters in self.alternatives for one in filters))

    @property
    def orders(self) -> tuple[Order, ...]:
        """The first order and the further ones."""
        return self.order, *self.then

    @property
    def sort(self) -> str:
        """The orders as the address spells them."""
        return ",".join(order.parameter for order in self.orders)

    @property
    def density(self) -> str:
        """How close the rows stand, empty for the usual."""
        typed = self.query.get("density", "")
        return typed if typed in DENSITIES else ""

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
        gone = (parameter, *(f"{parameter}{end}" for end in ENDS)) if value is None else (parameter,)
        kept = [
            (k, v)
            for k, v in self.query.multi_items()
            if k not in PLACES and v and not (k in gone and (value is None or v == value))
        ]
        return "?" + urlencode(kept)

    def without_group(self, prefix: str) -> str:
        """The same list without a group of conditions."""
        return "?" + urlencode(
            [(k, v) for k, v in self.query.multi_items() if k not in PLACES and v and taken_apart(k).prefix != prefix]
        )

    def with_term(self, term: str) -> Asked:
        """The same list with another term."""
        return replace(self, term=term)

    def only(self, selection: UUID) -> Asked:
        """The rows of a frozen selection in the order of the list."""
        return replace(self, selection=selection, term="", filters=(), alternatives=())


def asked(view: View, query: QueryParams, rights: Rights) -> Asked:
    """Understand an address; what cannot be understood, or may not be read, is told and left out."""
    orders = orders_of(view, query, rights)
    page = whole(query.get("page", ""), 1, LAST_PAGE)
    size = whole(query.get("per") or query.get("pageSize", ""), 1, PAGE_SIZES[-1])
    cursor = cursor_of(orders, query)
    found = filters_of(view, query)
    groups = {prefix: readable(view, filters, rights) for prefix, filters in found.items()}
    wanted = list(dict.fromkeys(query.getlist("col")))[:MOST_COLUMNS]
    known = frozenset(name for name in wanted if may_show(view, name, rights))
    group = group_of(view, query, rights)
    return Asked(
        view=view,
        query=query,
        order=orders[0],
        then=orders[1:],
        term=(query.get("q") or query.get("search") or "").replace("\x00", "").strip()[:200],
        filters=groups.get("", ()),
        alternatives=tuple(one for one in sorted(groups.items()) if one[0].startswith(OR)),
        tints=tuple(one for one in groups.items() if one[0].startswith(TINT)),
        group=group,
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
            *senseless_of(query, ("sort", "sortBy"), None if unknown_order(view, query, rights) else 1, NO_SUCH_ORDER),
            *senseless_of(query, ("group",), group, NO_SUCH_GROUP),
            *(
                Senseless(f"{prefix}{one.field.name}", "", NOT_YOURS)
                for prefix, filters in found.items()
                for one in filters
                if not may_read(view, one.field.name, rights)
            ),
        ),
    )


def readable(view: View, filters: Sequence[Filter], rights: Rights) -> tuple[Filter, ...]:
    """The filters over columns that may be read."""
    return tuple(one for one in filters if may_read(view, one.field.name, rights))


def group_of(view: View, query: QueryParams, rights: Rights) -> Field | None:
    """The column that the list is grouped by, None for a missing one or one that has no groups."""
    try:
        found = field_of(view, query.get("group", ""))
    except NoSuchField:
        return None
    return found if may_group(found) and may_read(view, found.name, rights) else None


def may_group(field: Field) -> bool:
    """Whether a column's values make groups: choices, yes and no, records, days by their months."""
    return field.kind in (Kind.CHOICE, Kind.BOOL, Kind.LINK, Kind.DATE, Kind.MOMENT) and field.many is None


def slices_of(view: View, query: QueryParams) -> tuple[str, ...]:
    """The named parts that the address asks for, each once."""
    return tuple(dict.fromkeys(name for name in query.getlist(SLICE) if name in view.slices))


def senseless_of(query: QueryParams, parameters: tuple[str, ...], found: Any, why: str) -> list[Senseless]:
    """The parameter that led to nothing, if it was given."""
    given = [(name, query[name]) for name in parameters if query.get(name)]
    return [Senseless(*given[0], why)] if given and found is None else []


def whole(typed: str, low: int, high: int) -> int | None:
    """A whole number within its ends, else None."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 and low <= int(typed) <= high else None
