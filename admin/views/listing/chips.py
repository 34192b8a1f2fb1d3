"""What a list is narrowed by: chips that say it and take it away, and the form of the filter bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from admin.i18n import _, say, show_date
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.cells import shown
from admin.views.listing.dates import SPANS
from admin.views.listing.fields import Field, Kind, field_of
from admin.views.listing.filters import COUNTED, EMPTY, SPANNED, Filter
from models.texts import N_

EMPTINESS = {"empty": N_("empty"), "filled": N_("not empty")}


class Chip(NamedTuple):
    """One condition in words, the address without it, and what was wrong with it."""

    label: str
    text: str
    remove: str
    wrong: str = ""


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


def chips_of(asked: Asked, titles: Mapping[Any, str]) -> list[Chip]:
    """The chips of a list, those of bad values marked with a sentence."""
    found = [Chip(_("Search"), asked.term, asked.address(q=None, search=None))] if asked.term else []
    for one in asked.filters:
        label = _(one.field.label)
        if one.asks:
            found.append(Chip(label, words(one, titles), asked.without(one.field.name)))
        found += [Chip(label, typed[:60], asked.without(one.field.name, typed), say(why)) for typed, why in one.wrong]
    return found


def words(one: Filter, titles: Mapping[Any, str]) -> str:
    """A filter's values in words."""
    write = shown(one.field) if one.field.kind is not Kind.LINK else lambda key: titles.get(key, "…")
    parts = [write(value) for value in one.values]
    if one.emptiness:
        parts.append(_(EMPTINESS[one.emptiness]))
    if one.span:
        parts.append(_(SPANS[one.span]))
    if one.text:
        parts.append(one.text)
    write_end = show_date if one.field.kind is Kind.MOMENT else write
    if one.low is not None and one.low == one.high:
        parts.append(write_end(one.low))
    elif one.low is not None or one.high is not None:
        ends = [write_end(end) if end is not None else "" for end in (one.low, one.high)]
        parts.append(" – ".join(ends).strip() if all(ends) else _("from {start}").format(start=ends[0]) if ends[0]
                     else _("to {end}").format(end=ends[1]))  # fmt: skip
    return ", ".join(parts)


def controls_of(asked: Asked, titles: Mapping[Any, str]) -> list[Control]:
    """The filter bar, filled with what is asked."""
    set_ = {one.field.name: one for one in asked.filters}
    return [control_of(field_of(asked.view, name), set_.get(name), titles) for name in asked.view.filters]


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
    """Where a filter's records are looked up."""
    return f"/admin/{field.target.identity}/lookup" if field.target else ""


def iso(day: Any) -> str:
    """A day for a date input."""
    return day.isoformat() if day else ""


def plain(number: Any) -> str:
    """A number for an input."""
    return "" if number is None else format(number, "f")


def linked(asked: Asked) -> dict[View, list[Any]]:
    """Records that filters name by their keys, by view."""
    found: dict[View, list[Any]] = {}
    for one in asked.filters:
        if one.field.target and one.values:
            found.setdefault(one.field.target, []).extend(one.values)
    return found


__all__ = ["EMPTY", "Chip", "Control", "chips_of", "controls_of", "linked"]
