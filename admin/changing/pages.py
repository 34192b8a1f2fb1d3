"""What the dialogs of an endorsement and an early end ask while they are filled in: `/admin/change/{verb}/preview`."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.changing.foresight import foresee
from admin.issuing.pages import sentences_of
from admin.rendering import fragment
from admin.views.record.replies import posted
from admin.views.record.verbing import keys_of
from admin.views.registry import view_named
from models.asking import read_asked
from models.errors import Denied, NotFound, Problem, Unauthenticated

CHANGES = ("endorse", "cancel")
WORDS, UNSAID = ("paper", "reason", "what_changed"), "…"


async def preview(request: Request) -> Response:
    """Instalments, commission and refund of what the form says now, or what it still lacks; nothing is written."""
    if request.state.actor is None:
        raise Unauthenticated
    name = request.path_params["verb"]
    if name not in CHANGES:
        raise NotFound
    state, verb = request.state, view_named("policy").verbs[name]
    if not state.actor.rights.may("policy", name):
        raise Denied
    data = await posted(request)
    (key,) = keys_of(data.getlist("pk")[:1])
    try:
        seen = await foresee(state.database, state.actor, key, name, read_asked(verb, with_words(data)))
    except NotFound:
        raise
    except Problem as problem:
        return fragment(request, "parts/change_preview.html", seen=None, sentences=sentences_of(verb, problem))
    return fragment(request, "parts/change_preview.html", seen=seen, sentences=[])


def with_words(data: FormData) -> FormData:
    """The form as if its texts had been typed: the sums do not wait for them."""
    typed = [(name, value if str(value).strip() or name not in WORDS else UNSAID) for name, value in data.multi_items()]
    return FormData(typed)


ROUTES = (Route("/change/{verb}/preview", preview, methods=["POST"], name="change_preview"),)
