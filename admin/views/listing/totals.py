"""The sums of everything that a list's address matches: asked for after the list, which does not wait for them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import show_money
from admin.many.offers import offers_of
from admin.rendering import fragment
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.cells import RIGHT, spare_of
from admin.views.listing.fields import Kind
from admin.views.listing.pages import visible_fields
from admin.views.listing.patience import WHOLE, ran_out
from admin.views.listing.prepared import run
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import Listing
from models import clock
from models.errors import Refused


async def totals_page(request: Request, view: View) -> Response:
    """The foot of the list's table."""
    actor = request.state.actor
    wanted = asked(view, request.query_params, actor.rights)
    fields = visible_fields(view, actor, wanted.chosen)
    summed = [field for field in fields if field.kind is Kind.MONEY]
    picks = bool(offers_of(view, actor, in_trash=wanted.in_trash))
    try:
        async with request.state.database.transaction(actor) as work:
            await work.driver.tell(WHOLE)
            whole = Listing(wanted, actor, clock.today(), await sees_little(work, view, actor), is_whole=True)
            listing = await spelled(work, whole)
            what = "sums " + " ".join(field.name for field in summed)
            number, *sums = (await run(work, listing, what, lambda: listing.sums(summed)))[0]
    except Refused as problem:
        if not ran_out(problem):
            raise
        return fragment(request, "parts/list_too_slow.html", width=len(fields) + picks)
    shown = {field.name: show_money(value or 0) for field, value in zip(summed, sums, strict=True)}
    spare = spare_of(view, fields)
    cells = [(shown.get(field.name, ""), field.kind in RIGHT, field.name in spare, field.label) for field in fields[1:]]
    here = f"{request.url.path}?{request.url.query}"
    return fragment(request, "parts/list_totals.html", cells=cells, number=number, picks=picks, here=here)
