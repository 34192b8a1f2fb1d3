"""Pay-out sheets for everyone at once, and one's own earnings: `/admin/payouts/make`, `/admin/earnings`."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.i18n import _, ngettext, say
from admin.papers.words import month_name
from admin.rendering import page
from admin.toasts import toast
from admin.views.record.replies import posted
from models import clock
from models.actor import Actor, Scope
from models.choices import ExpenseKind
from models.dates import add_months
from models.errors import Denied, NotFound, Problem, Unauthenticated
from models.own_shares import WaitsFor, earnings_of
from models.paper import PayoutStatus, Period
from models.sheets import make_sheets, owed_until

MONTHS_BACK = 12


def must_make(actor: Actor | None) -> None:
    """Raises `Unauthenticated`, `NotFound` without the right, `Denied` to those who do not see every deal."""
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("payout", "make"):
        raise NotFound
    if actor.scope is not Scope.ALL:
        raise Denied


async def make_page(request: Request) -> Response:
    """Who is owed what at the end of a month; making the sheets is one action."""
    must_make(request.state.actor)
    if request.method == "POST":
        return await make(request)
    return await show(request, month_of(request.query_params.get("month", "")))


async def show(request: Request, period: Period, *, sentence: str = "", status: int = 200) -> Response:
    """The page."""
    state = request.state
    with_clients = request.query_params.get("clients") == "1"
    async with state.database.transaction(state.actor) as work:
        owed = await owed_until(work, period.last, with_clients=with_clients)
    context: dict[str, Any] = {
        "owed": owed, "period": period, "months": months(), "with_clients": with_clients, "sentence": sentence,
        "month": f"{period.first:%Y-%m}",
    }  # fmt: skip
    return page(request, "papers/make.html", status=status, active="payout", **context)


async def make(request: Request) -> Response:
    """Make the sheets of those who were chosen."""
    state = request.state
    data = await posted(request)
    period = month_of(str(data.get("month") or ""))
    chosen = [str(key) for key in data.getlist("payee")]
    try:
        async with state.database.transaction(
            state.actor, state.via, "payout.make", request_id=state.request_id
        ) as work:
            sheets = await make_sheets(work, period, only=chosen, with_clients=True)
            action = work.action_id if sheets else None
    except Problem as problem:
        return await show(request, period, sentence=say(problem), status=problem.status)
    sentence = ngettext("{n} pay-out sheet made", "{n} pay-out sheets made", len(sheets))
    to = f"/admin/payout/list?period_to={period.last.isoformat()}"
    return toast(request, RedirectResponse(to, 303), sentence, undo=action)


def month_of(told: str) -> Period:
    """The month of the address, `2026-11`; the one that is over where it names none."""
    try:
        day = date.fromisoformat(f"{told}-01")
    except ValueError:
        return Period.month_before(clock.today())
    return Period.month_of(day) if 2000 <= day.year <= 2200 else Period.month_before(clock.today())


def months() -> list[tuple[str, str]]:
    """The months that may be chosen, the newest first: the address and the name."""
    first = clock.today().replace(day=1)
    days = [add_months(first, -n) for n in range(MONTHS_BACK + 1)]
    return [(f"{day:%Y-%m}", month_name(day)) for day in days]


async def earnings_page(request: Request) -> Response:
    """What I have been paid, what stands on my sheets, what is ahead."""
    actor = request.state.actor
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("payout", "list"):
        raise NotFound
    async with request.state.database.transaction(actor) as work:
        found = await earnings_of(work, actor.id)
    figures = [
        (_("Paid out this year"), found.paid),
        (_("On sheets, not paid yet"), found.on_sheets),
        (_("Payable, on no sheet yet"), found.waiting(WaitsFor.SHEET)),
        (_("Waits for the commission"), found.waiting(WaitsFor.INSURER)),
        (_("Waits for clients' payments"), found.waiting(WaitsFor.CLIENT)),
    ]
    choices: dict[str, Any] = {"PayoutStatus": PayoutStatus, "ExpenseKind": ExpenseKind, "WaitsFor": WaitsFor}
    return page(request, "papers/earnings.html", active="earnings", found=found, figures=figures, **choices)


ROUTES = [
    Route("/payouts/make", make_page, methods=["GET", "POST"], name="make_payouts"),
    Route("/earnings", earnings_page, name="earnings"),
]
