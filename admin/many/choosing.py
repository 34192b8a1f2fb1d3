"""Rows of a list are chosen: all that match, frozen by one statement, or those that were ticked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib import import_module
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from admin.many.asking import begin, step_address
from admin.many.offers import EXPORT, EXPORT_BOOK, offers_of
from admin.views.base import View
from admin.views.listing.asked import Asked, asked
from admin.views.listing.prepared import prepared
from admin.views.listing.sight import sees_little
from admin.views.listing.statement import Listing
from admin.views.listing.texts import other_layout
from admin.views.record.replies import posted
from models import clock
from models.errors import NotFound, Refused
from models.many import selection as frozen
from models.many.selection import NOTHING, Selection
from models.session import Work
from settings import settings

FILES = {EXPORT: "csv", EXPORT_BOOK: "xlsx"}
"""Steps that take the chosen rows away, by the kind of file."""


async def choose_page(request: Request, view: View) -> Response:
    """Everything that the list of the address shows on all of its pages, frozen: a token and the exact number."""
    state = request.state
    wanted = asked(view, request.query_params, state.actor.rights)
    if not offers_of(view, state.actor, in_trash=wanted.in_trash):
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        chosen = await freeze_list(work, wanted)
    return JSONResponse({"selection": str(chosen.id), "number": chosen.number})


async def freeze_list(work: Work, wanted: Asked) -> Selection:
    """The list's rows by its own conditions; a term that finds nothing is tried in the other layout, as the list is."""
    try:
        return await _freeze(work, wanted, wanted)
    except Refused as refused:
        if refused.msgid != NOTHING or not wanted.term:
            raise
    return await _freeze(work, wanted.with_term(other_layout(wanted.term)), wanted)


async def _freeze(work: Work, wanted: Asked, told: Asked) -> Selection:
    little = await sees_little(work, wanted.view, work.actor)
    listing = Listing(wanted, work.actor, clock.today(), little, is_whole=True)
    made = prepared(("everyone", listing.shape), listing.everyone, work.actor.scope)
    values = made.given(listing.values)
    query = str(told.query)
    return await frozen.freeze(work, wanted.view.identity, made.text, values, asked=query, most=settings.bulk_at_most)


async def chosen_page(request: Request, view: View) -> Response:
    """Which of the rows that a page shows are in a frozen selection."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        chosen = await frozen.find(work, request.path_params["token"], view.identity)
        found = await frozen.among(work, chosen, keys_in(request.query_params.getlist("pk")))
    return JSONResponse({"number": chosen.number, "keys": sorted(str(key) for key in found)})


async def bulk_page(request: Request, view: View) -> Response:
    """A step for what is chosen: on to its form, or to what would become of the rows where it asks nothing."""
    data, state = await posted(request), request.state
    what, in_trash = str(data.get("what", "")), bool(data.get("trash"))
    offer = next((one for one in offers_of(view, state.actor, in_trash=in_trash) if one.name == what), None)
    if offer is None:
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        chosen = await chosen_by(work, view, data)
    if kind := FILES.get(what):
        query = f"{chosen.asked}&" if chosen.asked else ""
        return RedirectResponse(f"/admin/{view.identity}/export.{kind}?{query}selection={chosen.id}", 303)
    if further := next((one for one in view.further if one.name == what), None):
        return await opener(further.opener)(request, chosen)
    if offer.asks:
        return RedirectResponse(step_address(view, chosen, what), 303)
    return await begin(request, view, chosen, what, {})


async def chosen_by(work: Work, view: View, data: FormData) -> Selection:
    """The selection of a form: a frozen one, less and more what was ticked since, or the ticked rows alone."""
    ticked, without = (keys_in(data.getlist(name)) for name in ("pk", "without"))
    most, token = settings.bulk_at_most, str(data.get("selection") or "")
    if not token:
        if not ticked:
            raise Refused(NOTHING)
        return await frozen.tick(work, view.identity, ticked, asked=str(data.get("asked") or ""), most=most)
    (key,) = keys_in([token])
    chosen = await frozen.find(work, key, view.identity)
    return await frozen.rest_of(work, chosen, without, ticked, most=most) if ticked or without else chosen


@cache
def opener(place: str) -> Callable[[Request, Selection], Awaitable[Response]]:
    """What a view names as leading further."""
    module, _colon, name = place.partition(":")
    found: Callable[[Request, Selection], Awaitable[Response]] = getattr(import_module(module), name)
    return found


def keys_in(texts: Sequence[object]) -> list[UUID]:
    """Keys, by commas or one by one, each once. Raises `NotFound` for a malformed one."""
    try:
        return list(dict.fromkeys(UUID(part) for text in texts for part in str(text).split(",") if part))
    except ValueError:
        raise NotFound from None
