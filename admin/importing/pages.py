"""The pages of an import: `/admin/import` for the file, `/admin/import/{id}` for what becomes of it."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from admin.i18n import say
from admin.importing.receiving import receive
from admin.importing.showing import COUNTED, reasons, summary, verdict_page, worded
from admin.rendering import fragment, page
from jobs import uploads
from jobs.uploads import Phase, Upload
from jobs.uploads.starting import start
from models.errors import Denied, Invalid, Unauthenticated
from models.log import actions

BUSY = (Phase.READING, Phase.WRITING)


async def choose(request: Request) -> Response:
    """The form; a file that is posted is read, one that cannot be comes back with the sentence."""
    must_import(request)
    if request.method == "GET":
        return page(request, "import.html", active="import", sentence="", megabytes=_megabytes())
    try:
        upload = await receive(request)
    except Invalid as problem:
        said = say(problem)
        return page(request, "import.html", status=422, active="import", sentence=said, megabytes=_megabytes())
    await start("read", upload, request.state.database, request.state.actor)
    return RedirectResponse(f"/admin/import/{upload.id}", 303)


async def show(request: Request) -> Response:
    """How far the upload is: being read, its verdicts, being written, the result."""
    upload = own_upload(request)
    return page(request, "import_upload.html", **await _shown(request, upload))


async def status(request: Request) -> Response:
    """The progress alone, asked for again and again; when it is over the page loads anew."""
    upload = own_upload(request)
    state = await asyncio.to_thread(upload.state)
    if state.phase not in BUSY:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "parts/import_progress.html", upload=upload, state=state)


async def write(request: Request) -> Response:
    """Write the good rows; a second request finds it under way."""
    upload = own_upload(request)
    state = await asyncio.to_thread(upload.state)
    if state.phase is Phase.READ and upload.begin_writing(uuid7()):
        await start("write", upload, request.state.database, request.state.actor)
    return RedirectResponse(f"/admin/import/{upload.id}", 303)


def must_import(request: Request) -> None:
    """Raises `Unauthenticated` for a stranger, `Denied` without the right."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("deal", "import"):
        raise Denied


def own_upload(request: Request) -> Upload:
    """The upload of the address, if it is one's own. Raises `NotFound`."""
    must_import(request)
    return uploads.find(request.path_params["key"], request.state.actor.id)


async def _shown(request: Request, upload: Upload) -> dict[str, Any]:
    state = await asyncio.to_thread(upload.state)
    context: dict[str, Any] = {
        "active": "import", "upload": upload, "state": state, "sentence": worded(state.problem),
        "megabytes": _megabytes(), "is_undone": False, "counted": [],
    }  # fmt: skip
    if state.phase is Phase.READ:
        context |= await asyncio.to_thread(verdict_page, upload, request.query_params)
        context |= {"figures": summary(context["totals"]), "reasons": reasons}
    if state.action and state.phase not in BUSY:
        context["is_undone"] = await _is_undone(request, state.action)
        context["counted"] = [(label, state.counts[name]) for name, label in COUNTED if name in state.counts]
    return context


async def _is_undone(request: Request, action: str) -> bool | None:
    """Whether the import has been taken back; None where it wrote nothing."""
    async with request.state.database.transaction(request.state.actor) as work:
        found = (await work.execute(select(actions.c.undone_by).where(actions.c.id == action))).first()
    return None if found is None else found.undone_by is not None


def _megabytes() -> int:
    return uploads.LARGEST // 1024 // 1024


ROUTES = (
    Route("/import", choose, methods=["GET", "POST"], name="import"),
    Route("/import/{key:uuid}", show, name="import_upload"),
    Route("/import/{key:uuid}/status", status, name="import_status"),
    Route("/import/{key:uuid}/write", write, methods=["POST"], name="import_write"),
)
