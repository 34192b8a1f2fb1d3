"""The calendar over HTTP: a month or a week of a list, a day unfolded; on a phone the days with something on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from admin.boards.dating import verb_that_sets, writes
from admin.boards.days import IN_DAY, Day, beside, days_of, fill
from admin.boards.looks import AROUND, Look, Shape, Span, asked_for, day_of
from admin.boards.pages import listing_of
from admin.i18n import _
from admin.rendering import fragment, part
from admin.views.base import View
from admin.views.listing.asked import Asked
from admin.views.listing.pages import visible_fields
from models import clock
from models.actor import Actor
from models.errors import NotFound
from models.session import Work
from models.texts import N_

MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


async def calendar_html(work: Work, wanted: Asked, look: Look, actor: Actor, source: str) -> Markup:
    """The calendar of a list; `source` is the address from which it is drawn anew."""
    today = clock.today()
    around = look.around or today
    fields = visible_fields(wanted.view, actor, wanted.chosen)
    days = await days_of(work, await listing_of(work, wanted, actor), look, fields, around)
    return part(
        "boards/calendar.html",
        days=days,
        weekdays=WEEKDAYS,
        title=title_of(look.span, around, days),
        places=places_of(wanted, look, around, today),
        source=source,
        today=today,
        **shared(wanted, look, actor),
    )


async def calendar_page(request: Request, view: View) -> Response:
    """The calendar alone: what a page that has it fetches after a change. Raises `NotFound` for what is no calendar."""
    state = request.state
    wanted, look = asked_for(request, view, Shape.CALENDAR)
    source = f"{request.url.path}?{request.url.query}"
    async with state.database.transaction(state.actor) as work:
        drawn = await calendar_html(work, wanted, look, state.actor, source)
    return fragment(request, "boards/alone.html", html=drawn)


async def day_page(request: Request, view: View) -> Response:
    """A day unfolded: all of its records, up to a bound. Raises `NotFound` for what is no day."""
    state = request.state
    wanted, look = asked_for(request, view, Shape.CALENDAR)
    if (day := day_of(request.query_params.get("day_shown", ""))) is None:
        raise NotFound
    found = {day: Day(day, False)}
    fields = visible_fields(view, state.actor, wanted.chosen)
    async with state.database.transaction(state.actor) as work:
        await fill(work, await listing_of(work, wanted, state.actor), look.field, fields, found, IN_DAY)
    name = look.field.name
    only = {"as": None, "by": None, "span": None, f"{name}.from": day.isoformat(), f"{name}.to": day.isoformat()}
    address = f"/admin/{view.identity}/list{wanted.address(day_shown=None, **only)}"
    context = shared(wanted, look, state.actor)
    return fragment(request, "boards/day.html", day=found[day], address=address, today=clock.today(), **context)


def title_of(span: Span, around: date, days: Sequence[Day]) -> str:
    """The month, or the first and the last day of the week."""
    if span is Span.MONTH:
        return f"{_(MONTHS[around.month - 1])} {around.year}"
    first, last = days[0].day, days[-1].day
    return f"{first:%d.%m} – {last:%d.%m.%Y}"


def places_of(wanted: Asked, look: Look, around: date, today: date) -> dict[str, str]:
    """Where the calendar leads: the span before, today, the span after, and the other span."""
    other = None if look.span is Span.WEEK else Span.WEEK.value

    def at(day: date, **more: Any) -> str:
        return wanted.address(**{AROUND: day.isoformat()}, **more)

    return {
        "before": at(beside(look.span, around, -1)),
        "today": wanted.address(),
        "after": at(beside(look.span, around, 1)),
        "other": at(around if look.span is Span.MONTH else around + timedelta(days=3 - around.weekday()), span=other),
    }


def shared(wanted: Asked, look: Look, actor: Actor) -> dict[str, Any]:
    """What the templates of a calendar need beside its days."""
    view = wanted.view
    may_move = writes(view, look.field.name, actor.rights) or verb_that_sets(view, look.field.name, actor.rights)
    return {
        "view": view,
        "look": look,
        "query": wanted.address()[1:],
        "may_move": bool(may_move),
        "may_read": actor.rights.may(view.identity, "read"),
    }
