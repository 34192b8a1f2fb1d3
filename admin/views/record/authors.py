"""Who wrote each field of a record, and the story of one field: values in words, with the way back to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _
from admin.labels import label_of
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import may_read
from admin.views.record.facts import cells_of, headline
from admin.views.record.former import Former, former_of, is_shown
from admin.views.record.forms import fields_of
from admin.views.record.history import titles_in, worded
from admin.views.record.replies import details
from admin.views.record.sentences import VIA, sentence_of
from admin.views.record.showing import NOTHING, Titles
from admin.views.record.statement import find, plan_of
from admin.views.record.values import columns_of
from admin.views.registry import load
from models.changes import wire
from models.changes.values import FIRST_YEAR, LAST_YEAR
from models.clock import BROKERAGE_ZONE
from models.errors import NotFound
from models.past import Past, Step, past_of, stored
from models.rights import Rights
from models.session import Work
from models.texts import N_

AGES = ((1, "day"), (7, "week"), (31, "month"), (366, "year"))
"""Up to so many days old, and the class that colours it; what is older is `old`."""
AGE_NAMES = {
    "day": N_("today"),
    "week": N_("this week"),
    "month": N_("this month"),
    "year": N_("this year"),
    "old": N_("earlier"),
}
"""What the colours mean."""
STEPS_AT_MOST = 40
"""Steps of one field that are shown; the record's history has the others."""


class Author(NamedTuple):
    """A field of the record, with who wrote it last."""

    name: str
    label: str
    value: str
    who: str
    at: datetime | None
    sentence: str
    age: str


class Was(NamedTuple):
    """A value that a field was given: by whom, when, what it was before, and whether it may be brought back."""

    who: str
    at: datetime
    via: str
    sentence: str
    old: str
    new: str
    is_made: bool
    is_now: bool
    is_undone: bool
    may_restore: bool


def told_columns(view: View, rights: Rights) -> list[Any]:
    """Columns that somebody writes and that these rights read, in the order of the table."""
    return [
        column
        for column in columns_of(view)
        if is_shown(column) and not column.info.get("derived") and may_read(view, column.name, rights)
    ]


def named(view: View, column: Any) -> str:
    """The label of a column."""
    return _("Trash") if column.name == "deleted_at" else _(view.labels.get(column.name) or label_of(column))


def may_bring_back(view: View, rights: Rights) -> bool:
    """Whether these rights write earlier values of such a record."""
    return view.editable and rights.may(view.identity, "update")


async def authors_page(request: Request, view: View) -> Response:
    """Each field with its author, the newest colours standing out; `on` shows the record as it was on a day.

    Raises `NotFound` for rows of the log itself.
    """
    if not view.has_story:
        raise NotFound
    state, key = request.state, request.path_params["pk"]
    rights: Rights = state.actor.rights
    day = day_of(request.query_params.get("on", ""))
    async with state.database.transaction(state.actor) as work:
        found = await find(work, plan_of(view, (), state.actor.scope), key)
        past = await past_of(work, view.record, found.record)
        cells = cells_of(view, found, rights, work.at, work.today)
        title = " · ".join(part.text for part in headline(view, found.record, cells, rights))
        former: Former | None = await former_of(work, view, found.record, past, day) if day else None
        authors = [] if day else await authors_of(work, view, found.record, past)
        today = work.today
    return page(
        request,
        "authors.html",
        view=view,
        key=key,
        title=title,
        address=details(view, key),
        authors=authors,
        former=former,
        day=day,
        today=today,
        first=past.begins_at.astimezone(BROKERAGE_ZONE).date(),
        is_whole=past.is_whole,
        may_restore=may_bring_back(view, rights),
        ages=AGE_NAMES,
    )


def day_of(text: str) -> date | None:
    """The day of an address. Raises `NotFound` for what is none."""
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound from None
    if found is not None and not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotFound
    return found


async def authors_of(work: Work, view: View, row: Any, past: Past) -> list[Author]:
    """Every field that has a value or had one."""
    columns = told_columns(view, work.actor.rights)
    last = {column.name: past.last(column.name) for column in columns}
    shown = [c for c in columns if wire(getattr(row, c.name)) or was_changed(last[c.name])]
    titles = await titles_for(work, view, [(c.name, getattr(row, c.name)) for c in shown])
    return [author_of(work, view, column, getattr(row, column.name), last[column.name], titles) for column in shown]


def was_changed(step: Step | None) -> bool:
    """Whether a field was written after its record was made."""
    return step is not None and step.op == "update"


def author_of(work: Work, view: View, column: Any, value: Any, step: Step | None, titles: Titles) -> Author:
    """A field in words."""
    text = worded(column, value, titles) if wire(value) else NOTHING
    if step is None:
        return Author(column.name, named(view, column), text, "", None, "", "old")
    return Author(
        column.name, named(view, column), text, step.who or _("Somebody"), step.at, sentence(step),
        age_of(work.at - step.at),
    )  # fmt: skip


def age_of(span: timedelta) -> str:
    """The class of a field that was written so long ago."""
    return next((name for days, name in AGES if span < timedelta(days=days)), "old")


def sentence(step: Step) -> str:
    """Who did what."""
    who = step.who or _("Somebody")
    return sentence_of(step.slug, who, load()) if step.slug else who


async def titles_for(work: Work, view: View, values: Iterable[tuple[str, Any]]) -> Titles:
    """Titles of what these values of columns point to, as far as they may be read."""
    told = [{"table": view.table.fullname, "changes": {name: [value]}, "record": None} for name, value in values]
    return await titles_in(work, told)


async def field_page(request: Request, view: View) -> Response:
    """The story of one field. Raises `NotFound` for a field that is none or not for the reader."""
    state, key, name = request.state, request.path_params["pk"], request.path_params["field"]
    column = next((c for c in columns_of(view) if c.name == name), None)
    if not view.has_story or column is None or not is_shown(column) or not may_read(view, name, state.actor.rights):
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        found = await find(work, plan_of(view, (), state.actor.scope), key)
        past = await past_of(work, view.record, found.record)
        story = await story_of(work, view, column, found.record, past)
    context: dict[str, Any] = {
        "view": view,
        "key": key,
        "name": name,
        "label": named(view, column),
        "is_derived": bool(column.info.get("derived")),
        "story": story,
        "is_whole": past.is_whole,
        "history": f"/admin/{view.identity}/history/{key}",
        "authors": f"/admin/{view.identity}/authors/{key}",
    }
    if is_partial(request):
        return fragment(request, "parts/field_story.html", **context)
    return page(request, "field_story.html", **context)


async def story_of(work: Work, view: View, column: Any, row: Any, past: Past) -> list[Was]:
    """The values that a field was given, the newest first; of what the program works out none are told."""
    if column.info.get("derived"):
        return []
    steps = list(past.of(column.name))[:STEPS_AT_MOST]
    pairs = [(column.name, value) for step in steps for value in (step.old(column.name), step.new(column.name))]
    titles = await titles_for(work, view, pairs)
    rights = work.actor.rights
    is_open = past.is_whole and column.name in fields_of(view, rights, creating=False) and may_bring_back(view, rights)
    now = wire(getattr(row, column.name))
    return [was_of(column, step, titles, now, is_open=is_open) for step in steps]


def was_of(column: Any, step: Step, titles: Mapping[UUID, str], now: str, *, is_open: bool) -> Was:
    """One value in words."""
    old, new = step.old(column.name), step.new(column.name)
    same = wire(stored(column, new)) == now
    return Was(
        step.who or _("Somebody"), step.at, _(VIA.get(step.via, step.via)) if step.via else "", sentence(step),
        worded(column, old, dict(titles)), worded(column, new, dict(titles)), step.op == "insert", same,
        step.is_undone, is_open and not same,
    )  # fmt: skip
