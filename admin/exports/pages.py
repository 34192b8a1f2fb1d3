"""The page of a large export: how far it is, then the file, which its person takes once within a day."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from admin.exports.ordering import MODULE
from admin.importing.showing import worded
from admin.rendering import fragment, page
from jobs import uploads
from jobs.uploads import Phase, Upload
from jobs.uploads.starting import start
from models import clock
from models.errors import NotFound, Refused, Unauthenticated
from models.texts import N_

GOOD_FOR = timedelta(days=1)
TAKEN = N_("This file was taken already, or it is too old. Export the list once more.")
BUSY = (Phase.READING, Phase.WRITING)


async def show(request: Request) -> Response:
    """How far it is."""
    export = own_export(request)
    state = await asyncio.to_thread(export.state)
    return page(request, "exports/page.html", **context_of(export, state))


async def status(request: Request) -> Response:
    """The progress alone, asked for again and again; when it is over the page loads anew."""
    export = own_export(request)
    state = await asyncio.to_thread(export.state)
    if state.phase not in BUSY:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "exports/progress.html", **context_of(export, state))


async def take(request: Request) -> Response:
    """The file leaves once: it is moved aside before it is sent, and gone after it. Raises `Refused` the next time."""
    export = own_export(request)
    state = await asyncio.to_thread(export.state)
    leaving = export.folder / "leaving"
    try:
        if state.phase is not Phase.WRITTEN or made_at(export) < clock.now() - GOOD_FOR:
            raise FileNotFoundError
        export.workbook.rename(leaving)
    except FileNotFoundError:
        raise Refused(TAKEN) from None
    plain = f"{export.told['identity']}.{export.told['kind']}"
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(export.name)}"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return FileResponse(leaving, headers=headers, background=BackgroundTask(leaving.unlink, missing_ok=True))


async def again(request: Request) -> Response:
    """An export that broke off is written anew."""
    export = own_export(request)
    if (await asyncio.to_thread(export.state)).phase is Phase.FAILED:
        export.tell_more()
        await start("export", export, request.state.database, request.state.actor, module=MODULE)
    return RedirectResponse(f"/admin/exports/{export.id}", 303)


def own_export(request: Request) -> Upload:
    """The export of the address, if it is one's own and one may still take it. Raises `NotFound`."""
    actor = request.state.actor
    if actor is None:
        raise Unauthenticated
    export = uploads.find(request.path_params["key"], actor.id, uploads.EXPORT)
    if not actor.rights.may(export.told["identity"], "export"):
        raise NotFound
    return export


def context_of(export: Upload, state: Any) -> dict[str, Any]:
    """What the page says."""
    is_there = state.phase is Phase.WRITTEN and export.workbook.exists()
    return {
        "active": export.told["identity"], "export": export, "state": state, "is_busy": state.phase in BUSY,
        "is_there": is_there, "broke_off": state.phase is Phase.FAILED, "sentence": worded(state.problem),
        "rows": int(export.told["rows"]), "here": f"/admin/exports/{export.id}",
        "until": made_at(export) + GOOD_FOR if is_there else None,
    }  # fmt: skip


def made_at(export: Upload) -> datetime:
    """When the file was written. Raises `FileNotFoundError` for one that has left."""
    return datetime.fromtimestamp(export.workbook.stat().st_mtime, UTC)


ROUTES = (
    Route("/exports/{key:uuid}", show, name="export_page"),
    Route("/exports/{key:uuid}/status", status, name="export_status"),
    Route("/exports/{key:uuid}/take", take, methods=["POST"], name="export_take"),
    Route("/exports/{key:uuid}/again", again, methods=["POST"], name="export_again"),
)
