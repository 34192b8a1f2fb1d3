"""A file on its way in: raw bytes in the body, what it is in the address, safe to repeat and to go on with.

`GET` says how much of an upload is here, `PUT ?offset=` sends the rest, `DELETE` gives it up. The upload's key is the
browser's own: the same key twice is the same document.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from admin.errors import TooLarge
from jobs.clients.storage import incoming, may_run
from jobs.clients.storage.incoming import Staged
from jobs.putting import document_key, keep
from models.document import Document
from models.errors import Denied, Invalid, NotFound, Unauthenticated
from models.filing.names import safe_folder, safe_name
from models.filing.store import Content
from models.filing.taking import Wanted, must_be_of, owner_of
from models.texts import N_
from settings import settings

NO_PROGRAMS = N_("“{name}” is a program. Programs do not belong into a client's folder.")


@dataclass(frozen=True)
class Upload:
    """What the address says: which document it will be, whose, and how large the whole file is."""

    key: UUID
    deal_id: UUID | None
    client_id: UUID | None
    wanted: Wanted
    size: int
    offset: int

    @classmethod
    def of(cls, request: Request) -> Upload:
        """Raises `Unauthenticated`, `Denied` without the right to add documents, `NotFound` for malformed keys."""
        actor, query = request.state.actor, request.query_params
        if actor is None:
            raise Unauthenticated
        if not actor.rights.may("document", "create"):
            raise Denied
        wanted = Wanted(
            safe_name(query.get("name", "")), safe_folder(query.get("folder", "")), query.get("kind", "")[:20],
            key_in(query, "policy_id"), key_in(query, "calculation_id"),
        )  # fmt: skip
        key = document_key(actor.id, request.path_params["upload"])
        sizes = (number_in(query, name) for name in ("size", "offset"))
        return cls(key, key_in(query, "deal_id"), key_in(query, "client_id"), wanted, *sizes)

    @property
    def is_staged(self) -> bool:
        """Whether a form that is not sent yet will say whose it is."""
        return self.deal_id is None and self.client_id is None


async def stand(request: Request) -> Response:
    """How far it is. Raises what a `PUT` would, so that nobody sends 200 MB in vain."""
    upload = Upload.of(request)
    if upload.size > settings.largest_document:
        raise TooLarge(N_("The file is larger than {megabytes} MB"), megabytes=settings.largest_document_mb)
    async with request.state.database.transaction(request.state.actor) as work:
        if (known := await work.get(Document, upload.key)) is not None:
            return told(known, is_twin=False)
        if not upload.is_staged:
            owner = await owner_of(work, upload.deal_id, upload.client_id)
            await must_be_of(work, owner, upload.wanted)
    return JSONResponse({"offset": await asyncio.to_thread(incoming().offset, upload.key)})


async def receive(request: Request) -> Response:
    """Write what is sent; when it is whole, take it in. Raises `TooLarge`, `Invalid` for programs."""
    upload = Upload.of(request)
    if not 0 <= upload.offset <= upload.size <= settings.largest_document:
        raise TooLarge(N_("The file is larger than {megabytes} MB"), megabytes=settings.largest_document_mb)
    await _must_see(request, upload)
    with incoming().held(upload.key):
        here = await incoming().append(upload.key, upload.offset, request.stream(), upload.size)
        if here < upload.size:
            return JSONResponse({"offset": here}, 202)
        content = await incoming().content(upload.key)
        if may_run(content.media_type):
            incoming().drop(upload.key)
            raise Invalid(NO_PROGRAMS, name=upload.wanted.name)
        if upload.is_staged:
            staged = Staged(str(request.state.actor.id), upload.wanted.name, upload.wanted.kind)
            await asyncio.to_thread(incoming().stage, upload.key, staged)
            return JSONResponse({"state": "staged", "name": upload.wanted.name, "size": upload.size})
        document, is_twin = await _keep(request, upload, content)
        incoming().drop(upload.key)
    return told(document, is_twin=is_twin)


async def give_up(request: Request) -> Response:
    """Forget an upload that is not wanted any more."""
    upload = Upload.of(request)
    with incoming().held(upload.key):
        incoming().drop(upload.key)
    return Response(status_code=204)


async def _keep(request: Request, upload: Upload, content: Content) -> tuple[Document, bool]:
    state, to = request.state, (upload.deal_id, upload.client_id)
    return await keep(state.database, state.actor, state.via, upload.key, to, upload.wanted, content, state.request_id)


async def _must_see(request: Request, upload: Upload) -> None:
    async with request.state.database.transaction(request.state.actor) as work:
        if not upload.is_staged:
            await owner_of(work, upload.deal_id, upload.client_id)


def told(document: Document, *, is_twin: bool) -> Response:
    """The document as the browser's script shows it."""
    state = "twin" if is_twin else "stored"
    return JSONResponse({"state": state, "id": str(document.id), "name": document.name, "folder": document.folder})


def key_in(query: QueryParams, name: str) -> UUID | None:
    """A key of the address. Raises `NotFound` for a malformed one."""
    try:
        return UUID(query[name]) if query.get(name) else None
    except ValueError:
        raise NotFound from None


def number_in(query: QueryParams, name: str) -> int:
    """A number of the address. Raises `NotFound` for anything else."""
    text = query.get(name, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise NotFound
    return int(text)
