"""The pages of a call. The draft is the state: each step saves it and draws the form from it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from admin.documents.putting import attach
from admin.i18n import say
from admin.intake.showing import shown, worded
from admin.intake.steps import stepped
from admin.rendering import fragment, page
from admin.toasts import toast
from admin.views.record.replies import posted
from jobs.clients.storage import incoming
from jobs.putting import document_key
from models import intake
from models.client.heirs import living
from models.client.likeness import is_elsewhere, matches
from models.deal import Deal
from models.errors import Denied, Invalid, NotFound, Problem, Refused, Unauthenticated
from models.intake.call import Fields
from models.texts import N_, Text

ADDRESS = "/admin/intake"
SLUG = "deal.intake"
NOT_SAID = frozenset({"csrf_token", "id", "step"})


def must_take_calls(request: Request) -> None:
    """Raises `Unauthenticated` for a stranger, `Denied` for one who opens no deals."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("deal", "create"):
        raise Denied


async def call_page(request: Request) -> Response:
    """The call that was being typed last, or a new one: `new` asks for it, `client` begins it with a client."""
    must_take_calls(request)
    state, asked = request.state, request.query_params
    async with state.database.transaction(state.actor) as work:
        drafts = [] if asked.get("new") or asked.get("client") else await intake.drafts_of(work)
        if drafts:
            return await show(request, drafts[0].id, drafts[0].fields)
        fields: dict[str, list[str]] = {}
        if client := as_key(asked.get("client", "")):
            found = await living(work, client)
            fields = {"client_id": [str(found.id)], "client_title": [found.name]}
    return await show(request, uuid7(), fields)


async def draft_page(request: Request) -> Response:
    """One of several calls. Raises `NotFound` for another's."""
    must_take_calls(request)
    state, key = request.state, request.path_params["key"]
    async with state.database.transaction(state.actor) as work:
        draft = await work.get_record(intake.IntakeDraft, key)
        if draft.user_id != state.actor.id:
            raise NotFound
    return await show(request, key, draft.fields)


async def keep_draft(request: Request) -> Response:
    """How the form stands, a moment after each keystroke."""
    must_take_calls(request)
    data = await posted(request)
    await kept(request, key_of(data), fields_of(data))
    return await part(request, "intake/state.html", key_of(data), fields_of(data))


async def step(request: Request) -> Response:
    """A client chosen, an object added or dropped: the form anew."""
    must_take_calls(request)
    data = await posted(request)
    key = key_of(data)
    async with request.state.database.transaction(request.state.actor) as work:
        fields, focus = await stepped(work, fields_of(data), str(data.get("step") or ""))
    await kept(request, key, fields)
    return await part(request, "intake/form.html", key, fields, focus=focus)


async def found_clients(request: Request) -> Response:
    """Clients who may be calling; by POST, so that no name or number stands in an address."""
    must_take_calls(request)
    fields = fields_of(await posted(request))
    typed = {name: (fields.get(f"client.{name}") or [""])[-1] for name in ("phone", "name", "inn", "birth_date")}
    state = request.state
    asking = state.database.transaction(state.actor, state.via, "client.search", request_id=state.request_id)
    async with asking as work:
        found = await matches(work, typed) if state.actor.rights.may("client", "list") else []
        elsewhere = await is_elsewhere(work, typed)
    return fragment(request, "intake/matches.html", found=found, elsewhere=elsewhere)


async def take(request: Request) -> Response:
    """The call becomes a deal, once; what cannot be done comes back beside its field."""
    must_take_calls(request)
    state, data = request.state, await posted(request)
    key, fields = key_of(data), fields_of(data)
    try:
        call = intake.read_call(fields)
        async with state.database.transaction(state.actor) as work:
            action, is_done = await intake.next_action(work, key)
        if not is_done:
            is_done = await taken(request, key, call, action, uploads_in(fields))
    except (Invalid, Refused) as problem:
        await kept(request, key, fields)
        return await show(request, key, fields, problem=problem)
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, await intake.deal_of_action(work, action))
    said = Text(N_("The call is taken: {code}"), code=deal.code)
    return toast(request, RedirectResponse(f"/admin/deal/details/{deal.id}", 303), said, undo=action)


async def taken(request: Request, key: UUID, call: intake.Call, action: UUID, uploads: list[str]) -> bool:
    """Do it in one transaction under the draft's own action; a second sending waits and finds it done."""
    state = request.state
    asked = {"draft": str(key), "hand": str(call.hand)}
    doing = state.database.transaction(
        state.actor, state.via, SLUG, asked=asked, action_id=action, request_id=state.request_id
    )
    async with doing as work:
        await intake.put_away(work, key)
        if not (await intake.next_action(work, key))[1]:
            deal = await intake.take(work, call)
            await attach(work, uploads, deal_id=deal.id)
    return True


async def clear(request: Request) -> Response:
    """Put the draft away; it can be had back for a day."""
    must_take_calls(request)
    state, key = request.state, request.path_params["key"]
    async with state.database.transaction(state.actor, state.via, "intake-draft.clear") as work:
        await intake.put_away(work, key)
    return RedirectResponse(f"{ADDRESS}?new=1", 303)


async def restore(request: Request) -> Response:
    """Have a cleared draft back."""
    must_take_calls(request)
    state, key = request.state, request.path_params["key"]
    async with state.database.transaction(state.actor, state.via, "intake-draft.restore") as work:
        draft = await work.get_record(intake.IntakeDraft, key)
        if draft.user_id != state.actor.id:
            raise NotFound
        await intake.take_back(work, key)
    return RedirectResponse(f"{ADDRESS}/{key}", 303)


async def kept(request: Request, key: UUID, fields: Fields) -> None:
    """Save the draft in a transaction of its own."""
    state = request.state
    async with state.database.transaction(state.actor, state.via, "intake-draft.keep") as work:
        await intake.keep(work, key, fields)


async def show(request: Request, key: UUID, fields: Fields, problem: Problem | None = None) -> Response:
    """The whole page."""
    context = await drawn(request, key, fields)
    context["uploads"] = await asyncio.to_thread(names_of, request, fields)
    if problem is not None:
        context |= {"problems": worded(problem), "loose": [] if isinstance(problem, Invalid) else [say(problem)]}
    return page(request, "intake.html", status=problem.status if problem else 200, active="intake", **context)


async def part(request: Request, template: str, key: UUID, fields: Fields, focus: str = "") -> Response:
    """A part of it."""
    return fragment(request, template, **await drawn(request, key, fields) | {"focus": focus})


async def drawn(request: Request, key: UUID, fields: Fields) -> dict[str, Any]:
    """What the templates show."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        return await shown(work, key, fields)


def key_of(data: FormData) -> UUID:
    """The draft's key. Raises `NotFound` for a form without one."""
    if found := as_key(str(data.get("id") or "")):
        return found
    raise NotFound


def fields_of(data: FormData) -> dict[str, list[str]]:
    """What stands in the form, by name."""
    return {name: [str(value) for value in data.getlist(name)] for name in data if name not in NOT_SAID}


def uploads_in(fields: Fields) -> list[str]:
    """Keys of the files that the form has gathered."""
    return [text for text in fields.get("upload", ()) if as_key(text)]


def names_of(request: Request, fields: Fields) -> dict[str, str]:
    """The files of a draft that still wait, by their keys."""
    found = {}
    for text in uploads_in(fields):
        staged = incoming().staged(document_key(request.state.actor.id, UUID(text)))
        if staged is not None and staged.owner == str(request.state.actor.id):
            found[text] = staged.name
    return found


def as_key(text: str) -> UUID | None:
    """A key, or nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


ROUTES = (
    Route("/intake", call_page, methods=["GET"], name="intake"),
    Route("/intake", take, methods=["POST"], name="intake_take"),
    Route("/intake/draft", keep_draft, methods=["POST"], name="intake_draft"),
    Route("/intake/step", step, methods=["POST"], name="intake_step"),
    Route("/intake/clients", found_clients, methods=["POST"], name="intake_clients"),
    Route("/intake/{key:uuid}", draft_page, name="intake_one"),
    Route("/intake/{key:uuid}/clear", clear, methods=["POST"], name="intake_clear"),
    Route("/intake/{key:uuid}/restore", restore, methods=["POST"], name="intake_restore"),
)
