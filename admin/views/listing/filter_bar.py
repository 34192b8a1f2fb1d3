"""The panels of a list: its conditions, groups of them, and how its rows look, filled with what the address asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin.i18n import _, current_locale
from admin.rendering import ENVIRONMENT
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.chips import TONE_NAMES
from admin.views.listing.conditions import tone
from admin.views.listing.controls import FORMER, control_html, control_of
from admin.views.listing.fields import Field, NoSuchField, field_of, may_read
from admin.views.listing.filters import Filter, is_filter
from admin.views.listing.offered import full_label, is_drawn
from admin.views.listing.parameters import GROUPS, OR, PREFIXED, TONES, taken_apart
from models.errors import NotFound
from models.rights import Rights

__all__ = ["FORMER", "Bar", "condition_page", "filter_bar"]


class Box(NamedTuple):
    """A group of conditions in a panel: its prefix, what it is called, and its conditions as inputs."""

    prefix: str
    label: str
    tone: str
    controls: tuple[Markup, ...]


class Bar(NamedTuple):
    """The conditions of a list as HTML: those of every row, groups of which one must hold, tones of rows."""

    conditions: Markup
    alternatives: Markup
    tints: Markup


def filter_bar(asked: Asked, titles: Mapping[Any, str], rights: Rights) -> Bar:
    """The panels; kept for addresses that name no records, whose titles may change."""
    if titles:
        return drawn(asked, titles, rights)
    typed = tuple((n, v) for n, v in asked.query.multi_items() if is_filter(asked.view, taken_apart(n).name))
    key = asked.view.identity, current_locale(), rights, typed
    if key not in KNOWN:
        if len(KNOWN) > MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = drawn(asked, {}, rights)
    return KNOWN[key]


MOST_KNOWN = 1_000
KNOWN: dict[tuple[Any, ...], Bar] = {}


def drawn(asked: Asked, titles: Mapping[Any, str], rights: Rights) -> Bar:
    """The panels of an address."""
    view = asked.view
    found = {one.field.name: one for one in asked.filters}
    usual = [field_of(view, name) for name in view.filters if may_read(view, name, rights)]
    added = [one.field for one in asked.filters if one.field.name not in view.filters and is_shown(view, one.field)]
    controls = [control_html(control_of(field, found.get(field.name), titles)) for field in usual]
    controls += [control_for(view, field, found[field.name], titles) for field in added]
    return Bar(
        Markup().join(controls),
        boxes_html(view, asked.alternatives, titles),
        boxes_html(view, asked.tints, titles),
    )


def is_shown(view: View, field: Field) -> bool:
    """Whether the panel has a control for a condition that is not among its usual ones."""
    return field.name not in view.quiet_filters and is_drawn(field)


def control_for(view: View, field: Field, one: Filter | None, titles: Mapping[Any, str], prefix: str = "") -> Markup:
    """A condition that somebody has added, with where its column lies."""
    label = full_label(view, field)
    return control_html(control_of(field, one, titles, prefix=prefix, label=label, can_go=True))


def boxes_html(view: View, groups: Iterable[tuple[str, tuple[Filter, ...]]], titles: Mapping[Any, str]) -> Markup:
    """Groups of conditions as HTML."""
    found = [
        box_html(prefix, [control_for(view, one.field, one, titles, prefix) for one in filters])
        for prefix, filters in groups
    ]
    return Markup().join(found)


def box_html(prefix: str, controls: Iterable[Markup] = ()) -> Markup:
    """One group of conditions."""
    name = tone(prefix)
    label = _(TONE_NAMES[name]) if name in TONES else _("Rows that fit all of this")
    box = Box(prefix, label, name if name in TONES else "", tuple(controls))
    made = ENVIRONMENT.get_template("parts/list_group.html").render(box=box)
    return Markup(made)  # noqa: S704 - the template escapes


async def condition_page(request: Request, view: View) -> Response:
    """Inputs to add to a panel: those of a field, or an empty group. Raises `NotFound` for what there is not."""
    query, rights = request.query_params, request.state.actor.rights
    prefix = query.get("prefix", "")
    if prefix and not PREFIXED.fullmatch(prefix):
        raise NotFound
    if not query.get("field"):
        return HTMLResponse(box_html(prefix or f"{OR}.{GROUPS[0]}."))
    return HTMLResponse(control_for(view, field_to_add(view, query, rights), None, {}, prefix))


def field_to_add(view: View, query: QueryParams, rights: Rights) -> Field:
    """The field that is to be asked for. Raises `NotFound` for one that there is not or that may not be read."""
    try:
        field = field_of(view, query["field"])
    except NoSuchField:
        raise NotFound from None
    if not is_filter(view, field.name) or not is_drawn(field) or not may_read(view, field.name, rights):
        raise NotFound
    return field
