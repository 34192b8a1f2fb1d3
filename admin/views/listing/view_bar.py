"""How a list looks: by what it is sorted and grouped, how close its rows stand, which of them have a tone."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from admin.i18n import _, current_locale
from admin.rendering import ENVIRONMENT
from admin.views.base import View
from admin.views.listing.asked import BY_PAGES, DENSITIES, Asked, may_group
from admin.views.listing.chips import TONE_NAMES
from admin.views.listing.controls import Option
from admin.views.listing.fields import Field, choosable, field_of
from admin.views.listing.orders import Order, order_named, turned
from models.rights import Rights
from models.texts import N_

SORTS = 3
DENSITY_NAMES = {"": N_("Usual"), "compact": N_("Compact"), "roomy": N_("Roomy")}
WAY_NAMES = {"": N_("As one long list"), BY_PAGES: N_("Page by page")}


class Look(NamedTuple):
    """The panel: a list of orders for each level, the columns that make groups, the densities, the tones."""

    sorts: tuple[tuple[Option, ...], ...]
    groups: tuple[Option, ...]
    densities: tuple[Option, ...]
    ways: tuple[Option, ...]
    """Whether the rows come as one scrolls or page by page."""
    tones: tuple[tuple[str, str], ...]


def view_bar(asked: Asked, tints: Markup, rights: Rights) -> Markup:
    """The panel as HTML."""
    group = asked.group.name if asked.group else ""
    usual = asked.sort == asked.view.default_sort
    orders = () if usual else asked.orders
    return drawn(asked.view, orders, group, asked.density, asked.is_long, tints, rights, current_locale())


@lru_cache(maxsize=1024)
def drawn(
    view: View, orders: tuple[Order, ...], group: str, density: str, is_long: bool, tints: Markup, rights: Rights,
    _locale: str,
) -> Markup:  # fmt: skip
    """The panel, drawn once for what it says."""
    fields = known_fields(view, orders, rights)
    typed = [order.parameter for order in orders] + [""] * SORTS
    levels = max(SORTS, len(orders))
    sortable = [field for field in fields if order_named(view, field.name, rights)]
    grouping = [field for field in fields if may_group(field)]
    look = Look(
        tuple(tuple(sort_options(sortable, typed[n])) for n in range(levels)),
        tuple((field.name, _(field.label), field.name == group) for field in grouping),
        tuple((name, _(DENSITY_NAMES[name]), name == density) for name in ("", *DENSITIES)),
        tuple((name, _(label), (name == "") == is_long) for name, label in WAY_NAMES.items()),
        tuple((name, _(label)) for name, label in TONE_NAMES.items()),
    )
    made = ENVIRONMENT.get_template("parts/list_look.html").render(look=look, tints=tints)
    return Markup(made)  # noqa: S704 - the template escapes


def known_fields(view: View, orders: tuple[Order, ...], rights: Rights) -> list[Field]:
    """The columns that a list may be sorted or grouped by here."""
    names = dict.fromkeys((*choosable(view, rights), *(order.field.name for order in orders)))
    return [field_of(view, name) for name in names]


def sort_options(fields: list[Field], chosen: str) -> list[Option]:
    """Each column in both directions."""
    found = []
    for field in fields:
        for typed, sign in ((field.name, "↑"), (turned(field.name), "↓")):
            found.append((typed, f"{_(field.label)} {sign}", typed == chosen))
    return found
