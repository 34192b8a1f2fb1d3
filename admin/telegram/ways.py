"""`/admin/way/CODE`: the bot's one-time links. Looking uses nothing up, since chats open links to show a preview."""

from __future__ import annotations

from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.rendering import page
from admin.telegram.pages import signed_in
from admin.views.record.children import anchor_of
from admin.views.registry import load
from models.ways import GOOD_FOR, Over, follow


async def ask(request: Request) -> Response:
    """The page with the button; it says the same of every code."""
    signed_in(request)
    return page(request, "way.html", minutes=int(GOOD_FOR.total_seconds() // 60))


async def go(request: Request) -> Response:
    """Use the code up and lead on. Raises `Over`."""
    state, database = request.state, signed_in(request)
    action = {"request_id": state.request_id}
    async with database.transaction(state.actor, state.via, "telegram.follow", **action) as work:
        identity, key = await follow(work, request.path_params["code"])
    return RedirectResponse(place(identity, key), 303)


def place(identity: str, key: UUID) -> str:
    """Where a record is worked with: a call in its form, a deal at its files. Raises `Over` for any other."""
    match identity:
        case "intake-draft":
            return f"/admin/intake/{key}"
        case "deal":
            files = next(one for one in load()["deal"].children if one.identity == "document")
            return f"/admin/deal/details/{key}#{anchor_of(files, key)}"
    raise Over


ROUTES = (
    Route("/way/{code:str}", ask, methods=["GET"], name="way"),
    Route("/way/{code:str}", go, methods=["POST"], name="way_follow"),
)
