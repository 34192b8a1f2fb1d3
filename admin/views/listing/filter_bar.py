"""The filter bar: a control for each filter of a view, filled with what the address asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from admin.i18n import _, current_locale
from admin.rendering import ENVIRONMENT
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.chips import EMPTINESS
from admin.views.listing.dates import SPANS
from admin.views.listing.fields import Field, Kind, field_of
from admin.views.listing.filters import SPANNED, Filter
from admin.views.listing.parameters import taken_apart
from admin.views.listing.readings import COUNTED

FORMER = "former"
"""The parameter with which a look-up offers those who have left too."""


class Control(NamedTuple):
    """One filter of the bar."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str, bool], ...] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    lookup: str = ""
    chosen: tuple[tuple[str, str], ...] = ()


def filter_bar(asked: Asked, titles: Mapping[Any, str]) -> Markup:
    """The controls as HTML; kept for addresses that name no records, whose titles may change."""
    set_ = {one.field.name: one for one in asked.filters}
    if titles:
        return drawn(asked.view, set_, titles)
    typed = tuple((n, v) for n, v in asked.query.multi_items() if taken_apart(n).name in set_)
    key = asked.view.identity, current_locale(), typed
    if key not in KNOWN:
        if len(KNOWN) > MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = drawn(asked.view, set_, {})
    return KNOWN[key]


MOST_KNOWN = 1_000
KNOWN: dict[tuple[Any, ...], Markup] = {}


def drawn(view: View, asked: Mapping[str, Filter], titles: Mapping[Any, str]) -> Markup:
    """The controls of the view's filters."""
    controls = [control_of(field_of(view, name), asked.get(name), titles) for name in view.filters]
    made = ENVIRONMENT.get_template("parts/list_filters.html").render(controls=controls)
    return Markup(made)  # noqa: S704 - the template escapes


def control_of(field: Field, one: Filter | None, titles: Mapping[Any, str]) -> Control:
    """One filter as inputs."""
    label, values = _(field.label), one.values if one else []
    if field.kind is Kind.CHOICE:
        options = tuple((o.value, _(o.label), o.value in values) for o in field.choices)
        return Control(field.name, label, "choices", options)
    if field.kind is Kind.BOOL:
        options = tuple((v, t, (v == "yes") in values) for v, t in (("yes", _("yes")), ("no", _("no"))))
        return Control(field.name, label, "select", options)
    if field.kind in (Kind.LINK, Kind.KEY):
        chosen = tuple((str(value), titles.get(value, "…")) for value in values)
        return Control(field.name, label, "lookup", emptiness(one), lookup=lookup_of(field), chosen=chosen)
    if field.kind in SPANNED:
        options = (*((v, _(t), bool(one and one.span == v)) for v, t in SPANS.items()), *emptiness(one))
        return Control(field.name, label, "dates", options, low=iso(one and one.low), high=iso(one and one.high))
    if field.kind in COUNTED:
        return Control(field.name, label, "numbers", low=plain(one and one.low), high=plain(one and one.high))
    return Control(field.name, label, "text", value=one.text if one else "")


def emptiness(one: Filter | None) -> tuple[tuple[str, str, bool], ...]:
    """The options empty and not empty."""
    return tuple((value, _(text), bool(one and one.emptiness == value)) for value, text in EMPTINESS.items())


def lookup_of(field: Field) -> str:
    """Where a filter's records are looked up: those who have left too, for what they did is still there."""
    return f"/admin/{field.target.identity}/lookup?{FORMER}=1" if field.target else ""


def iso(day: Any) -> str:
    """A day for a date input."""
    return day.isoformat() if day else ""


def plain(number: Any) -> str:
    """A number for an input."""
    return "" if number is None else format(number, "f")
