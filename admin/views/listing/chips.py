"""What a list is narrowed by: chips that say it and take it away, and the form of the filter bar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from admin.i18n import _, say, show_date
from admin.views.base import View
from admin.views.listing.asked import SLICE, Asked
from admin.views.listing.cells import shown
from admin.views.listing.conditions import tone
from admin.views.listing.dates import span_words
from admin.views.listing.fields import Kind
from admin.views.listing.filters import EXACTLY, Filter
from admin.views.listing.offered import full_label
from models.texts import N_

TONE_NAMES = {
    "red": N_("Red"), "amber": N_("Amber"), "green": N_("Green"), "blue": N_("Blue"), "grey": N_("Grey"),
}  # fmt: skip
EMPTINESS = {"empty": N_("empty"), "filled": N_("not empty")}


class Chip(NamedTuple):
    """One condition in words, the address without it, what was wrong with it, and the tone that it gives to rows."""

    label: str
    text: str
    remove: str
    wrong: str = ""
    tone: str = ""


def chips_of(asked: Asked, titles: Mapping[Any, str]) -> list[Chip]:
    """The chips of a list, those of bad values marked with a sentence."""
    found = [Chip(_("Search"), asked.term, asked.address(q=None, search=None))] if asked.term else []
    found += [Chip(_("Only"), _(asked.view.slices[name].label), asked.without(SLICE, name)) for name in asked.slices]
    for one in asked.filters:
        if one.asks:
            found.append(Chip(full_label(asked.view, one.field), words(one, titles), asked.without(one.field.name)))
    for prefix, filters in asked.alternatives:
        if any(one.asks for one in filters):
            either = _("Or") if any(chip.label == _("Either") for chip in found) else _("Either")
            found.append(Chip(either, together(asked.view, filters, titles), asked.without_group(prefix)))
    for prefix, filters in asked.tints:
        if any(one.asks for one in filters):
            name = _(TONE_NAMES[tone(prefix)])
            found.append(
                Chip(name, together(asked.view, filters, titles), asked.without_group(prefix), tone=tone(prefix))
            )
    for prefix, one in everywhere(asked):
        parameter = f"{prefix}{one.field.name}"
        found += [
            Chip(_(one.field.label), typed[:60], asked.without(parameter, typed), say(why)) for typed, why in one.wrong
        ]
    found += [
        Chip(one.parameter, one.typed[:60], asked.without(one.parameter), say(one.why)) for one in asked.senseless
    ]
    return found


def everywhere(asked: Asked) -> Iterator[tuple[str, Filter]]:
    """All conditions of an address, with the prefix of the group that they stand in."""
    for prefix, filters in (("", asked.filters), *asked.alternatives, *asked.tints):
        yield from ((prefix, one) for one in filters)


def together(view: View, filters: Sequence[Filter], titles: Mapping[Any, str]) -> str:
    """The conditions of a group in words."""
    told = [f"{full_label(view, one.field)}: {words(one, titles)}" for one in filters if one.asks]
    both = _("and")
    return f" {both} ".join(told)


def tones_of(asked: Asked, titles: Mapping[Any, str]) -> dict[str, str]:
    """By which rule, in words, a row has its tone."""
    rules = {tone(prefix): together(asked.view, filters, titles) for prefix, filters in asked.tints}
    return {name: rule for name, rule in rules.items() if rule}


def words(one: Filter, titles: Mapping[Any, str]) -> str:
    """A filter's values in words."""
    told = plain_words(one, titles)
    return _("all but {values}", values=told) if one.is_inverted else told


def plain_words(one: Filter, titles: Mapping[Any, str]) -> str:
    """What a filter names."""
    write = shown(one.field) if one.field.kind is not Kind.LINK else lambda key: titles.get(key, "…")
    parts = [write(value) for value in one.values]
    if one.emptiness:
        parts.append(_(EMPTINESS[one.emptiness]))
    if one.span:
        parts.append(span_words(one.span))
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
    for _prefix, one in everywhere(asked):
        if one.field.target and one.values:
            found.setdefault(one.field.target, []).extend(one.values)
    return found
