"""A bulk change in words: what was asked of which rows, what becomes of them, what is left and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, cast, func, select
from starlette.datastructures import QueryParams

from admin.i18n import _, say
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.chips import chips_of
from admin.views.listing.fields import target_or_none
from admin.views.listing.pages import titles_of as titles_of_filters
from admin.views.record.forms import as_key, labels_of
from admin.views.record.history import changes_of, titles_in
from admin.views.record.showing import NOTHING, show, titles_of
from admin.views.registry import view_named
from models.asking import asked_column, asked_fields
from models.changes import read
from models.errors import Invalid
from models.log import actions
from models.many.change import EDIT, BulkChange, Verdict, bulk_rows
from models.many.reasons import unpack
from models.session import Work
from models.texts import N_

SAMPLE = 8
ROWS = 50
UNSEEN = N_("no longer seen")
REASON = func.md5(cast(bulk_rows.c.reason, Text))


class Group(NamedTuple):
    """Rows with one outcome: its name in the address, the sentence, how many."""

    name: str
    sentence: str
    number: int


class Line(NamedTuple):
    """One row: its record, what becomes of it, why not, and its fields before and after."""

    place: int
    title: str
    address: str
    verdict: str
    reason: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Shown:
    """What the page of a bulk change says."""

    told: list[tuple[str, str]]
    chosen_by: list[str]
    groups: list[Group]
    lines: list[Line]
    show: str
    more: int
    is_undone: bool


async def shown(work: Work, change: BulkChange, query: QueryParams) -> Shown:
    """Everything but the numbers, which stand in the change."""
    view = view_named(change.identity)
    groups = await groups_of(work, view, change)
    show = query.get("show", "")
    show = show if show in (Verdict.WILL, Verdict.DONE, *(one.name for one in groups)) else ""
    rows = await rows_of(work, change, condition_of(show), place_of(query), (ROWS if show else SAMPLE) + 1)
    most = ROWS if show else SAMPLE
    lines = await lines_of(work, view, rows[:most])
    more = rows[most - 1].place if show and len(rows) > most else 0
    undone = await work.scalar(select(actions.c.undone_by).where(actions.c.id == change.action_id))
    told = await told_lines(work, view, change)
    chosen_by = await chosen_words(work, view, change)
    return Shown(told, chosen_by, groups, lines, show, more, undone is not None)


async def groups_of(work: Work, view: View, change: BulkChange) -> list[Group]:
    """The reasons for which rows stay as they are, the most frequent first."""
    number = func.count()
    left = bulk_rows.c.change_id == change.id, bulk_rows.c.verdict == Verdict.SKIPPED
    statement = select(REASON, bulk_rows.c.reason, number).where(*left).group_by(REASON, bulk_rows.c.reason)
    found = await work.execute(statement.order_by(number.desc(), REASON))
    return [Group(name, reason_words(view, reason), count) for name, reason, count in found]


def reason_words(view: View, reason: list[Any] | None) -> str:
    """Why a row is left, in the reader's language."""
    labels = labels_of(view)
    parts = [(labels.get(name, name), say(sentence)) for name, sentence in unpack(reason or [])]
    return "; ".join(f"{label}: {sentence}" if label else sentence for label, sentence in parts)


def condition_of(show: str) -> ColumnElement[bool]:
    """Which rows are looked at: those that change, unless the address names others."""
    if show in (Verdict.WILL, Verdict.DONE):
        return bulk_rows.c.verdict == show
    if show:
        return (bulk_rows.c.verdict == Verdict.SKIPPED) & (show == REASON)
    return bulk_rows.c.verdict.in_((Verdict.WILL, Verdict.DONE))


def place_of(query: QueryParams) -> int:
    """The row that the page begins after."""
    typed = query.get("after", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


async def rows_of(
    work: Work, change: BulkChange, condition: ColumnElement[bool], after: int, most: int
) -> Sequence[Row[Any]]:
    """Rows in their places."""
    wanted = select(bulk_rows).where(bulk_rows.c.change_id == change.id, bulk_rows.c.place > after, condition)
    return (await work.execute(wanted.order_by(bulk_rows.c.place).limit(most))).all()


async def lines_of(work: Work, view: View, rows: Iterable[Row[Any]]) -> list[Line]:
    """Rows in words, as far as this person sees their records and may read their fields."""
    rows = list(rows)
    titles = await titles_of(work, {view: [row.record_id for row in rows]})
    changes = [{name: (row.was[name], new) for name, new in (row.becomes or {}).items()} for row in rows]
    told = [{"table": view.table.fullname, "changes": one, "record": None} for one in changes]
    named = await titles_in(work, told)
    return [line_of(work, view, row, one, titles, named) for row, one in zip(rows, changes, strict=True)]


def line_of(
    work: Work, view: View, row: Row[Any], changes: Mapping[str, Any], titles: Mapping[UUID, str],
    named: dict[UUID, str],
) -> Line:  # fmt: skip
    """One row."""
    is_seen = row.record_id in titles
    address = f"/admin/{view.identity}/details/{row.record_id}" if is_seen else ""
    return Line(
        row.place,
        titles[row.record_id] if is_seen else _(UNSEEN),
        address,
        _(Verdict(row.verdict).label) if row.verdict else "",
        reason_words(view, row.reason),
        list(changes_of(view, changes, work.actor, named)) if is_seen else [],
    )


async def told_lines(work: Work, view: View, change: BulkChange) -> list[tuple[str, str]]:
    """What was answered, field by field: labels and values."""
    asked_for = edited_columns(view, change) if change.what == EDIT else asked_columns(view, change)
    return [
        (label, await value_words(work, target, column, change.told[column.name]) or _("empty"))
        for label, column, target in asked_for
    ]


def edited_columns(view: View, change: BulkChange) -> list[tuple[str, Any, View | None]]:
    """Label, column and what a key names, of the fields that get a value or are emptied."""
    labels = labels_of(view)
    return [(labels[name], view.table.c[name], target_or_none(view.table, name)) for name in change.told]


def asked_columns(view: View, change: BulkChange) -> list[tuple[str, Any, View | None]]:
    """The same, of what a verb was told."""
    return [
        (
            _(str(told.get("label") or name)),
            asked_column(name, kind, told),
            view_named(told["lookup"]) if told.get("lookup") else None,
        )
        for name, kind, told in asked_fields(view.verbs[change.what])
        if change.told.get(name)
    ]


async def value_words(work: Work, target: View | None, column: Any, value: str) -> str:
    """A value as people read it; of a key the title of what it names."""
    if target is not None and (key := as_key(value)) is not None:
        return (await titles_of(work, {target: [key]})).get(key, NOTHING)
    try:
        return show(column, read(column, value)) if value else ""
    except Invalid:
        return value


async def chosen_words(work: Work, view: View, change: BulkChange) -> list[str]:
    """By what the rows were chosen: the conditions of their list; nothing for rows that were ticked."""
    if change.by_hand:
        return []
    wanted = asked(view, QueryParams(change.asked), work.actor.rights)
    titles = await titles_of_filters(work, wanted)
    return [f"{chip.label}: {chip.text}" for chip in chips_of(wanted, titles) if not chip.wrong]
