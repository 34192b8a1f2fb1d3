"""Pinning over HTTP: one button that keeps a record at hand or lets it go, and the pinned ones in the menu's foot."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.i18n import _
from admin.peek.near import pins_of
from admin.rendering import fragment, is_partial
from admin.toasts import toast
from admin.views.base import View
from admin.views.record.replies import back, details, posted
from models.errors import Denied, NotFound, Unauthenticated
from models.pins import pin, unpin
from models.texts import N_

PINNED, LET_GO = N_("Pinned: it stands in the menu and in the palette."), N_("Not pinned any more.")
CHANGED = "pins-changed"
"""What the foot of the menu hears."""


async def pin_page(request: Request, view: View) -> Response:
    """Pin the record, or with `off` let it go. Raises `NotFound` for one that the actor does not see."""
    state, key = request.state, request.path_params["pk"]
    if not state.actor.rights.may("pin", "create"):
        raise Denied
    is_off = bool((await posted(request)).get("off"))
    action = "pin.remove" if is_off else "pin.create"
    async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
        if is_off:
            await unpin(work, view.identity, key)
        else:
            if await work.get(view.record, key) is None:
                raise NotFound
            await pin(work, view.identity, key)
        done = work.action_id
    sentence = _(LET_GO if is_off else PINNED)
    if not is_partial(request):
        return toast(request, RedirectResponse(back(request) or details(view, key), 303), sentence, undo=done)
    response = toast(request, Response(status_code=204), sentence, undo=done)
    response.headers["HX-Trigger"] = json.dumps(json.loads(response.headers["HX-Trigger"]) | {CHANGED: {}})
    return response


async def pins(request: Request) -> Response:
    """The foot of the menu."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    async with state.database.transaction(state.actor) as work:
        lines = await pins_of(work, state.actor)
    return fragment(request, "peek/pins.html", lines=lines)


ROUTES = (Route("/pins", pins, name="pins"),)
