"""Undo, wherever it is pressed: what was done to thousands of records is taken back by the worker."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from admin.many.asking import change_address
from admin.many.pages import is_undone_at_once
from admin.views.record.history import undo_page as undo_at_once
from admin.views.record.replies import saved
from jobs.bulk import order_undo
from models.many.change import change_of_action
from models.texts import N_


async def undo_page(request: Request) -> Response:
    """Take an action back; of a large bulk change the page shows how it is being undone."""
    state, action = request.state, request.path_params.get("action_id")
    if action is None:  # the last step is never so large
        return await undo_at_once(request)
    async with state.database.transaction(state.actor, state.via, "audit.undo", request_id=state.request_id) as work:
        change = await change_of_action(work, action, state.actor)
        is_large = change is not None and not is_undone_at_once(change)
        if change is not None and is_large:
            change.undo_later()
            await order_undo(work, change)
    if change is None or not is_large:
        return await undo_at_once(request)
    return saved(request, N_("Being undone"), change_address(change), away=True)
