"""Progress of a run, what was left of it looked at again, and what a new rate would change while it is typed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.issuing.pages import sentences_of
from admin.recalculation.reach import reach
from admin.recalculation.section import progress_of
from admin.rendering import fragment
from admin.views.record.replies import details, posted
from admin.views.record.verbing import keys_of
from admin.views.registry import view_named
from models.asking import read_asked
from models.changes import create
from models.choices import DifferenceOutcome
from models.errors import Denied, NotFound, Problem, Unauthenticated
from models.many.selection import Selection
from models.many.selection import keys_of as keys_of_selection
from models.recalculation import Recalculation, RecalculationDifference
from models.recalculation.record import CHOSEN
from models.rehearsal import rehearsal

POLICIES_OF_LINES = text(
    "SELECT DISTINCT p.policy_id FROM crm.payment_incomes i JOIN crm.payments p ON p.id = i.payment_id"
    " WHERE i.id = ANY (:keys) ORDER BY 1"
)
RULES = {"commission-rule": "commission_rule_id", "expense-rule": "expense_rule_id"}


def must(request: Request, identity: str, right: str) -> Any:
    """The request's state. Raises `Unauthenticated`, `Denied` without the right."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may(identity, right):
        raise Denied
    return request.state


async def progress(request: Request) -> Response:
    """How far the run is; when nobody is at work the page loads anew."""
    state = must(request, "recalculation", "read")
    async with state.database.transaction(state.actor) as work:
        run = await work.get_record(Recalculation, request.path_params["key"])
    found = progress_of(run)
    if found is None:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "recalculation/progress.html", run=run, progress=found)


async def again(request: Request) -> Response:
    """A new preview of the policies that were left alone."""
    state = must(request, "recalculation", "create")
    left = RecalculationDifference.outcome == DifferenceOutcome.LEFT
    async with state.database.transaction(
        state.actor, state.via, "recalculation.create", request_id=state.request_id
    ) as work:
        run = await work.get_record(Recalculation, request.path_params["key"])
        mine = RecalculationDifference.recalculation_id == run.id
        policies = list(await work.scalars(select(RecalculationDifference.policy_id).where(mine, left).distinct()))
        if not policies:
            raise NotFound
        told = {name: getattr(run, name) for name in ("with_missing", "with_imported") if getattr(run, name)}
        made = await create(work, Recalculation, dict.fromkeys(told, "on"))
        made.policies, made.name = policies, run.name
    return RedirectResponse(details(view_named("recalculation"), made.id), 303)


async def chosen_policies(request: Request, chosen: Selection) -> Response:
    """A preview of what is chosen in a list: policies themselves, or those of chosen lines of income."""
    state = must(request, "recalculation", "create")
    async with state.database.transaction(
        state.actor, state.via, "recalculation.create", request_id=state.request_id
    ) as work:
        keys = await keys_of_selection(work, chosen)
        policies = keys if chosen.identity == "policy" else list(await work.scalars(POLICIES_OF_LINES, {"keys": keys}))
        made = await create(work, Recalculation, {})
        made.policies, made.name = policies, CHOSEN.format(n=len(policies))
    return RedirectResponse(details(view_named("recalculation"), made.id), 303)


async def foresee(request: Request) -> Response:
    """What the rate in the form would change: the verb is done, looked at, and taken back."""
    identity = request.path_params["identity"]
    if identity not in RULES:
        raise NotFound
    state = must(request, identity, "change_rate")
    view, data = view_named(identity), await posted(request)
    (key,) = keys_of(data.getlist("pk")[:1])
    verb = view.verbs["change_rate"]
    try:
        asked = read_asked(verb, data)
        async with rehearsal(state.database, state.actor, f"{identity}.change_rate") as work:
            rule = await work.get_record(view.record, key, lock=True)
            newer = await verb.do(rule, work.act(), asked)
            found = await reach(work, RULES[identity], newer.id)
    except NotFound:
        raise
    except Problem as problem:
        return fragment(
            request, "recalculation/foreseen.html", reach=None, sentence="; ".join(sentences_of(verb, problem))
        )
    return fragment(request, "recalculation/foreseen.html", reach=found, sentence="")


ROUTES = (
    Route("/recalculations/{key:uuid}/progress", progress, name="recalculation_progress"),
    Route("/recalculations/{key:uuid}/again", again, methods=["POST"], name="recalculation_again"),
    Route("/recalculations/foresee/{identity}", foresee, methods=["POST"], name="recalculation_foresee"),
)
