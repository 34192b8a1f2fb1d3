"""A client's page: who it is and how to reach them, what runs, what is owed, everything else at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.changing.telling import TONES
from admin.clients.merging import choose, duplicates, like, merge
from admin.i18n import _, choice_label
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.record.children import address_of, anchor_of
from admin.views.record.detail import Waiting, head_of, note_opened
from admin.views.record.statement import Found, find, plan_of
from admin.views.registry import load, view_named
from models.actor import Actor
from models.choices import OPEN_STAGES, Standing
from models.client import Client
from models.client.card import deals_of
from models.client.heirs import heir_out_of_sight
from models.client.overview import AT_MOST, consent_of, owed_by, policies_of
from models.errors import Denied, NotFound, Unauthenticated
from models.session import Work

WITHOUT = frozenset({"kind"})
"""Facts that the name says already."""
Part = Callable[[Work, UUID], Awaitable[dict[str, Any]]]


def must_read(request: Request) -> View:
    """The view of clients. Raises `Unauthenticated`, `Denied`."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("client", "read"):
        raise Denied
    return view_named("client")


async def client_page(request: Request) -> Response:
    """The page, or its head after something changed; of a duplicate the one who stayed. Opening stands in the log."""
    view, state, key = must_read(request), request.state, request.path_params["pk"]
    if (heir := await heir_of(request, key)) is not None:
        return RedirectResponse(f"/admin/client/details/{heir}", 303)
    async with state.database.transaction(state.actor) as work:
        found = await find(work, plan_of(view, (), state.actor.scope), key)
        context = await header(work, view, found)
        if is_partial(request):
            return fragment(request, "clients/head.html", **context)
        for name, part in PARTS.items():
            context[name] = await part(work, key) if may_see(state.actor, name) else {}
        if found.record.merged_into_id is not None:
            context["heir"] = await work.get(Client, found.record.merged_into_id)
    await note_opened(state.database, state.actor, key, state.request_id)
    return page(request, "clients/page.html", active="client", waiting=sections(view, key, state.actor), **context)


async def heir_of(request: Request, key: UUID) -> UUID | None:
    """Who stayed where the client was merged out of the actor's sight; none whom the actor does not see either."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        heir = await heir_out_of_sight(work, key)
    if heir is None:
        return None
    async with state.database.transaction(state.actor) as work:
        return heir if await work.get(Client, heir) is not None else None


async def part_page(request: Request) -> Response:
    """One part of the page, drawn anew."""
    must_read(request)
    name, state, key = request.path_params["name"], request.state, request.path_params["pk"]
    if name not in PARTS or not may_see(state.actor, name):
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(Client, key)
        found = await PARTS[name](work, key)
    context: dict[str, Any] = {"row": row, name: found}
    return fragment(request, f"clients/{name}.html", **context)


async def header(work: Work, view: View, found: Found) -> dict[str, Any]:
    """Who it is: facts through the actor's grants, the state of the consent, sums."""
    may, key = work.actor.rights.may, found.record.id
    return head_of(view, found, work.actor, work.at, work.today, without=WITHOUT) | {
        "consent": await consent_of(work, key) if may("consent", "list") else None,
        "may_see_consents": may("consent", "list"),
        "summary": await summary(work, key),
        "heir": None,
        "today": work.today,
    }


async def summary(work: Work, client: UUID) -> dict[str, Any]:
    """The figures under the name."""
    may = work.actor.rights.may
    found: dict[str, Any] = {}
    if may("deal", "list"):
        deals = await deals_of(work, client, AT_MOST)
        found["open_deals"] = sum(row[0].stage in OPEN_STAGES for row in deals)
        found["win_back"] = any(row[0].win_back for row in deals)
    if may("policy", "list"):
        policies = await policies_of(work, client)
        found |= {"living": len(policies.living), "premium": policies.premium}
    if may("payment", "list"):
        owed = await owed_by(work, client)
        found |= {"owed": owed.total, "overdue": owed.overdue}
    return found


async def deals_part(work: Work, client: UUID) -> dict[str, Any]:
    """Deals, the open ones first."""
    return {"rows": await deals_of(work, client, AT_MOST), "is_open": OPEN_STAGES, "today": work.today}


async def policies_part(work: Work, client: UUID) -> dict[str, Any]:
    """Policies that live, and those that are over."""
    found = await policies_of(work, client)
    told = {row[0].id: found.standing(row) for row in (*found.living, *found.past)}
    return {
        "living": found.living,
        "past": found.past,
        "standing": {key: (choice_label(Standing, one), TONES.get(one, "")) for key, one in told.items()},
    }


async def owed_part(work: Work, client: UUID) -> dict[str, Any]:
    """What is owed, with the verb that takes the money."""
    view, found = view_named("payment"), await owed_by(work, client)
    pay = view.verbs["pay"]
    offered = {row[0].id for row in found.rows if pay.is_offered(row[0], work.actor)}
    return {"found": found, "view": view, "pay": pay, "offered": offered, "today": work.today}


PARTS: dict[str, Part] = {"owed": owed_part, "deals": deals_part, "policies": policies_part}
LISTED = {"owed": "payment", "deals": "deal", "policies": "policy"}


def may_see(actor: Actor, name: str) -> bool:
    """Whether the actor may list what the part shows."""
    return actor.rights.may(LISTED[name], "list")


def sections(view: View, key: UUID, actor: Actor) -> list[Waiting]:
    """Parts that are fetched when they come into sight: what the view names beyond the page's own."""
    own = set(LISTED.values())
    return [
        Waiting(
            _(child.title or load()[child.identity].name_plural), address_of(view, key, child), anchor_of(child, key)
        )
        for child in view.children
        if child.identity not in own and child.identity in load() and actor.rights.may(child.identity, "list")
    ]


ROUTES = (
    Route("/client/details/{pk:uuid}", client_page, name="client_details"),
    Route("/clients/{pk:uuid}/part/{name}", part_page, name="client_part"),
    Route("/clients/like", like, methods=["POST"], name="clients_like"),
    Route("/clients/duplicates", duplicates, name="clients_duplicates"),
    Route("/clients/{pk:uuid}/merge", choose, name="clients_merge_choose"),
    Route("/clients/{pk:uuid}/merge/{loser:uuid}", merge, methods=["GET", "POST"], name="clients_merge"),
)
