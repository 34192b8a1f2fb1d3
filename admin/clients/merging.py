"""Duplicates: told as one types, listed for those who may merge, compared field by field before they are merged."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import _, say
from admin.labels import label_of
from admin.rendering import fragment, page
from admin.toasts import toast
from admin.views.record.replies import posted
from admin.views.record.showing import show
from admin.views.registry import load, view_named
from models.client import Client
from models.client.likeness import is_elsewhere, matches, suspects
from models.client.merging import FIELDS, Merge, moving
from models.errors import Denied, NotFound, Problem, Refused, Unauthenticated
from models.session import Work
from models.texts import N_

TYPED = ("phone", "name", "inn", "birth_date")
SHOWN = 100


class Line(NamedTuple):
    """A field of two clients side by side."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def differs(self) -> bool:
        """Whether somebody has to choose."""
        return bool(self.mine and self.theirs and self.mine != self.theirs)


def must_merge(request: Request) -> None:
    """Raises `Unauthenticated`, `Denied`."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("client", "merge"):
        raise Denied


async def like(request: Request) -> Response:
    """Clients like the one who is being typed into a form; by POST, so that nothing of it stands in an address."""
    state, data = request.state, await posted(request)
    if state.actor is None:
        raise Unauthenticated
    if not state.actor.rights.may("client", "list"):
        raise Denied
    typed = {name: str(data.get(name) or "") for name in TYPED}
    but = as_key(str(data.get("but") or ""))
    asking = state.database.transaction(state.actor, state.via, "client.search", request_id=state.request_id)
    async with asking as work:
        found = [match for match in await matches(work, typed, but) if match.reason]
        elsewhere = await is_elsewhere(work, typed, but)
    return fragment(request, "clients/like.html", found=found, elsewhere=elsewhere)


async def duplicates(request: Request) -> Response:
    """Pairs that may be one client."""
    must_merge(request)
    state = request.state
    async with state.database.transaction(state.actor) as work:
        pairs = await suspects(work, SHOWN)
    return page(request, "clients/duplicates.html", active="duplicates", pairs=pairs, most=SHOWN)


async def choose(request: Request) -> Response:
    """Who the duplicate of a client may be; another one is found by name."""
    must_merge(request)
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        client = await work.get_record(Client, key)
        if loser := as_key(request.query_params.get("loser", "")):
            return RedirectResponse(f"/admin/clients/{key}/merge/{loser}", 303)
        known = {"phone": client.phone or "", "name": client.name, "inn": client.inn or ""}
        known["birth_date"] = client.birth_date.isoformat() if client.birth_date else ""
        found = await matches(work, known, key)
    return page(request, "clients/choose.html", active="client", client=client, found=found)


async def merge(request: Request) -> Response:
    """GET compares; POST merges, and the toast can take it back."""
    must_merge(request)
    keys = request.path_params
    if not await is_seen(request, keys["loser"]):
        return await back_to_the_winner(request, keys["pk"])
    if request.method == "GET":
        return await show_comparison(request, keys["pk"], keys["loser"])
    data = await posted(request)
    taken = [name for name in FIELDS if data.get(f"take.{name}") == "theirs"]
    try:
        action = await merged(request, keys["pk"], Merge(loser_id=keys["loser"], taken=",".join(taken)))
    except Refused as problem:
        return await show_comparison(request, keys["pk"], keys["loser"], problem)
    answer = RedirectResponse(f"/admin/client/details/{keys['pk']}", 303)
    return toast(request, answer, _("The clients are one now"), undo=action)


async def is_seen(request: Request, key: UUID) -> bool:
    """Whether the actor sees the client; one who was merged leaves the sight of all but those who see everything."""
    async with request.state.database.transaction(request.state.actor) as work:
        return await work.get(Client, key) is not None


async def back_to_the_winner(request: Request, key: UUID) -> Response:
    """The duplicate is gone: say so on the page of the one who stays. Raises `NotFound`."""
    if not await is_seen(request, key):
        raise NotFound
    answer = RedirectResponse(f"/admin/client/details/{key}", 303)
    return toast(
        request, answer, _("The duplicate is not there any more: it may have been merged already."), kind="note"
    )


async def merged(request: Request, key: UUID, asked: Merge) -> UUID:
    """Do it. No row is locked before the verb locks both, in one order."""
    state = request.state
    doing = state.database.transaction(state.actor, state.via, "client.merge", asked=asked, request_id=state.request_id)
    async with doing as work:
        client = await work.get_record(Client, key)
        await Client.__verbs__["merge"].do(client, work.act(), asked)
        action: UUID = work.action_id
    return action


async def show_comparison(request: Request, winner: UUID, loser: UUID, problem: Problem | None = None) -> Response:
    """Both side by side: what differs is chosen, what moves is counted."""
    state = request.state
    if winner == loser:
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        mine, theirs = await work.get_record(Client, winner), await work.get_record(Client, loser)
        lines = lines_of(work, mine, theirs)
        counted = [(_(load()[record.__identity__].name_plural), n) for record, n in (await moving(work, loser)).items()]
    gone = next((c for c in (mine, theirs) if c.deleted_at is not None), None)
    if gone is not None and problem is None:
        problem = Refused(N_("{name} has been merged or thrown away meanwhile."), name=gone.name)
    return page(
        request,
        "clients/merge.html",
        status=problem.status if problem is not None else 200,
        active="client",
        mine=mine,
        theirs=theirs,
        lines=lines,
        counted=counted,
        problem=say(problem) if problem is not None else "",
        is_gone=gone is not None,
    )


def lines_of(work: Work, mine: Client, theirs: Client) -> list[Line]:
    """Fields that either has, as far as the actor may read them."""
    may, table = work.actor.rights.may_field, view_named("client").table
    lines = []
    for name in FIELDS:
        if may("client", name, "read") and (getattr(mine, name) or getattr(theirs, name)):
            column = table.c[name]
            texts = [show(column, getattr(client, name)) for client in (mine, theirs)]
            lines.append(Line(name, _(label_of(column)), *texts))
    return lines


def as_key(text: str) -> UUID | None:
    """A key, or nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
