"""One's own Telegram: a code that links a chat, and its end."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.rendering import page
from admin.toasts import toast
from models.errors import NotFound, Unauthenticated
from models.session import Database
from models.telegram import CODE_LASTS, link_of, new_code, unlink
from models.texts import N_
from settings import settings

HERE = "/admin/telegram"


def signed_in(request: Request) -> Database:
    """The door's database. Raises `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    database: Database = request.state.database
    return database


async def show(request: Request, code: str = "") -> Response:
    """Whether a chat is linked, and how to link one."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor) as work:
        found = await link_of(work, state.actor.id)
    minutes = int(CODE_LASTS.total_seconds() // 60)
    is_on = bool(settings.telegram_token)
    return page(request, "telegram.html", link=found, code=code, minutes=minutes, is_on=is_on)


async def make_code(request: Request) -> Response:
    """A new code, shown once. Raises `NotFound` where Telegram is off."""
    state, database = request.state, signed_in(request)
    if not settings.telegram_token:
        raise NotFound
    async with database.transaction(state.actor, state.via, "telegram.code") as work:
        code = await new_code(work)
    return await show(request, code)


async def end_link(request: Request) -> Response:
    """The chat is nobody's any more."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor, state.via, "telegram.unlink") as work:
        await unlink(work, state.actor.id)
    return toast(request, RedirectResponse(HERE, 303), N_("Telegram is no longer linked."))


ROUTES = (
    Route("/telegram", show, name="telegram"),
    Route("/telegram/code", make_code, methods=["POST"], name="telegram_code"),
    Route("/telegram/unlink", end_link, methods=["POST"], name="telegram_unlink"),
)
