"""Files of insurers on their way to drafts: `/admin/statements/new`, and what becomes of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import say
from admin.importing.receiving import receive_all
from admin.importing.showing import worded
from admin.rendering import fragment, page
from admin.statements.gate import must_bring_statements, own_upload
from jobs import uploads
from jobs.statements.bringing import COLUMNS, INSURER, SAME
from jobs.uploads import Phase, Upload
from jobs.uploads.folder import State
from jobs.uploads.starting import start
from models.catalogue import Insurer
from models.errors import Invalid, NotFound
from models.session import Work
from models.statement import Statement

BUSY = (Phase.READING, Phase.WRITING)


@dataclass(frozen=True)
class Shown:
    """An upload as the page tells of it."""

    upload: Upload
    state: State
    sentence: str
    statement: Statement | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is being read."""
        return self.state.phase in BUSY

    @property
    def is_made(self) -> bool:
        """Whether a new draft has come of it."""
        return self.state.phase is Phase.WRITTEN and self.statement is not None and not self.is_known

    @property
    def is_known(self) -> bool:
        """Whether this very file was here already."""
        return bool(self.state.counts.get("known"))


async def choose(request: Request) -> Response:
    """The form; files that are posted are read, one after the other."""
    must_bring_statements(request)
    if request.method == "GET":
        return await form(request)
    try:
        found, fields = await receive_all(request, uploads.STATEMENT)
    except Invalid as problem:
        return await form(request, say(problem), 422)
    for upload in found:
        upload.tell_more(insurer=await known_insurer(request, fields.get("insurer", "")))
    first, *others = found
    await start("statement", first, request.state.database, request.state.actor, *others)
    return RedirectResponse(f"/admin/statements/uploads?{keys_of(found)}", 303)


async def form(request: Request, sentence: str = "", status: int = 200) -> Response:
    """The place for files."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        insurers = await insurers_of(work)
    megabytes = uploads.LARGEST // 1024 // 1024
    return page(
        request, "statements/new.html", status=status, active="statement", insurers=insurers, sentence=sentence,
        megabytes=megabytes,
    )  # fmt: skip


async def show(request: Request) -> Response:
    """How far the files are; one file that has become a draft leads to it."""
    found = await shown(request)
    made = found[0].statement if found[0].is_made else None
    if len(found) == 1 and made is not None:
        return RedirectResponse(f"/admin/statements/{made.id}", 303)
    return page(request, "statements/uploads.html", **await context_of(request, found))


async def status(request: Request) -> Response:
    """The list alone, asked for again and again; when all is over the page loads anew."""
    found = await shown(request)
    if not any(one.is_busy for one in found):
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "statements/upload_list.html", **await context_of(request, found))


async def go_on(request: Request) -> Response:
    """Say whose it is, or that the same lines are meant: the file is read again."""
    upload = own_upload(request)
    data = await request.form(max_files=0)
    state = await asyncio.to_thread(upload.state)
    if state.phase is Phase.ASKS and state.asks == SAME:
        await begin_again(request, upload, anyway="yes")
    elif state.phase is Phase.ASKS and state.asks == INSURER:
        insurer = await known_insurer(request, str(data.get("insurer") or ""))
        if insurer:
            await begin_again(request, upload, insurer=insurer)
    return RedirectResponse(f"/admin/statements/uploads?{keys_of([upload])}", 303)


async def begin_again(request: Request, upload: Upload, **told: str) -> None:
    """Keep what the person has said and read the file again."""
    upload.tell_more(**told)
    await start("statement", upload, request.state.database, request.state.actor)


async def shown(request: Request) -> list[Shown]:
    """The uploads of the address, each with its state and the statement that came of it. Raises `NotFound`."""
    must_bring_statements(request)
    state = request.state
    try:
        keys = [UUID(text) for text in request.query_params.getlist("key")]
    except ValueError:
        raise NotFound from None
    found = [uploads.find(key, state.actor.id, uploads.STATEMENT) for key in keys]
    if not found:
        raise NotFound
    states = [await asyncio.to_thread(one.state) for one in found]
    async with state.database.transaction(state.actor) as work:
        made = {UUID(one.result) for one in states if one.result}
        rows = await work.scalars(select(Statement).where(Statement.id.in_(made), Statement.deleted_at.is_(None)))
        statements = {str(row.id): row for row in rows}
    return [
        Shown(one, told, worded(told.problem), statements.get(told.result))
        for one, told in zip(found, states, strict=True)
    ]


async def context_of(request: Request, found: list[Shown]) -> dict[str, Any]:
    """What the list of uploads shows."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        insurers = await insurers_of(work)
    return {
        "active": "statement",
        "found": found,
        "insurers": insurers,
        "keys": keys_of([one.upload for one in found]),
        "asks": {"columns": COLUMNS, "insurer": INSURER, "same": SAME},
        "is_busy": any(one.is_busy for one in found),
    }


async def insurers_of(work: Work) -> list[tuple[UUID, str]]:
    """Insurers and aggregators by name."""
    rows = await work.execute(
        select(Insurer.id, Insurer.name).where(Insurer.deleted_at.is_(None), Insurer.is_active).order_by(Insurer.name)
    )
    return [(row.id, row.name) for row in rows]


async def known_insurer(request: Request, told: str) -> str:
    """The key of an insurer that there is; nothing where none was chosen."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        return told if told in {str(key) for key, _name in await insurers_of(work)} else ""


def keys_of(found: list[Upload]) -> str:
    """Uploads as an address names them."""
    return "&".join(f"key={one.id}" for one in found)
