"""The pages of a file on its way into a list: chosen, read, its columns named; its rows have a page of their own."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import say
from admin.importing.receiving import receive_all
from admin.importing.showing import worded
from admin.imports.describing import may_import, shape_of
from admin.imports.mapping import Mapping, beginnings_of, context_of, guessed, posted_mapping
from admin.rendering import fragment, page
from admin.views.base import View
from admin.views.record.replies import posted
from jobs import uploads
from jobs.imports.shape import Shape
from jobs.uploads import Phase, Upload
from jobs.uploads.starting import start
from models.errors import Invalid, NotFound

BUSY = (Phase.READING, Phase.WRITING)


async def import_page(request: Request, view: View) -> Response:
    """GET: the place for a file. POST: it is read. Raises `NotFound` where such records are not entered by hand."""
    if not may_import(view, request.state.actor):
        raise NotFound
    if request.method == "GET":
        return form(request, view)
    try:
        found, _fields = await receive_all(request, uploads.ROWS)
    except Invalid as problem:
        return form(request, view, say(problem), 422)
    upload, *others = found
    for other in others:
        other.remove()
    upload.tell_more(shape=shape_of(view, request.state.actor.rights).told())
    await start("rows", upload, request.state.database, request.state.actor)
    return RedirectResponse(address_of(view, upload), 303)


def form(request: Request, view: View, sentence: str = "", status: int = 200) -> Response:
    """The place for a file."""
    megabytes = uploads.LARGEST // 1024 // 1024
    context: dict[str, Any] = {"active": view.identity, "view": view, "sentence": sentence, "megabytes": megabytes}
    return page(request, "imports/new.html", status=status, **context)


async def upload_page(request: Request, view: View) -> Response:
    """How far the file is: being read, asking for its columns, refused; one that has become rows leads to them."""
    upload = own_upload(request, view)
    state = await asyncio.to_thread(upload.state)
    if request.method == "POST":
        return await go_on(request, view, upload)
    if state.phase is Phase.WRITTEN and not request.query_params.get("columns"):
        return RedirectResponse(f"/admin/bulk-change/details/{state.result}", 303)
    if state.phase in (Phase.ASKS, Phase.WRITTEN):
        return await ask(request, view, upload, None)
    return page(request, "imports/upload.html", **shown(view, upload, state))


async def status_page(request: Request, view: View) -> Response:
    """The progress alone, asked for again and again; when it is over the page loads anew."""
    upload = own_upload(request, view)
    state = await asyncio.to_thread(upload.state)
    if state.phase not in BUSY:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "imports/progress.html", **shown(view, upload, state))


async def go_on(request: Request, view: View, upload: Upload) -> Response:
    """The columns are named, or a file whose reading broke off is read once more."""
    data = await posted(request)
    if "sheet" in data:
        mapping = posted_mapping(await beginnings_of(upload), shape_told(upload), data)
        try:
            upload.tell_more(columns=mapping.columns(view).told())
        except Invalid as problem:
            return await ask(request, view, upload, mapping, say(problem), 422)
    else:
        upload.tell_more()
    await start("rows", upload, request.state.database, request.state.actor)
    return RedirectResponse(address_of(view, upload), 303)


async def ask(
    request: Request, view: View, upload: Upload, mapping: Mapping | None, sentence: str = "", status: int = 200
) -> Response:
    """The first rows of the file with a choice over each column."""
    beginnings = await beginnings_of(upload)
    sheet = request.query_params.get("sheet", "")
    mapping = mapping or guessed(beginnings, shape_told(upload), sheet, upload.told.get("columns", ""))
    context = context_of(view, request.state.actor, mapping, beginnings)
    told: dict[str, Any] = {"active": view.identity, "view": view, "upload": upload, "here": address_of(view, upload)}
    return page(request, "imports/columns.html", status=status, sentence=sentence, **told, **context)


def own_upload(request: Request, view: View) -> Upload:
    """The upload of the address, if it is one's own and for this list. Raises `NotFound`."""
    key: UUID = request.path_params["key"]
    upload = uploads.find(key, request.state.actor.id, uploads.ROWS)
    if not may_import(view, request.state.actor) or shape_told(upload).identity != view.identity:
        raise NotFound
    return upload


def shape_told(upload: Upload) -> Shape:
    """The entity as it was when the file came."""
    return Shape.of(upload.told["shape"])


def shown(view: View, upload: Upload, state: Any) -> dict[str, Any]:
    """What the page of a file says."""
    return {
        "active": view.identity, "view": view, "upload": upload, "state": state, "sentence": worded(state.problem),
        "here": address_of(view, upload), "is_busy": state.phase in BUSY, "broke_off": state.phase is Phase.FAILED,
    }  # fmt: skip


def address_of(view: View, upload: Upload) -> str:
    """The page of a file."""
    return f"/admin/{view.identity}/import/{upload.id}"
