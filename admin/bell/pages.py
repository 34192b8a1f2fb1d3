"""The bell over HTTP: its number, its list by deals, opening one, reading all."""

from __future__ import annotations

from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.rendering import fragment, is_partial, page
from models.errors import NotFound, Unauthenticated
from models.notification import Notification
from models.session import Database, Work

SHOWN = 40
COUNTED = 99


class Group(NamedTuple):
    """What one was told of one deal in a row."""

    body: str
    notices: list[Notification]


def signed_in(request: Request) -> Database:
    """The door's database. Raises `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    database: Database = request.state.database
    return database


async def count_page(request: Request) -> Response:
    """How many are unread."""
    state = request.state
    async with signed_in(request).transaction(state.actor) as work:
        number = await unread(work)
    return fragment(request, "bell/count.html", number=number, most=COUNTED)


async def list_page(request: Request) -> Response:
    """The newest ones, unread ones marked, those of one deal together."""
    state, database = request.state, signed_in(request)
    newest = (
        select(Notification)
        .where(Notification.user_id == state.actor.id)
        .order_by(Notification.created_at.desc(), Notification.id)
        .limit(SHOWN)
    )
    async with database.transaction(state.actor) as work:
        found = (await work.scalars(newest)).all()
    groups = [Group(of[0].body or "", of) for of in (list(part) for _deal, part in groupby(found, lambda n: n.deal_id))]
    context: dict[str, Any] = {"groups": groups, "number": sum(one.read_at is None for one in found)}
    if is_partial(request):
        return fragment(request, "bell/list.html", **context)
    return page(request, "bell/page.html", **context)


async def open_page(request: Request) -> Response:
    """Read one and go to its place. Raises `NotFound` for another's."""
    state, key = request.state, request.path_params["pk"]
    async with signed_in(request).transaction(state.actor, state.via, "notification.read") as work:
        notice = await work.get_record(Notification, key, lock=True)
        if notice.user_id != state.actor.id:
            raise NotFound
        if notice.read_at is None:
            await Notification.__verbs__["read"].do(notice, work.act())
    to = notice.url or "/admin/bell"
    if is_partial(request):
        return Response(headers={"HX-Redirect": to})
    return RedirectResponse(to, 303)


async def read_all(request: Request) -> Response:
    """Nothing is unread any more."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor, state.via, "notification.read_all") as work:
        mine = update(Notification).where(Notification.user_id == state.actor.id, Notification.read_at.is_(None))
        await work.execute(mine.values(read_at=work.at).execution_options(synchronize_session=False))
    return await list_page(request)


async def unread(work: Work) -> int:
    """The number of unread ones, up to what is shown."""
    mine = (
        select(Notification.id)
        .where(Notification.user_id == work.actor.id, Notification.read_at.is_(None))
        .limit(COUNTED + 1)
    )
    return int(await work.scalar(select(func.count()).select_from(mine.subquery())) or 0)


ROUTES = (
    Route("/bell", list_page, name="bell"),
    Route("/bell/count", count_page, name="bell_count"),
    Route("/bell/read", read_all, methods=["POST"], name="bell_read"),
    Route("/bell/open/{pk:uuid}", open_page, methods=["POST"], name="bell_open"),
)
