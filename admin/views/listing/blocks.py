"""A long list by blocks: rows after or before a place, and the places where blocks begin.

A block is found by keys, as a page is; nothing is skipped by number, however far away it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, literal_column, select
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from admin.rendering import fragment
from admin.views.base import View
from admin.views.listing.asked import asked, whole
from admin.views.listing.pages import drawn_rows, ends_of, rows_of, titles_of, visible_fields
from admin.views.listing.patience import WHOLE
from admin.views.listing.places import cursor_text
from admin.views.listing.prepared import run
from admin.views.listing.sight import sees_little
from admin.views.listing.statement import COUNTED_UP_TO, Listing
from models import clock

BLOCK = 50
"""Rows that come at a time; `static/js/long.js` has the same number."""
MOST_BLOCKS = 6


async def block_page(request: Request, view: View) -> Response:
    """Rows after or before a place, with the places of the first and the last of them; no count, no panels."""
    actor = request.state.actor
    wanted = replace(asked(view, request.query_params, actor.rights), page=1, group=None)
    wanted = replace(wanted, size=size_of(request.query_params))
    fields = visible_fields(view, actor, wanted.chosen)
    async with request.state.database.transaction(actor, first=WHOLE) as work:
        listing = Listing(wanted, actor, clock.today(), await sees_little(work, view, actor))
        found = await rows_of(work, listing, fields)
        titles = await titles_of(work, wanted)
    is_more, rows = len(found) > wanted.size, found[: wanted.size]
    if wanted.cursor and wanted.cursor.back:
        rows = rows[::-1]
    drawn = drawn_rows(listing, fields, rows, titles) if rows else ""
    return fragment(
        request, "parts/list_block.html", rows=drawn, ends=ends_of(wanted, rows), is_more=is_more,
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def size_of(query: QueryParams) -> int:
    """How many rows are wanted, in whole blocks, so that there are few statements."""
    blocks = -(-(whole(query.get("per", ""), 1, BLOCK * MOST_BLOCKS) or BLOCK) // BLOCK)
    return blocks * BLOCK


def places_of(listing: Listing, every: int) -> Select[Any]:
    """Key and order's values of every so-manieth row, as far as rows are counted."""
    keys = listing.page_of_keys(COUNTED_UP_TO)
    values = listing.sorted(keys)
    number = func.row_number().over(order_by=listing.order.direction(values, keys.c.id)).label("n")
    found = select(number, keys.c.id, *values).subquery("found")
    return select(*list(found.c)[1:]).where(found.c.n % literal_column(str(every)) == 0).order_by(found.c.n)


async def places_page(request: Request, view: View) -> Response:
    """Where the blocks of a list begin (every fiftieth row), and how many rows there are, as far as counted."""
    actor = request.state.actor
    wanted = replace(asked(view, request.query_params, actor.rights), size=COUNTED_UP_TO, page=1, group=None)
    async with request.state.database.transaction(actor, first=WHOLE) as work:
        listing = Listing(wanted, actor, clock.today(), await sees_little(work, view, actor))
        rows = await run(work, listing, f"places {BLOCK}", lambda: places_of(listing, BLOCK))
        number = int((await run(work, listing, "count", listing.count))[0][0])
    places = [cursor_text(row[1], row[0], tuple(row)[2:]) for row in rows]
    told = {"places": places, "rows": min(number, COUNTED_UP_TO), "more": number > COUNTED_UP_TO}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})
