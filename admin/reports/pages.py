"""Why hand-offs come back: by executor, seller, kind of task, reason, month; for those who answer for others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import _, choice_label
from admin.rendering import page
from models import clock
from models.choices import ReturnCause
from models.errors import Denied, Unauthenticated
from models.task.report import CAUSE, EXECUTOR, KIND, MONTH, SELLER, Counted, Period, counted, newest
from models.texts import N_

GROUPS = {
    EXECUTOR: N_("By executor"),
    SELLER: N_("By seller"),
    KIND: N_("By kind of task"),
    CAUSE: N_("By reason"),
    MONTH: N_("By month"),
}
DAYS = 90
"""The period where none is asked for."""


async def returns_page(request: Request) -> Response:
    """The report. Raises `Denied` for those who answer for themselves only."""
    actor = request.state.actor
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("task", "act_for_others"):
        raise Denied
    by = request.query_params.get("by", EXECUTOR)
    by = by if by in GROUPS else EXECUTOR
    period = period_of(request)
    async with request.state.database.transaction(actor) as work:
        rows = await counted(work, by, period)
        last = await newest(work, period)
    context: dict[str, Any] = {
        "groups": [(name, _(label)) for name, label in GROUPS.items()],
        "by": by,
        "period": period,
        "rows": [(label_of(by, row), row) for row in rows],
        "most": max((row.returns for row in rows), default=1),
        "total": sum(row.returns for row in rows),
        "newest": [(row, choice_label(ReturnCause, row.cause)) for row in last],
        "has_given": by not in (CAUSE, MONTH),
    }
    return page(request, "reports/returns.html", active="returns", **context)


def period_of(request: Request) -> Period:
    """The days of the address; what makes no sense is the last three months."""
    today = clock.today()
    first, last = day_of(request.query_params.get("from", "")), day_of(request.query_params.get("to", ""))
    last = last or today
    first = first or last - timedelta(days=DAYS)
    return Period(min(first, last), max(first, last))


def day_of(text: str) -> date | None:
    """A day as an address has it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def label_of(by: str, row: Counted) -> str:
    """What a group is called."""
    return choice_label(ReturnCause, row.key) if by == CAUSE else str(row.key)


ROUTES = [Route("/reports/returns", returns_page, name="returns")]
