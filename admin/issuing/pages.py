"""What the dialog of an issue asks while it is filled in: `/admin/issue/{identity}/preview` and `/number`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import _, say
from admin.issuing.foresight import foresee
from admin.issuing.numbers import said_of
from admin.labels import humanised
from admin.rendering import fragment
from admin.views.record.replies import posted
from admin.views.record.verbing import keys_of
from admin.views.registry import view_named
from models.asking import asked_fields, must_name_seen, read_asked
from models.errors import Denied, Invalid, NotFound, Problem, Unauthenticated
from models.policy import Policy

ISSUABLE = ("calculation", "policy")
NO_NUMBER_YET = "1"


async def preview(request: Request) -> Response:
    """Instalments and expected lines of what the form says now, or what it still lacks; nothing is written."""
    view = issuable(request)
    data = await posted(request)
    (key,) = keys_of(data.getlist("pk")[:1])
    state, verb = request.state, view.verbs["issue"]
    try:
        asked = read_asked(verb, with_a_number(data))
        async with state.database.transaction(state.actor) as work:
            await must_name_seen(work, verb, await work.get_record(view.record, key), asked)
        seen = await foresee(state.database, state.actor, view.record, key, asked)
    except NotFound:
        raise
    except Problem as problem:
        return fragment(request, "parts/issue_preview.html", seen=None, sentences=sentences_of(verb, problem))
    return fragment(request, "parts/issue_preview.html", seen=seen, sentences=[])


def with_a_number(data: FormData) -> FormData:
    """The form as if a number had been typed: the sums do not wait for it."""
    return FormData(
        [*((name, text) for name, text in data.multi_items() if name != "number"), ("number", NO_NUMBER_YET)]
    )


def sentences_of(verb: Any, problem: Problem) -> list[str]:
    """What is lacking, each with the name of its field."""
    fields = problem.fields if isinstance(problem, Invalid) else {}
    labels = {name: told.get("label") or humanised(name) for name, _kind, told in asked_fields(verb)}
    said = [f"{_(str(labels.get(name, humanised(name))))}: {say(one)}" for name, one in fields.items()]
    return said or [say(problem)]


async def number(request: Request) -> Response:
    """How the number will be kept, and which policy has it already."""
    view = issuable(request)
    asked: QueryParams = request.query_params
    (key,) = keys_of(asked.getlist("pk")[:1])
    state = request.state
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
    but: UUID | None = row.id if isinstance(row, Policy) else None
    said = await said_of(state.database, state.actor, asked.get("number", "")[:200], row.insurer_id, but)
    return fragment(request, "parts/issue_number.html", said=said)


def issuable(request: Request) -> Any:
    """The view of the address. Raises `Unauthenticated`, `NotFound`, `Denied`."""
    if request.state.actor is None:
        raise Unauthenticated
    identity = request.path_params["identity"]
    if identity not in ISSUABLE:
        raise NotFound
    if not request.state.actor.rights.may(identity, "issue"):
        raise Denied
    return view_named(identity)


ROUTES = (
    Route("/issue/{identity}/preview", preview, methods=["POST"], name="issue_preview"),
    Route("/issue/{identity}/number", number, name="issue_number"),
)
