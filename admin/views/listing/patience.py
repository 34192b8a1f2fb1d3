"""How long a list may be asked for: a page never hangs, it says that it takes too long; a slow number comes later."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin.i18n import show_number
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.branches import is_led, is_own
from admin.views.listing.filters import Filter
from admin.views.listing.prepared import run
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import COUNTED_UP_TO, Listing
from models import clock
from models.errors import Refused
from models.session import Work
from settings import settings

WHOLE = "SET LOCAL statement_timeout = '5s'"
"""For a list, its groups, its sums, a board, a calendar."""
AT_ONCE = "SAVEPOINT counting; SET LOCAL statement_timeout = '{milliseconds}ms'"
LEFT = "ROLLBACK TO SAVEPOINT counting"
CANCELLED = "57014"


def ran_out(error: BaseException) -> bool:
    """Whether a statement was ended because it took too long."""
    found: BaseException | None = error
    while found is not None:
        if getattr(found, "sqlstate", None) == CANCELLED:
            return True
        found = found.__cause__
    return False


async def number_at_once(work: Work, listing: Listing) -> int | None:
    """How many rows a narrowed list has, if that is soon told; nothing may be asked of the work afterwards.

    What looks into other tables is counted after the page; what one index has is counted at once.
    """
    asks = [one for one in listing.asked.all_filters if one.asks]
    if not all(is_own(one) for one in asks):
        return None
    if not listing.asked.is_narrowed or is_led_alone(listing, asks):
        return await number_of(work, listing)
    await work.driver.tell(AT_ONCE.format(milliseconds=settings.count_within_ms))
    try:
        return await number_of(work, listing)
    except Exception as error:
        if not ran_out(error):
            raise
        await work.driver.tell(LEFT)
        return None


def is_led_alone(listing: Listing, asks: Sequence[Filter]) -> bool:
    """Whether nothing but one condition narrows the list, or one in each part, and an index has its rows."""
    asked = listing.asked
    each = len(asked.filters) == len(asks) == 1 or (not asked.filters and len(asks) == len(asked.alternatives))
    return each and not asked.term and not asked.slices and all(is_led(listing.view.table, one) for one in asks)


async def number_of(work: Work, listing: Listing) -> int:
    """How many rows a list has, counted up to `COUNTED_UP_TO` and one more."""
    return int((await run(work, listing, "count", listing.count))[0][0])


async def number_page(request: Request, view: View) -> Response:
    """The number of a list that was shown without it; nothing where that takes too long as well."""
    actor = request.state.actor
    wanted = asked(view, request.query_params, actor.rights)
    try:
        async with request.state.database.transaction(actor) as work:
            await work.driver.tell(WHOLE)
            few = await sees_little(work, view, actor)
            number = await number_of(work, await spelled(work, Listing(wanted, actor, clock.today(), few)))
    except Refused as problem:
        if not ran_out(problem):
            raise
        return Response(status_code=204)
    is_bound = number > COUNTED_UP_TO
    return HTMLResponse(show_number(min(number, COUNTED_UP_TO)) + ("+" if is_bound else ""))
