"""The rows of a file in words: what each makes or changes, or what is wrong with it and where to correct it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, select
from starlette.datastructures import QueryParams

from admin.i18n import _, say
from admin.imports.describing import fields_for
from admin.many.showing import ROWS, SAMPLE, UNSEEN, Line, place_of, reason_words, rows_of
from admin.views.base import View
from admin.views.record.forms import labels_of
from admin.views.record.history import changes_of, titles_in
from admin.views.record.showing import show, titles_of
from admin.views.registry import view_named
from jobs.imports.bringing import brought_before
from jobs.imports.shape import CLEAR
from models.changes import read
from models.errors import Invalid
from models.log import actions
from models.many.change import CREATE, UPDATE, BulkChange, BulkStatus, Verdict, bulk_rows
from models.many.reasons import IS_SO, unpack
from models.session import Work
from models.texts import N_

SAME, WRONG = "same", "wrong"
IS_SAME = bulk_rows.c.reason == IS_SO
IS_TAKEN = bulk_rows.c.verdict.in_((Verdict.WILL, Verdict.DONE))
CONDITIONS: dict[str, ColumnElement[bool]] = {
    CREATE: IS_TAKEN & (bulk_rows.c.does == CREATE),
    UPDATE: IS_TAKEN & (bulk_rows.c.does == UPDATE),
    SAME: (bulk_rows.c.verdict == Verdict.SKIPPED) & IS_SAME,
    WRONG: (bulk_rows.c.verdict == Verdict.SKIPPED) & ~IS_SAME,
}
"""What becomes of a row, by its name in the address."""
LABELS = {CREATE: N_("To be made"), UPDATE: N_("To be changed"), SAME: N_("As they are"), WRONG: N_("Not taken")}
LABELS_DONE = LABELS | {CREATE: N_("Were made"), UPDATE: N_("Changed")}


class Box(NamedTuple):
    """A field of a row that can be corrected: its name, label, what the file says, why it is wrong."""

    name: str
    label: str
    text: str
    problem: str


@dataclass(frozen=True)
class FileLine:
    """One row of the file: its number, its record, what becomes of it, and what can be corrected."""

    place: int
    number: int
    title: str
    address: str
    word: str
    tone: str
    reason: str
    said: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


@dataclass(frozen=True)
class Shown:
    """What the page of an import says beyond the numbers of its change."""

    tabs: list[tuple[str, str, int]]
    lines: list[FileLine]
    show: str
    more: int
    is_undone: bool
    counts: Mapping[str, int]
    before: BulkChange | None
    columns: list[tuple[str, str]]
    """The fields that came from the file, and those that are the same in every row."""


async def shown(work: Work, change: BulkChange, query: QueryParams) -> Shown:
    """The rows that are asked for: without a word those that are wrong, where there are any."""
    view = view_named(change.identity)
    counts = counts_of(change)
    asked = query.get("show", "")
    usual = next((name for name in (WRONG, CREATE, UPDATE, SAME) if counts[name]), CREATE)
    show_ = asked if asked in CONDITIONS else usual
    most = ROWS if asked or counts[show_] <= ROWS else SAMPLE
    rows = await rows_of(work, change, CONDITIONS[show_], place_of(query), most + 1) if counts[show_] else []
    lines = await lines_of(work, view, change, rows[:most])
    labels = LABELS if change.started_at is None else LABELS_DONE
    tabs = [(name, _(labels[name]), counts[name]) for name in CONDITIONS]
    more = rows[most - 1].place if len(rows) > most else 0
    undone = await work.scalar(select(actions.c.undone_by).where(actions.c.id == change.action_id))
    before = await brought_before(work, change) if change.status == BulkStatus.READY else None
    return Shown(tabs, lines, show_, more, undone is not None, counts, before, columns_of(view, change))


def counts_of(change: BulkChange) -> dict[str, int]:
    """How many rows there are of each kind."""
    update, wrong = change.taken - change.new_rows, change.skipped - change.same_rows
    return {CREATE: change.new_rows, UPDATE: update, SAME: change.same_rows, WRONG: wrong}


async def lines_of(work: Work, view: View, change: BulkChange, rows: Iterable[Row[Any]]) -> list[FileLine]:
    """Rows in words, as far as this person sees their records and may read their fields."""
    rows = list(rows)
    titles = await titles_of(work, {view: [row.record_id for row in rows]})
    pairs = [{name: ((row.was or {}).get(name), new) for name, new in (row.becomes or {}).items()} for row in rows]
    named = await titles_in(work, [{"table": view.table.fullname, "changes": one, "record": None} for one in pairs])
    is_open = change.status == BulkStatus.READY
    return [
        line_of(work, view, row, list(changes_of(view, pair, work.actor, named)), titles, is_open=is_open)
        for row, pair in zip(rows, pairs, strict=True)
    ]


def line_of(
    work: Work, view: View, row: Row[Any], changes: list[tuple[str, str, str]], titles: Mapping[UUID, str], *,
    is_open: bool,
) -> FileLine:  # fmt: skip
    """One row."""
    labels = labels_of(view)
    is_left = row.verdict == Verdict.SKIPPED
    title = titles.get(row.record_id, "") or row.told.get(view.title, "") or _(UNSEEN)
    address = f"/admin/{view.identity}/details/{row.record_id}" if row.record_id in titles else ""
    kind = next(
        (name for name in (CREATE, UPDATE) if row.does == name and not is_left), SAME if is_same(row) else WRONG
    )
    labelled = LABELS_DONE if row.verdict == Verdict.DONE else LABELS
    said = [(labels[name], worded(view, name, text)) for name, text in row.told.items()] if is_left else []
    return FileLine(
        row.place, row.line, title, address, _(labelled[kind]), kind,
        reason_words(view, row.reason) if kind == WRONG and row.reason else "", said,
        changes if row.does and not is_left else [],
        boxes_of(view, work, row) if is_open and kind == WRONG else [],
    )  # fmt: skip


def is_same(row: Row[Any]) -> bool:
    """Whether the record is as the row says already."""
    return bool(row.reason == IS_SO)


def boxes_of(view: View, work: Work, row: Row[Any]) -> list[Box]:
    """What can be corrected: the fields that are wrong, else all that the row says."""
    labels, open_ones = labels_of(view), set(fields_for(view, work.actor.rights))
    wrong = {name: say(sentence) for name, sentence in unpack(row.reason or []) if name in open_ones}
    names = wrong or dict.fromkeys((name for name in row.told if name in open_ones), "")
    return [Box(name, labels[name], typed(view, name, row.told.get(name, "")), said) for name, said in names.items()]


def typed(view: View, name: str, text: str) -> str:
    """What the file says as somebody would type it: days as 31.12.2026, choices by their words."""
    column = view.table.c[name]
    if column.info.get("choices"):
        return worded(view, name, text)
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y}" if isinstance(column.type, Date) else text
    except ValueError:
        return text


def worded(view: View, name: str, text: str) -> str:
    """What the file says, in the reader's words where it can be understood."""
    column = view.table.c[name]
    if not text or column.foreign_keys:
        return text
    try:
        return show(column, read(column, text)) or text
    except Invalid:
        return text


def columns_of(view: View, change: BulkChange) -> list[tuple[str, str]]:
    """Fields that came from the file, what was said for all of its rows, what finds a record and empties a field."""
    labels = labels_of(view)
    fixed = [(labels[name], worded(view, name, text)) for name, text in change.told["fixed"].items()]
    told = [(_("From the file"), ", ".join(labels[name] for name in change.told["places"])), *fixed]
    if key := change.told.get("key"):
        told.append((_("Records are found by"), " + ".join(labels[name] for name in key)))
    if change.told.get("empty") == CLEAR:
        told.append((_("An empty cell"), _("clears the field")))
    return told


async def result_lines(work: Work, view: View, change: BulkChange, rows: Sequence[Row[Any]]) -> list[Line]:
    """Rows as the file of results has them: the number is the file's."""
    lines = await lines_of(work, view, change, rows)
    return [Line(one.number, one.title, one.address, one.word, one.reason, one.changes) for one in lines]
