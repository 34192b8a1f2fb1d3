"""The rows of one group, opened below its line."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from admin.many.offers import offers_of
from admin.rendering import fragment
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.pages import find, visible_fields

ROWS = 50
"""Rows of a group that open in their place; the others are a list of their own."""


async def rows_page(request: Request, view: View) -> Response:
    """The first rows of a group, to stand below its line, and the way to all of them."""
    actor = request.state.actor
    wanted = replace(asked(view, request.query_params, actor.rights), size=ROWS, page=1, cursor=None, group=None)
    fields = visible_fields(view, actor, wanted.chosen)
    async with request.state.database.transaction(actor) as work:
        found = await find(work, wanted, actor, fields)
    picks = bool(offers_of(view, actor, in_trash=wanted.in_trash))
    return fragment(
        request, "parts/list_group_rows.html", view=view, rows=found.drawn, more=found.is_more,
        address=wanted.address(), width=len(fields) + picks,
    )  # fmt: skip
