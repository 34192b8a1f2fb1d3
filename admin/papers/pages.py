"""The doors of papers: `/admin/act/{pk}/print`, its PDF and workbook, and the same of a pay-out sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import LOCALES, current_locale, use_locale
from admin.papers import act, payout
from admin.papers.paper import Paper
from admin.papers.pdf import pdf_of
from admin.papers.workbook import workbook_of
from admin.rendering import page
from models.errors import NotFound, Unauthenticated
from models.session import Work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Reading = Callable[[Work, Any], Awaitable[Any]]
KINDS: dict[str, tuple[Reading, Callable[[Any], Paper]]] = {
    "act": (act.read_act, act.paper_of),
    "payout": (payout.read_payout, payout.paper_of),
}


def must_read(request: Request, identity: str) -> None:
    """Raises `Unauthenticated` for a stranger, `NotFound` for one whose role does not read such papers."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may(identity, "read"):
        raise NotFound


async def read_paper(request: Request, identity: str) -> Paper:
    """The paper that the address names, in the language that it asks for. Raises `NotFound`."""
    must_read(request, identity)
    if (language := request.query_params.get("lang", "")) in LOCALES:
        use_locale(language)
    read, worded = KINDS[identity]
    state = request.state
    async with state.database.transaction(state.actor) as work:
        file = await read(work, request.path_params["pk"])
    return worded(file)


def printed(identity: str) -> Callable[[Request], Awaitable[Response]]:
    """The page to print."""

    async def door(request: Request) -> Response:
        paper = await read_paper(request, identity)
        at = f"/admin/{identity}/{request.path_params['pk']}"
        context: dict[str, Any] = {
            "paper": paper,
            "at": at,
            "back": f"/admin/{identity}/details/{request.path_params['pk']}",
        }
        return page(request, "papers/paper.html", language=current_locale(), languages=LOCALES, **context)

    return door


def filed(identity: str, ending: str, draw: Callable[[Paper], bytes], kind: str) -> Any:
    """The same as a file."""

    async def door(request: Request) -> Response:
        paper = await read_paper(request, identity)
        content = await asyncio.to_thread(draw, paper)
        return file_of(content, f"{paper.file_name}.{ending}", kind)

    return door


def file_of(content: bytes, name: str, kind: str) -> Response:
    """An answer that is kept as a file under a name with Russian letters."""
    plain = name.rpartition(".")[2]
    disposition = f"attachment; filename=\"paper.{plain}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=kind, headers={"content-disposition": disposition})


ROUTES = [
    route
    for one in KINDS
    for route in (
        Route(f"/{one}/{{pk:uuid}}/print", printed(one), name=f"{one}_print"),
        Route(f"/{one}/{{pk:uuid}}/paper.pdf", filed(one, "pdf", pdf_of, "application/pdf"), name=f"{one}_pdf"),
        Route(f"/{one}/{{pk:uuid}}/paper.xlsx", filed(one, "xlsx", workbook_of, XLSX), name=f"{one}_xlsx"),
    )
]
