"""Values in the reader's words, and the titles of what foreign keys point to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, case, cast, func, select

from admin.i18n import (
    _,
    choice_label,
    show_date,
    show_datetime,
    show_money,
    show_number,
    show_percent,
    show_phone,
    show_time,
)
from admin.views.base import View
from admin.views.listing.fields import Kind, kind_of, may_read
from admin.views.record.grants import grants_in_words
from admin.views.record.plans import PLAN_COLUMNS, plan_name
from models.session import Work
from models.texts import N_

NOTHING = "—"
NUMERIC = frozenset({Kind.NUMBER, Kind.MONEY, Kind.PERCENT})
Titles = dict[UUID, str]


class Cell(NamedTuple):
    """One value on the page."""

    label: str
    text: str
    href: str = ""
    kind: str = "text"
    mark: str = ""
    why: str = ""
    """The column whose sum can be asked about."""
    name: str = ""
    """The column whose story can be asked for."""


def show(column: Any, value: Any, titles: Mapping[UUID, str] | None = None) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return ""
    if choices := column.info.get("choices"):
        return choice_label(choices, value) if value in {str(option) for option in choices} else str(value)
    if column.name in PLAN_COLUMNS:
        return plan_name(value)
    if column.name == "grants":
        return grants_in_words(value)
    if column.name in PLAIN_NUMBERS:
        return str(value)
    if column.name == "next_review_reason":
        return _(REASONS.get(value, value))
    if isinstance(value, UUID):
        return (titles or {}).get(value, "")
    return str(BY_KIND.get(kind_of(column), str)(value))


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


BY_KIND: dict[Kind, Any] = {
    Kind.BOOL: _yes,
    Kind.DATE: show_date,
    Kind.MOMENT: show_datetime,
    Kind.TIME: show_time,
    Kind.NUMBER: show_number,
    Kind.MONEY: show_money,
    Kind.PERCENT: show_percent,
    Kind.PHONE: show_phone,
    Kind.WORDS: lambda words: ", ".join(words),
}
REASONS = {
    "instalment": N_("an instalment"),
    "policy_end": N_("the policy ends"),
    "task": N_("a task"),
    "manual": N_("by hand"),
    "calculation": N_("a calculation expires"),
    "stage": N_("the stage"),
}
"""Why a deal is to be looked at, as `crm.derive` says it."""
PLAIN_NUMBERS = frozenset({"year", "row", "sequence", "position"})


def css_of(column: Any) -> str:
    """The class of a cell: numbers to the right, numbers of policies in a monospaced face."""
    if column.name in ("number", "number_key", "code", "vin", "plate", "inn", "passport", "licence"):
        return "mono"
    if kind_of(column) is Kind.PHONE:
        return "phone"
    return "num" if kind_of(column) in NUMERIC and column.name not in PLAIN_NUMBERS else "text"


def due_mark(view: View, name: str, value: Any, state: str | None, today: date) -> str:
    """`late` for a day that has passed, `today` for today, while the state is one that still waits."""
    if name not in view.due or not isinstance(value, date) or isinstance(value, datetime):
        return ""
    if view.open_states and state not in view.open_states:
        return ""
    return "late" if value < today else "today" if value == today else ""


def title_column(view: View, table: Any) -> Any:
    """An expression that names a row of the view's table."""
    match view.identity:
        case "deal":
            return table.c.code + " · " + table.c.title
        case "policy":
            return func.coalesce(table.c.number, table.c.program, N_("Draft"))
        case "user":
            return table.c.full_name
    column = table.c[view.title]
    if choices := column.info.get("choices"):
        return case({str(option): option.label for option in choices}, value=column, else_=column)
    return cast(column, Text)


async def titles_of(work: Work, wanted: Mapping[View, Iterable[UUID]]) -> Titles:
    """Titles of rows that the actor sees, as far as they may be read: one statement for each kind of record."""
    found: Titles = {}
    for view, keys in wanted.items():
        if not may_read(view, view.title, work.actor.rights):
            found |= dict.fromkeys(keys, NOTHING)
        elif unique := set(keys):
            statement = select(view.table.c.id, title_column(view, view.table)).where(view.table.c.id.in_(unique))
            for key, title in await work.execute(statement):
                found[key] = _(title) if title else NOTHING
    return found
