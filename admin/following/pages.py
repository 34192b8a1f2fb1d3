"""The door: a list is put into the menu or taken out of it, its news are wanted or not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.following.keys import MOST_KNOWN, Kept, keys_of, listing_of, view_of
from admin.following.pins import forget
from admin.toasts import toast
from admin.views.record.replies import posted
from models.changes import Change, apply, create
from models.errors import NotFound, Refused, Unauthenticated
from models.following import FollowedView
from models.people import SavedView
from models.session import Work
from models.texts import N_

SAID = {
    ("is_pinned", True): N_("The list stands in the menu."),
    ("is_pinned", False): N_("The list is out of the menu."),
    ("tells", True): N_("You will hear of what enters this list."),
    ("tells", False): N_("You will not hear of this list any more."),
}


async def follow(request: Request) -> Response:
    """POST `what` (`is_pinned`, `tells`) and `on`. Raises `NotFound` for a list that the person does not see."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    data = await posted(request)
    what, on = str(data.get("what") or ""), data.get("on") == "1"
    if (what, on) not in SAID:
        raise NotFound
    async with state.database.transaction(state.actor, state.via, "followed-view.update") as work:
        saved = await work.get_record(SavedView, request.path_params["pk"])
        kept = Kept(saved.id, saved.name, saved.identity, saved.query)
        if saved.deleted_at is not None or view_of(kept, work) is None:
            raise NotFound
        row = await followed(work, saved.id, {what: on})
        if what == "tells" and on:
            await begin(work, kept, row)
        action = work.action_id
    forget(state.database, state.actor.id)
    return toast(request, RedirectResponse(kept.address, 303), SAID[what, on], undo=action)


async def lead(request: Request) -> Response:
    """GET: the list as it is saved now, for who sees it. A message names no more than its key."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    async with state.database.transaction(state.actor) as work:
        saved = await work.get_record(SavedView, request.path_params["pk"])
        kept = Kept(saved.id, saved.name, saved.identity, saved.query)
        if saved.deleted_at is not None or view_of(kept, work) is None:
            raise NotFound
    return RedirectResponse(kept.address, 303)


async def followed(work: Work, key: UUID, wanted: dict[str, Any]) -> FollowedView:
    """The person's row of the list with these wishes, made where there is none."""
    mine = select(FollowedView).where(FollowedView.user_id == work.actor.id, FollowedView.saved_view_id == key)
    row = await work.scalar(mine.with_for_update())
    if row is None:
        return await create(work, FollowedView, {"saved_view_id": key, **wanted})
    await apply(work, Change(FollowedView, row.id, {}, wanted), row)
    return row


async def begin(work: Work, kept: Kept, row: FollowedView) -> None:
    """What is in the list now is nothing new. Raises `Refused` for a list that is too long to be one of news, and
    for one that is not what it says."""
    if await listing_of(work, kept) is None:
        raise Refused(N_("A part of what this list asks for is left out: put its filters right first."))
    keys = await keys_of(work, kept)
    if keys is None:
        raise Refused(N_("The list holds more than {most} records: narrow it first."), most=MOST_KNOWN)
    row.remember(keys, kept.query, work.at)


ROUTES = (
    Route("/following/{pk:uuid}", lead, name="followed"),
    Route("/following/{pk:uuid}", follow, methods=["POST"], name="follow"),
)
