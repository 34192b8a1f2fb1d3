"""A record's head in the drawer beside its list."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.rendering import fragment, is_partial
from admin.views.base import View
from admin.views.record.detail import head_of, note_opened
from admin.views.record.replies import details
from admin.views.record.statement import find, plan_of


async def peek_page(request: Request, view: View) -> Response:
    """Name, state, facts and steps of a record; a plain visit leads to its page."""
    state, key = request.state, request.path_params["pk"]
    if not is_partial(request):
        return RedirectResponse(details(view, key), 303)
    async with state.database.transaction(state.actor) as work:
        found = await find(work, plan_of(view, (), state.actor.scope), key)
        step = (await view.steps_of(work, [key])).get(key)
        told = await view.standing_of(work, found.record)
        head = head_of(view, found, state.actor, work.at, work.today, step=step) | {"told": told}
    if view.identity == "client":
        await note_opened(state.database, state.actor, key, state.request_id)
    return fragment(request, "peek/record.html", **head)
