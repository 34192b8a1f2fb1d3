"""What is known of a record: its headline, and its facts in the order of importance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from admin.i18n import _, show_span
from admin.labels import label_of
from admin.views.base import View
from admin.views.listing.fields import Kind, kind_of, may_read, target_or_none
from admin.views.record.replies import details
from admin.views.record.showing import NOTHING, Cell, css_of, due_mark, show
from admin.views.record.statement import Found
from admin.views.record.values import columns_of
from models.rights import Rights

NOT_FACTS = frozenset({"id", "deleted_at", "sort_key", "number_key", "created_at"})
TRIVIAL = frozenset({"none"})
"""Values of choices that say that there is nothing to say."""
TELLING = frozenset({"vat_mode"})
"""Columns of which even that is told: a line without VAT is no line of which nobody knows."""


class Fact(NamedTuple):
    """A fact of one value, or of several that are read together: from whom to whom, when and why."""

    label: str
    parts: list[Cell]
    is_handed_on: bool = False
    beside: str = ""
    """A template that stands beside it."""


def cells_of(
    view: View, found: Found, rights: Rights, now: datetime, today: date, without: frozenset[str] = frozenset()
) -> dict[str, Cell]:
    """Values of columns in the reader's words, keys by their titles; without what is empty or trivial."""
    return {
        column.name: _cell(view, column, target, found, now, today)
        for column, target in facts_in(view, rights)
        if column.name not in without and not is_trivial(column, getattr(found.record, column.name))
    }


def is_trivial(column: Any, value: Any) -> bool:
    """Whether a value tells nothing."""
    if value is None or value is False or value == "" or value == []:
        return True
    if column.info.get("choices") and column.name not in TELLING and value in TRIVIAL:
        return True
    return isinstance(value, Decimal | int) and value == 0


@lru_cache(maxsize=512)
def facts_in(view: View, rights: Rights) -> tuple[tuple[Any, View | None], ...]:
    """Columns that may be facts, and those of the headline, with what keys point to."""
    return tuple(
        (column, target_or_none(view.table, column.name) if column.foreign_keys else None)
        for column in columns_of(view)
        if (column.name in view.heading or _is_fact(view, column)) and may_read(view, column.name, rights)
    )


def facts_of(view: View, cells: Mapping[str, Cell]) -> list[Fact]:
    """What the view names first, then the others in the order of the table."""
    groups = [(group,) if isinstance(group, str) else group for group in view.facts]
    named = {name for group in groups for name in group}
    rest = [(name,) for name in cells if name not in named and name not in view.heading]
    found = []
    for group in [*groups, *rest]:
        if parts := [cells[name] for name in group if name in cells]:
            is_handed_on = len(parts) > 1 and all(part.kind == "link" for part in parts)
            label = " → ".join(part.label for part in parts) if is_handed_on else parts[0].label
            found.append(Fact(label, parts, is_handed_on, view.beside.get(group[0], "")))
    return found


def headline(view: View, row: Any, cells: Mapping[str, Cell], rights: Rights) -> list[Cell]:
    """The record's name in parts; a key, a missing or a hidden one gives way to the kind."""
    if view.heading:
        parts = {cells[name].text: cells[name] for name in view.heading if name in cells}
        return list(parts.values()) or [Cell("", _(view.name))]
    value = getattr(row, view.title, None) if may_read(view, view.title, rights) else None
    if isinstance(value, UUID) or value is None or view.title == view.state:
        return [Cell("", _(view.name))]
    return [Cell("", show(view.table.c[view.title], value) or _(view.name))]


def _is_fact(view: View, column: Any) -> bool:
    return not (
        column.name in NOT_FACTS
        or column.name == view.state
        or (column.name == view.title and not column.foreign_keys)
        or column.info.get("hidden")
        or column.info.get("quiet")
    )


def _cell(view: View, column: Any, target: View | None, found: Found, now: datetime, today: date) -> Cell:
    value = getattr(found.record, column.name)
    label = _(view.labels.get(column.name) or label_of(column))
    if target is not None:
        title = found.titles.get(column.name)
        return Cell(
            label,
            _(title) if title else NOTHING,
            details(target, value) if title is not None else "",
            "link",
            name=column.name,
        )
    if column.name.endswith("_since") and isinstance(value, datetime):
        return Cell(label, show_span(now - value), "", "span", name=column.name)
    kind = "phone" if column.name == "phone" else "email" if column.name == "email" else css_of(column)
    href = f"tel:{value}" if kind == "phone" else f"mailto:{value}" if kind == "email" else ""
    mark = due_mark(view, column.name, value, found.record.state, today)
    why = column.name if kind_of(column) is Kind.MONEY else ""
    return Cell(label, show(column, value), href, kind, mark, why, column.name)
