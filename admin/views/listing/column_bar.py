"""Which columns a list shows and in what order: a box for each that it may show."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from admin.i18n import _, current_locale
from admin.rendering import ENVIRONMENT
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.fields import choosable, field_of
from models.rights import Rights
from models.texts import N_


class Choice(NamedTuple):
    """A column that may be shown, and whether it is."""

    name: str
    label: str
    is_shown: bool


FROZEN_NAMES = (N_("None"), N_("The first one"), N_("The first two"), N_("The first three"))


def column_bar(asked: Asked, rights: Rights) -> Markup:
    """The boxes as HTML, the columns that are shown first and in their order; how many of them stay in sight."""
    return drawn(asked.view, asked.columns, asked.frozen, rights, current_locale())


@lru_cache(maxsize=1024)
def drawn(view: View, shown: tuple[str, ...], frozen: int, rights: Rights, _locale: str) -> Markup:
    """The boxes, drawn once for a choice."""
    known = choosable(view, rights)
    first = [name for name in shown if name in known]
    choices = [Choice(name, _(field_of(view, name).label), True) for name in first]
    others = [Choice(name, _(field_of(view, name).label), False) for name in known if name not in first]
    choices += sorted(others, key=lambda one: one.label.casefold())
    made = ENVIRONMENT.get_template("parts/list_columns.html").render(
        choices=choices, frozen=[(n or "", _(name), n == frozen) for n, name in enumerate(FROZEN_NAMES)]
    )
    return Markup(made)  # noqa: S704 - the template escapes
