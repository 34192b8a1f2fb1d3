"""The board over HTTP: as a part of the list's page, drawn anew after each change, grown column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from admin.boards.columns import MOST_PER_COLUMN, PER_COLUMN, Column, columns_of, fill, money_of, sums_of
from admin.boards.looks import Look, Shape, asked_for
from admin.boards.ways import ways_of
from admin.rendering import fragment, part
from admin.views.base import View
from admin.views.listing.asked import Asked, whole
from admin.views.listing.fields import Field
from admin.views.listing.pages import visible_fields
from admin.views.listing.patience import WHOLE, ran_out
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import Listing
from models import clock
from models.actor import Actor
from models.errors import NotFound, Refused
from models.session import Work


async def board_html(work: Work, wanted: Asked, look: Look, actor: Actor, source: str) -> Markup:
    """The board of a list; `source` is the address from which it is drawn anew."""
    listing = await listing_of(work, wanted, actor)
    fields = visible_fields(wanted.view, actor, wanted.chosen)
    size = whole(wanted.query.get("cards", ""), PER_COLUMN, MOST_PER_COLUMN) or PER_COLUMN
    columns = await columns_of(work, listing, look, fields, size)
    context = shared(wanted, look, actor, fields)
    return part("boards/board.html", columns=columns, source=source, size=size, **context)


async def board_page(request: Request, view: View) -> Response:
    """The board alone: what a page that has it fetches after a change. Raises `NotFound` for what is no board."""
    state = request.state
    wanted, look = asked_for(request, view, Shape.BOARD)
    source = f"{request.url.path}?{request.url.query}"
    async with state.database.transaction(state.actor) as work:
        board = await board_html(work, wanted, look, state.actor, source)
    return fragment(request, "boards/alone.html", html=board)


async def cards_page(request: Request, view: View) -> Response:
    """More cards of one column. Raises `NotFound` for a value that the board has not."""
    state = request.state
    wanted, look = asked_for(request, view, Shape.BOARD)
    value, number = request.query_params.get("lane", ""), whole(request.query_params.get("nth", ""), 1, 1000) or 1
    known = [str(option) for option in look.field.choices]
    if value not in (*known, *([""] if look.field.column.nullable else [])):
        raise NotFound
    ends = ways_of(view, look.field, state.actor.rights).ends(value)
    column = Column(value, "", " ".join(ends), page=number)
    fields = visible_fields(view, state.actor, wanted.chosen)
    async with state.database.transaction(state.actor) as work:
        listing = await listing_of(work, wanted, state.actor)
        await fill(work, listing, look.field, fields, column, PER_COLUMN)
    context = shared(wanted, look, state.actor, fields)
    return fragment(request, "boards/cards.html", column=column, size=PER_COLUMN, **context)


async def sums_page(request: Request, view: View) -> Response:
    """The heads of the columns: counted after the board, which does not wait for it."""
    state = request.state
    wanted, look = asked_for(request, view, Shape.BOARD)
    money = money_of(visible_fields(view, state.actor, wanted.chosen))
    try:
        async with state.database.transaction(state.actor) as work:
            await work.driver.tell(WHOLE)
            sums = await sums_of(work, await listing_of(work, wanted, state.actor), look.field, money)
    except Refused as problem:
        if not ran_out(problem):
            raise
        return Response(status_code=204)
    values = [str(option) for option in look.field.choices] + ([""] if look.field.column.nullable else [])
    return fragment(request, "boards/sums.html", sums=sums, values=values, money=money)


async def listing_of(work: Work, wanted: Asked, actor: Actor) -> Listing:
    """The statements of the list; a term that finds nothing is tried in the other layout, as the list tries it."""
    little = await sees_little(work, wanted.view, actor)
    return await spelled(work, Listing(wanted, actor, clock.today(), little, is_whole=True))


def shared(wanted: Asked, look: Look, actor: Actor, fields: Sequence[Field]) -> dict[str, Any]:
    """What the templates of a board need beside its columns."""
    view = wanted.view
    return {
        "view": view,
        "look": look,
        "query": wanted.address()[1:],
        "may_move": ways_of(view, look.field, actor.rights).any,
        "may_read": actor.rights.may(view.identity, "read"),
        "money": money_of(fields),
    }
