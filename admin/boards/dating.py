"""Another day for a record: written as a cell is, or by the verb that sets the date, with the day filled in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.boards.looks import date_fields, day_of
from admin.boards.moving import CLOSED, write_field
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import Field
from admin.views.record.editing import title_of
from admin.views.record.forms import fields_of
from admin.views.record.replies import posted
from models.asking import asked_fields
from models.changes import wire
from models.clock import BROKERAGE_ZONE
from models.errors import Invalid, NotFound, Refused
from models.rights import Rights
from models.texts import N_
from models.verbs import Verb

NO_DAY = N_("This is not a day: write it like 31.12.2026.")


async def reschedule_page(request: Request, view: View) -> Response:
    """GET: ask for the day. POST with `to` and what was `seen`: set it."""
    by = field_asked(request, view)
    if request.method == "POST":
        return await reschedule(request, view, by, await posted(request))
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        value = getattr(row, by.name)
        context = {
            "view": view, "key": key, "by": by, "title": title_of(view, row, state.actor.rights),
            "seen": wire(value), "day": day_in(value),
        }  # fmt: skip
    if is_partial(request):
        return fragment(request, "boards/reschedule.html", **context)
    return page(request, "boards/reschedule_page.html", **context)


def field_asked(request: Request, view: View) -> Field:
    """The date of the calendar. Raises `NotFound` for what is none or not to be read."""
    name = request.query_params.get("by", "")
    found = next((one for one in date_fields(view, request.state.actor.rights) if one.name == name), None)
    if found is None:
        raise NotFound
    return found


async def reschedule(request: Request, view: View, by: Field, data: FormData) -> Response:
    """Set the day. Raises `Refused` for a date that nothing here sets, `Conflict` where somebody was quicker."""
    rights, key = request.state.actor.rights, request.path_params["pk"]
    day = day_of(str(data.get("to") or ""))
    if day is None:
        raise Invalid(NO_DAY)
    if not writes(view, by.name, rights):
        verb = verb_that_sets(view, by.name, rights)
        if verb is None:
            raise Refused(CLOSED)
        asks = day_asked(verb)
        return RedirectResponse(f"/admin/{view.identity}/verb/{verb.name}?pk={key}&{asks}={day.isoformat()}", 303)
    state = request.state
    async with state.database.transaction(state.actor) as work:
        now = getattr(await work.get_record(view.record, key), by.name)
    return await write_field(request, view, by.name, wire(on_day(now, day)), data.get("seen"))


def on_day(now: Any, day: date) -> date | datetime:
    """The day itself, or for a moment the same time of that day."""
    if not isinstance(now, datetime):
        return day
    return datetime.combine(day, now.astimezone(BROKERAGE_ZONE).time(), BROKERAGE_ZONE)


def day_in(value: Any) -> date | None:
    """The day of a date or a moment."""
    return value.astimezone(BROKERAGE_ZONE).date() if isinstance(value, datetime) else value


def writes(view: View, name: str, rights: Rights) -> bool:
    """Whether these rights write the date as a cell."""
    return view.editable and rights.may(view.identity, "update") and name in fields_of(view, rights, creating=False)


def verb_that_sets(view: View, name: str, rights: Rights) -> Verb | None:
    """The verb that sets a date which nobody writes: named by the view, or one that asks a day of the same name."""
    named = view.set_by.get(name)
    found = [
        verb
        for verb in view.verbs.values()
        if rights.may(view.identity, verb.name) and (verb.name == named or asks_for(verb, name)) and day_asked(verb)
    ]
    return next((verb for verb in found if verb.name == named), found[0] if len(found) == 1 else None)


def asks_for(verb: Verb, name: str) -> bool:
    """Whether the verb asks a day that begins with this column, and leaves the state alone."""
    return not verb.moves and any(
        kind is date and name in (field, told.get("start")) for field, kind, told in asked_fields(verb)
    )


def day_asked(verb: Verb) -> str:
    """The first day that a verb asks."""
    return next((name for name, kind, _told in asked_fields(verb) if kind in (date, datetime)), "")
