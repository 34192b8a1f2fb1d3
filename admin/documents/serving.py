"""A file on its way out: shown where nothing in it can run, else saved; parts on demand; each access in the log."""

from __future__ import annotations

import re
from urllib.parse import quote

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from jobs.clients.storage import INLINE, storage
from models.actor import Actor, Via
from models.document import Document
from models.errors import Denied, Unauthenticated
from models.filing.store import Gone
from models.session import Database, dumps

NOTE = "SELECT audit.note(:event, 'documents.documents', :key, :deal, :client, CAST(:told AS jsonb))"
IS_NEW = (
    " WHERE NOT EXISTS (SELECT FROM audit.events e WHERE e.record_id = :key AND e.type = :event"
    " AND e.actor_id = :actor AND e.at > now() - interval '1 hour')"
)
EACH_TIME, ONCE_IN_A_WHILE = text(NOTE), text(NOTE + IS_NEW)
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
SHOWN = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""For PDF: browsers' viewers do not work in a sandbox."""
SANDBOX = f"sandbox; {SHOWN}"
HARMLESS = re.compile(r"(image/(tiff|heic|bmp)|application/(vnd\.[a-z.\-]+|msword|rtf|zip))|text/plain")
"""Kinds that are named to the browser when it saves them; any other is just bytes."""


async def show(request: Request) -> Response:
    """The file in the page, where it is a picture or a PDF; any other is saved."""
    document = await seen(request)
    if document.media_type not in INLINE:
        return await hand_out(request, document, request.state.actor, request.state.via)
    await note(request, document, request.state.actor, request.state.via, "opened")
    return await stream(request, document, is_shown=True)


async def download(request: Request) -> Response:
    """The file to be saved."""
    return await hand_out(request, await seen(request), request.state.actor, request.state.via)


async def hand_out(request: Request, document: Document, actor: Actor, via: Via) -> Response:
    """From a bucket by a link of two minutes, from a folder by ourselves."""
    if await storage().stat(document.storage_key) is None:
        raise Gone
    await note(request, document, actor, via, "downloaded")
    if address := await storage().signed(document.storage_key, document.name, kind_for(document, is_shown=False)):
        return RedirectResponse(address, 303)
    return await stream(request, document, is_shown=False)


async def seen(request: Request) -> Document:
    """The document of the address. Raises `NotFound` for one that the person does not see, `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("document", "read"):
        raise Denied
    async with request.state.database.transaction(request.state.actor) as work:
        found: Document = await work.get_record(Document, request.path_params["pk"])
        return found


async def note(request: Request, document: Document, actor: Actor, via: Via, what: str) -> None:
    """Who saw it stands in the log, once for a file, not for each part that a viewer asks for.

    A part that follows others is noted too, where its person has not been within the hour: nobody leaves out the first.
    """
    wanted = RANGE.fullmatch(request.headers.get("range", ""))
    goes_on = wanted is not None and wanted[1] not in ("", "0")
    database: Database = request.state.database
    async with database.transaction(actor, via, f"document.{what}", request_id=request.state.request_id) as work:
        told = {"name": document.name}
        values = {"key": document.id, "deal": document.deal_id, "client": document.client_id, "told": dumps(told)}
        values |= {"event": f"documents.document.{what}"}
        if goes_on:
            await work.execute(ONCE_IN_A_WHILE, values | {"actor": actor.id})
        else:
            await work.execute(EACH_TIME, values)


async def stream(request: Request, document: Document, *, is_shown: bool) -> Response:
    """The bytes, or those of the range that was asked for. Raises `Gone`."""
    file = await storage().stat(document.storage_key)
    if file is None:
        raise Gone
    headers = {
        "content-type": kind_for(document, is_shown=is_shown),
        "content-disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(document.name)}",
        "content-security-policy": SHOWN if is_shown and document.media_type == "application/pdf" else SANDBOX,
        "x-frame-options": "SAMEORIGIN",
        "accept-ranges": "bytes",
        "etag": f'"{document.sha256[:32]}"',
        "cache-control": "private, no-store",
    }
    asked = (
        request.headers.get("range", "") if request.headers.get("if-range", headers["etag"]) == headers["etag"] else ""
    )
    span = span_of(asked, file.size)
    if span is None:
        return Response(status_code=416, headers={"content-range": f"bytes */{file.size}"})
    first, last = span
    headers["content-length"] = str(last - first + 1)
    if asked and RANGE.fullmatch(asked):
        headers["content-range"] = f"bytes {first}-{last}/{file.size}"
    body = storage().read(document.storage_key, first, last)
    return StreamingResponse(body, 206 if "content-range" in headers else 200, headers)


def span_of(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte; the whole file where no single range is asked for, None for one outside of it."""
    found = RANGE.fullmatch(asked)
    if found is None or found[0] == "bytes=-":
        return 0, size - 1
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    return (first, last) if first <= last else None


def kind_for(document: Document, *, is_shown: bool) -> str:
    """What the browser is told: by the bytes when it is shown, never anything that it would run."""
    if is_shown or document.media_type in INLINE or HARMLESS.fullmatch(document.media_type):
        return document.media_type
    return "application/octet-stream"
