"""The doors of closing: `/admin/months` and what is asked before a month is closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import _, say
from admin.months.rows import cells, line_of, lines_of
from admin.months.words import month_of, named, show_month
from admin.rendering import fragment, is_partial, page
from admin.views.record.replies import saved
from admin.views.registry import view_named
from models.errors import Denied, NotFound, Problem, Unauthenticated
from models.month import ClosedMonth
from models.month.record import open_until
from settings import settings

HERE = "/admin/months"


def must_see(request: Request) -> Any:
    """The request's state. Raises `Unauthenticated`; `Denied` for who does not close months."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("closed-month", "close"):
        raise Denied
    return request.state


async def months_page(request: Request) -> Response:
    """The months with their figures; the oldest open one first, with its checklist. A part of the page for htmx."""
    state = must_see(request)
    async with state.database.transaction(state.actor) as work:
        lines = await lines_of(work)
    waiting = [line for line in lines if line.closed is None and (line.is_over or settings.close_running_month)]
    newest = next((line for line in lines if line.closed is not None), None)
    context: dict[str, Any] = {
        "lines": lines,
        "next": waiting[-1] if waiting else None,
        "newest": newest,
        "view": view_named("closed-month"),
        "may_reopen": state.actor.rights.may("closed-month", "reopen"),
        "show_month": show_month,
        "cells": cells,
        "named": named,
    }
    if is_partial(request):
        return fragment(request, "months/list.html", **context)
    return page(request, "months/page.html", active="months", **context)


async def close(request: Request) -> Response:
    """Say what is still open, then close: with the months before it that are open."""
    state, month = must_see(request), asked_month(request)
    if request.method == "GET":
        return await ask(request, month)
    try:
        async with state.database.transaction(
            state.actor, state.via, "closed-month.close", asked={"month": month.isoformat()},
            request_id=state.request_id,
        ) as work:  # fmt: skip
            await ClosedMonth.close(work, month, earlier=True, running=settings.close_running_month)
    except Problem as problem:
        return await ask(request, month, problem)
    return saved(request, _("Closed: {month}", month=named(month)), HERE)


async def ask(request: Request, month: date, problem: Problem | None = None) -> Response:
    """The dialog, with the months that will be closed and what is open in them."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        months = await open_until(work, month)
        line = await line_of(work, month)
    context: dict[str, Any] = {
        "line": line, "months": months, "action": request.url.path, "show_month": show_month,
        "named": named,
        "sentence": told(problem) if problem else "",
    }  # fmt: skip
    status = problem.status if problem else 200
    if is_partial(request):
        return fragment(request, "months/close.html", status=status, **context)
    return page(request, "months/close_page.html", status=status, active="months", **context)


def told(problem: Problem) -> str:
    """The sentence: of the month, where that is what is wrong."""
    return say(getattr(problem, "fields", {}).get("month", problem))


def asked_month(request: Request) -> date:
    """The month of the address. Raises `NotFound`."""
    found = month_of(request.path_params["month"])
    if found is None:
        raise NotFound
    return found


ROUTES = (
    Route("/months", months_page, name="months"),
    Route("/months/{month}/close", close, methods=["GET", "POST"], name="month_close"),
)
