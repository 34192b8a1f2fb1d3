"""Putting off in place: the days that a deal looks ahead to by itself, usual ones, and a day by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from admin.i18n import _, ngettext, show_day
from admin.rendering import fragment
from admin.views.base import View
from admin.views.record.showing import REASONS
from models.errors import NotFound
from models.texts import N_

AHEAD = text(
    "SELECT DISTINCT day, reason FROM crm.review_days(ARRAY[CAST(:deal AS uuid)]) WHERE day > :today ORDER BY day"
)
USUAL = (1, 3, 7, 14, 30)
"""Days from today on which people usually look again."""
SATURDAY = 5


class Proposal(NamedTuple):
    """A day, and why."""

    day: date
    label: str


async def review_page(request: Request, view: View) -> Response:
    """What one may put the record off to."""
    state, key = request.state, request.path_params["pk"]
    if "put_off" not in view.verbs:
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        await work.get_record(view.record, key)
        await work.widen()
        ahead = (await work.execute(AHEAD, {"deal": key, "today": work.today})).all()
        today = work.today
    return fragment(
        request,
        "parts/review.html",
        view=view,
        key=key,
        once=str(uuid7()),
        usual=usual(today),
        ahead=[Proposal(row.day, f"{show_day(row.day, today)}: {_(REASONS[row.reason])}") for row in ahead],
        tomorrow=today + timedelta(days=1),
    )


def usual(today: date) -> list[Proposal]:
    """Usual days; one that falls on a weekend is the Monday after it."""
    days = {n: workday(today + timedelta(days=n)) for n in USUAL}
    named = {1: _(N_("Tomorrow")), 7: _(N_("In a week")), 14: _(N_("In two weeks")), 30: _(N_("In a month"))}
    words = {n: named.get(n) or ngettext("In {n} day", "In {n} days", n) for n in USUAL}
    return [Proposal(day, f"{words[n]}, {show_day(day, today)}") for n, day in days.items()]


def workday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day
