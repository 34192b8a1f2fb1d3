"""A record as it was at a moment, and the way back: earlier values are written like any others, after a preview."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, ngettext, say
from admin.labels import label_of
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import may_read
from admin.views.record.editing import posted_seen, title_of
from admin.views.record.forms import fields_of
from admin.views.record.history import UNSAID, titles_in, worded
from admin.views.record.replies import details, posted, saved
from admin.views.record.showing import NOTHING, Titles
from admin.views.record.values import columns_of
from models.changes import Change, apply, wire
from models.errors import Conflict, Denied, Invalid, NotFound, Problem, Refused
from models.past import Past, end_of, past_of, stored
from models.rehearsal import rehearsal
from models.session import Work
from models.texts import N_

NOT_WHOLE = N_("Not all of this record's history is open to you, so what it was is not known.")
NOT_THERE = N_("The record was not there yet at that time.")
CLOSED = N_("A verb or another record decides this field; it stays.")
MEANWHILE = N_("It has been changed since the preview. Look once more.")


@dataclass
class Then:
    """A field: what it was, what it is, whether it may be brought back, and why it cannot."""

    name: str
    label: str
    then: str
    now: str
    value: Any
    seen: str
    is_open: bool
    problem: str = ""

    @property
    def differs(self) -> bool:
        """Whether it is another one now."""
        return wire(self.value) != self.seen


@dataclass
class Former:
    """The record at a moment, or why it cannot be told."""

    moment: datetime
    fields: list[Then] = field(default_factory=list)
    problem: str = ""

    @property
    def changed(self) -> list[Then]:
        """Fields that are others now."""
        return [one for one in self.fields if one.differs]

    @property
    def can_be_written(self) -> bool:
        """Whether any of them is open to this person."""
        return any(one.is_open for one in self.changed)


async def former_of(work: Work, view: View, row: Any, past: Past, day: date) -> Former:
    """The record as it was at the end of a day."""
    return await former_at(work, view, row, past, end_of(day))


async def former_at(work: Work, view: View, row: Any, past: Past, moment: datetime) -> Former:
    """The record as it was at a moment, every field that the actor may read."""
    if not view.record.__logged__ or not past.is_whole:
        return Former(moment, problem=say(Problem(NOT_WHOLE)))
    if not past.was_there(moment):
        return Former(moment, problem=say(Problem(NOT_THERE)))
    then = past.values_at(moment)
    columns = [c for c in columns_of(view) if is_shown(c) and may_read(view, c.name, work.actor.rights)]
    pairs = {c.name: [then.get(c.name), getattr(row, c.name)] for c in columns}
    titles = await titles_in(work, [{"table": view.table.fullname, "changes": pairs, "record": None}])
    open_ones = fields_of(view, work.actor.rights, creating=False)
    fields = []
    for column in columns:
        now = getattr(row, column.name)
        value = stored(column, then[column.name]) if column.name in then else now
        if wire(value) or wire(now):
            is_open = column.name in open_ones
            fields.append(then_of(view, column, value, now, titles, is_open=is_open))
    return Former(moment, fields)


def then_of(view: View, column: Any, value: Any, now: Any, titles: Titles, *, is_open: bool) -> Then:
    """A field in words, as it was and as it is."""
    label = _("Trash") if column.name == "deleted_at" else _(view.labels.get(column.name) or label_of(column))
    was, is_now = (worded(column, one, titles) if wire(one) else NOTHING for one in (value, now))
    return Then(column.name, label, was, is_now, value, wire(now), is_open)


def is_shown(column: Any) -> bool:
    """Whether a column says anything to people."""
    return column.name not in UNSAID and not column.info.get("quiet")


async def bring_back_page(request: Request, view: View) -> Response:
    """POST with a moment and fields (none: all that differ): what would change; with `sure` it is written."""
    if not view.editable:
        raise NotFound
    data = await posted(request)
    moment, names = moment_of(str(data.get("at") or "")), {str(name) for name in data.getlist("field")}
    if data.get("sure"):
        return await write(request, view, moment, names, posted_seen(data))
    former, title = await tried(request, view, moment, names)
    context: dict[str, Any] = {
        "view": view,
        "key": request.path_params["pk"],
        "title": title,
        "former": former,
        "lines": former.changed,
        "seen": json.dumps({one.name: one.seen for one in former.changed}, ensure_ascii=False),
        "back": came_from(request) or details(view, request.path_params["pk"]),
    }
    if is_partial(request):
        return fragment(request, "parts/bring_back.html", **context)
    return page(request, "bring_back.html", **context)


def came_from(request: Request) -> str:
    """The page of this panel on which the preview was asked for."""
    found = request.headers.get("hx-current-url", "").partition("/admin/")
    return f"/admin/{found[2]}" if found[1] and "//" not in found[2] else ""


def moment_of(text: str) -> datetime:
    """The moment of a form. Raises `Invalid` for what is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(N_("This page is out of date. Load it again and repeat the step.")) from None


async def looked_at(work: Work, view: View, row: Any, moment: datetime, names: set[str]) -> Former:
    """The record then, of these fields only. Raises `Refused` where that is not known."""
    former = await former_at(work, view, row, await past_of(work, view.record, row), moment)
    if former.problem:
        raise Refused(NOT_WHOLE if former.problem == say(Problem(NOT_WHOLE)) else NOT_THERE)
    former.fields = [one for one in former.fields if not names or one.name in names]
    return former


async def tried(request: Request, view: View, moment: datetime, names: set[str]) -> tuple[Former, str]:
    """What would change, done and taken back: each field that cannot be brought back says why."""
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        former, title = await looked_at(work, view, row, moment, names), title_of(view, row, state.actor.rights)
    for one in former.changed:
        one.problem = "" if one.is_open else say(Problem(CLOSED))
    while good := [one for one in former.changed if not one.problem]:
        try:
            async with rehearsal(state.database, state.actor, f"{view.identity}.put_back") as work:
                await apply(work, Change(view.record, key, *seen_and_new(good)))
                await work.settle()
            break
        except Problem as problem:
            blame(good, problem)
    return former, title


def seen_and_new(fields: list[Then]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands there now, and what is to stand there."""
    return {one.name: one.seen for one in fields}, {one.name: one.value for one in fields}


def blame(fields: list[Then], problem: Problem) -> None:
    """Put a refusal at its fields; one of the whole record at each of them."""
    at = problem.fields if isinstance(problem, Invalid) else {}
    marked = [one for one in fields if one.name in at]
    for one in marked or fields:
        one.problem = say(at[one.name]) if one.name in at else say(next(iter(at.values()), problem))


async def write(request: Request, view: View, moment: datetime, names: set[str], seen: Mapping[str, Any]) -> Response:
    """The chosen fields as one action. Raises `Refused` where one has been changed since the preview."""
    state, key = request.state, request.path_params["pk"]
    if not names:
        raise Refused(N_("Choose at least one field."))
    told = {"at": moment, "fields": sorted(names)}
    action = f"{view.identity}.put_back"
    async with state.database.transaction(
        state.actor, state.via, action, asked=told, request_id=state.request_id
    ) as work:
        row = await work.get_record(view.record, key, lock=True)
        former = await looked_at(work, view, row, moment, names)
        if any(not one.is_open for one in former.changed):
            raise Denied
        new = {one.name: one.value for one in former.changed}
        try:
            merged = await apply(work, Change(view.record, key, {name: seen.get(name, "") for name in new}, new), row)
        except Conflict as conflict:
            raise Refused(MEANWHILE) from conflict
        done = work.action_id if merged.changed else None
        number = len(merged.changed)
    sentence = ngettext("{n} field has its earlier value", "{n} fields have their earlier values", number)
    return saved(request, sentence, details(view, key), undo=done)
