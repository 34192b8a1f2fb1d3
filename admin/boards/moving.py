"""Moving a card: the verb that leads from one state to the other, or the cell write path where no verb decides."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils.compat import uuid7

from admin.boards.looks import board_fields
from admin.boards.ways import Ways, steps_of, verbs_to, ways_of
from admin.i18n import _, choice_label
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import Field
from admin.views.record.editing import title_of
from admin.views.record.forms import labels_of
from admin.views.record.replies import details, merged_sentence, posted, saved
from admin.views.record.verbing import do_one, report
from models.changes import Change, apply, wire
from models.errors import Conflict, NotFound, Refused
from models.texts import N_
from models.verbs import Verb

MOVED = N_("Meanwhile this was moved to “{state}”. Look at it again.")
NO_WAY = N_("“{title}” is not moved from “{begun}” to “{end}”: no step of yours leads there.")
OTHER_WAYS = N_("“{title}” is not moved from “{begun}” to “{end}”. From here: {ways}.")
CLOSED = N_("This field is not changed here: a verb or another record decides it.")


class Step(NamedTuple):
    """A way out of where the record stands: the value, its name, and the verb that leads there, if it is one."""

    value: str
    label: str
    verb: Verb | None


async def move_page(request: Request, view: View) -> Response:
    """GET: where the record may go. POST with `to` and what was `seen`: go there."""
    by = field_asked(request, view)
    if request.method == "POST":
        return await move(request, view, by, await posted(request))
    state, key = request.state, request.path_params["pk"]
    ways = ways_of(view, by, state.actor.rights)
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        context = {
            "view": view, "key": key, "by": by, "title": title_of(view, row, state.actor.rights),
            "now": wire(getattr(row, by.name)), "steps": all_steps(ways, by, row, state.actor),
            "label": label_of(by, wire(getattr(row, by.name))),
        }  # fmt: skip
    if is_partial(request):
        return fragment(request, "boards/move.html", **context)
    return page(request, "boards/move_page.html", **context)


def field_asked(request: Request, view: View) -> Field:
    """The choice that the board is laid out by. Raises `NotFound` for one that is none or not to be read."""
    name = request.query_params.get("by") or view.state or ""
    found = next((one for one in board_fields(view, request.state.actor.rights) if one.name == name), None)
    if found is None:
        raise NotFound
    return found


def all_steps(ways: Ways, by: Field, row: Any, actor: Any) -> list[Step]:
    """What the menu offers."""
    now = wire(getattr(row, by.name))
    ends = ways.ends(now)
    if ways.is_written:
        return [Step(end, label_of(by, end), None) for end in ends]
    return [Step(end, label_of(by, end), verb) for end, verb in steps_of(ways, row, actor, ends)]


def label_of(by: Field, value: str) -> str:
    """A value in words."""
    return choice_label(by.choices, value) if value else _("Not said")


async def move(request: Request, view: View, by: Field, data: FormData) -> Response:
    """Go there. Raises `Refused` in words where no verb leads there, `Conflict` where somebody was quicker."""
    end, seen = str(data.get("to") or ""), data.get("seen")
    ways = ways_of(view, by, request.state.actor.rights)
    if not ways.any:
        raise Refused(CLOSED)
    if end not in ways.values and not (ways.is_written and not end):
        raise NotFound
    if ways.is_written:
        return await write_field(request, view, by.name, end, seen)
    key, state = request.path_params["pk"], request.state
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        must_be_as_seen(by, row, seen)
        found = verbs_to(ways, row, end, state.actor)
        if not found:
            raise refusal(by, row, end, all_steps(ways, by, row, state.actor), title_of(view, row, state.actor.rights))
    if len(found) > 1:
        return RedirectResponse(f"/admin/{view.identity}/move/{key}?by={by.name}", 303)
    return await follow(request, view, found[0], key, data)


def must_be_as_seen(by: Field, row: Any, seen: Any) -> None:
    """Raises `Conflict` where the record has moved since it was drawn."""
    now = wire(getattr(row, by.name))
    if seen is not None and str(seen) != now:
        raise Conflict(MOVED, state=label_of(by, now))


def refusal(by: Field, row: Any, end: str, steps: list[Step], title: str) -> Refused:
    """Why the card stays, and what is possible instead."""
    told = {"title": title, "begun": label_of(by, wire(getattr(row, by.name))), "end": label_of(by, end)}
    ways = ", ".join(f"{_(step.verb.label).rstrip('…')} → {step.label}" for step in steps if step.verb is not None)
    return Refused(OTHER_WAYS, ways=ways, **told) if ways else Refused(NO_WAY, **told)


async def follow(request: Request, view: View, verb: Verb, key: UUID, data: FormData) -> Response:
    """Do the verb, or lead to where its values are asked."""
    address = view.verb_pages[verb.name].format(key=key) if verb.name in view.verb_pages else ""
    if address:
        return Response(headers={"HX-Redirect": address}) if is_partial(request) else RedirectResponse(address, 303)
    if verb.asks_first:
        return RedirectResponse(f"/admin/{view.identity}/verb/{verb.name}?pk={key}", 303)
    action = uuid7()
    done = await do_one(request, view, verb, key, data, action)
    return await report(request, view, verb, [key], [done], [], action)


async def write_field(request: Request, view: View, name: str, value: str, seen: Any) -> Response:
    """Write one field of a record as a cell does, with what the writer saw of it; the answer offers Undo."""
    state, key = request.state, request.path_params["pk"]
    action = f"{view.identity}.update"
    known = {} if seen is None else {name: str(seen)}
    async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
        merged = await apply(work, Change(view.record, key, known, {name: value}))
        changed = work.action_id if merged.changed else None
    return saved(request, merged_sentence(view, merged.kept, labels_of(view)), details(view, key), undo=changed)
