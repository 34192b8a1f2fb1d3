"""What a list is narrowed by: chips that say it and take it away, and the form of the filter bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from admin.i18n import _, say, show_date
from admin.views.base import View
from admin.views.listing.asked import SLICE, Asked
from admin.views.listing.cells import shown
from admin.views.listing.dates import SPANS
from admin.views.listing.fields import Kind
from admin.views.listing.filters import EXACTLY, Filter
from models.texts import N_

EMPTINESS = {"empty": N_("empty"), "filled": N_("not empty")}


class Chip(NamedTuple):
    """One condition in words, the address without it, and what was wrong with it."""

    label: str
    text: str
    remove: str
    wrong: str = ""


def chips_of(asked: Asked, titles: Mapping[Any, str]) -> list[Chip]:
    """The chips of a list, those of bad values marked with a sentence."""
    found = [Chip(_("Search"), asked.term, asked.address(q=None, search=None))] if asked.term else []
    found += [Chip(_("Only"), _(asked.view.slices[name].label), asked.without(SLICE, name)) for name in asked.slices]
    for one in asked.filters:
        label = _(one.field.label)
        if one.asks:
            found.append(Chip(label, words(one, titles), asked.without(one.field.name)))
        found += [Chip(label, typed[:60], asked.without(one.field.name, typed), say(why)) for typed, why in one.wrong]
    found += [
        Chip(one.parameter, one.typed[:60], asked.without(one.parameter), say(one.why)) for one in asked.senseless
    ]
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
        parts.append(one.text.removeprefix(EXACTLY))
    write_end = show_date if one.field.kind is Kind.MOMENT else write
    if one.low is not None and one.low == one.high:
        parts.append(write_end(one.low))
    elif one.low is not None or one.high is not None:
        ends = [write_end(end) if end is not None else "" for end in (one.low, one.high)]
        parts.append(" – ".join(ends).strip() if all(ends) else _("from {start}").format(start=ends[0]) if ends[0]
                     else _("to {end}").format(end=ends[1]))  # fmt: skip
    return ", ".join(parts)


def linked(asked: Asked) -> dict[View, list[Any]]:
    """Records that filters name by their keys, by view."""
    found: dict[View, list[Any]] = {}
    for one in asked.filters:
        if one.field.target and one.values:
            found.setdefault(one.field.target, []).extend(one.values)
    return found
