"""A condition as inputs: what its kind of column can be asked, filled with what the address asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from admin.i18n import _
from admin.rendering import ENVIRONMENT
from admin.views.listing.chips import EMPTINESS
from admin.views.listing.dates import DAYS, SPANS
from admin.views.listing.fields import Field, Kind
from admin.views.listing.filters import SPANNED, Filter
from admin.views.listing.readings import COUNTED

FORMER = "former"
"""The parameter with which a look-up offers those who have left too."""
Option = tuple[str, str, bool]
"""Value, text, whether it is chosen."""


class Control(NamedTuple):
    """One condition of a panel."""

    name: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    emptiness: tuple[Option, ...] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    within: str = ""
    ago: str = ""
    lookup: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    is_inverted: bool = False
    can_go: bool = False
    """Whether it can be taken out of its panel."""


def control_html(control: Control) -> Markup:
    """The inputs."""
    made = ENVIRONMENT.get_template("parts/list_control.html").render(control=control)
    return Markup(made)  # noqa: S704 - the template escapes


def control_of(
    field: Field, one: Filter | None, titles: Mapping[Any, str], *, prefix: str = "", label: str = "",
    can_go: bool = False,
) -> Control:  # fmt: skip
    """One condition as inputs, whose names begin with the prefix of the group that it stands in."""
    control = plain_control(field, one, titles)
    return control._replace(
        name=f"{prefix}{field.name}",
        label=label or control.label,
        is_inverted=bool(one and one.is_inverted),
        can_go=can_go,
    )


def plain_control(field: Field, one: Filter | None, titles: Mapping[Any, str]) -> Control:
    """What a kind of column can be asked."""
    label, values = _(field.label), one.values if one else []
    maybe = emptiness(field, one)
    if field.kind is Kind.CHOICE:
        options = tuple((o.value, _(o.label), o.value in values) for o in field.choices)
        return Control(field.name, label, "choices", (*options, *maybe[:1]))
    if field.kind is Kind.BOOL:
        both = tuple((v, t, (v == "yes") in values) for v, t in (("yes", _("yes")), ("no", _("no"))))
        return Control(field.name, label, "choices", (*both, *maybe[:1]))
    if field.kind in (Kind.LINK, Kind.KEY):
        chosen = tuple((str(value), titles.get(value, "…")) for value in values)
        return Control(field.name, label, "lookup", emptiness=maybe, lookup=lookup_of(field), chosen=chosen)
    if field.kind in SPANNED:
        return days_control(field, one)._replace(emptiness=maybe)
    if field.kind in COUNTED:
        low, high = plain(one and one.low), plain(one and one.high)
        exact = plain(one.values[0]) if one and one.values and not (low or high) else ""
        return Control(field.name, label, "numbers", emptiness=maybe, low=low or exact, high=high or exact)
    return Control(field.name, label, "text", emptiness=maybe, value=one.text if one else "")


def days_control(field: Field, one: Filter | None) -> Control:
    """A column of days: a span by its name, so many days from or up to today, or from day to day."""
    span = one.span if one else ""
    spans = tuple((v, _(t), span == v) for v, t in SPANS.items())
    numbered = DAYS.fullmatch(span) if span not in SPANS else None
    within, ago = (numbered[2] if numbered and numbered[1] == way else "" for way in ("next", "last"))
    low, high = iso(one and one.low), iso(one and one.high)
    return Control(field.name, _(field.label), "dates", spans, low=low, high=high, within=within, ago=ago)


def emptiness(field: Field, one: Filter | None) -> tuple[Option, ...]:
    """The options empty and not empty, where the column can be empty."""
    if field.own and not field.column.nullable:
        return ()
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
