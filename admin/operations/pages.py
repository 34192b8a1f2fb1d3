"""The page, and what an administrator does with runs that died."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.health import queue_parts
from admin.i18n import ngettext
from admin.metrics import METRICS
from admin.operations.asking import COUNTED, state_of
from admin.operations.words import NAMES
from admin.rendering import fragment, is_partial, page
from admin.telegram.state import telegram_state
from admin.views.record.replies import posted, saved
from models.errors import Denied, NotFound, Unauthenticated
from settings import settings

RETRY = text("SELECT audit.retry_runs(:runs)").bindparams(bindparam("runs", type_=ARRAY(Uuid())))
DISCARD = text("SELECT audit.discard_runs(:runs)").bindparams(bindparam("runs", type_=ARRAY(Uuid())))
HERE = "/admin/operations"


def must_operate(request: Request) -> Any:
    """The request's state. Raises `Unauthenticated`, `Denied` for who has no right to operations."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("operations", "watch"):
        raise Denied
    return request.state


async def operations_page(request: Request) -> Response:
    """Everything on one page; a part of it for htmx, which asks again and again."""
    state = must_operate(request)
    parts = {"database": {"state": "up"}, **await queue_parts()}
    telegram = await telegram_state(request.state.sessions)
    async with state.database.transaction(state.actor) as work:
        found = await state_of(work, settings.zone)
        context: dict[str, Any] = {
            "parts": parts,
            "found": found,
            "most": COUNTED,
            "telegram": telegram,
            "streams": METRICS.streams,
            "now": work.at,
            "names": NAMES,
        }
    if is_partial(request):
        return fragment(request, "operations/state.html", **context)
    return page(request, "operations/page.html", active="operations", **context)


async def retry(request: Request) -> Response:
    """Try dead runs again."""
    number = await _with_runs(request, RETRY, "run.retry")
    return saved(request, ngettext("{n} run is tried again", "{n} runs are tried again", number), HERE)


async def discard(request: Request) -> Response:
    """Let dead runs rest."""
    number = await _with_runs(request, DISCARD, "run.discard")
    return saved(request, ngettext("{n} run is discarded", "{n} runs are discarded", number), HERE)


async def _with_runs(request: Request, statement: Any, slug: str) -> int:
    state = must_operate(request)
    data = await posted(request)
    try:
        runs = [UUID(str(key)) for key in data.getlist("run")]
    except ValueError:
        raise NotFound from None
    async with state.database.transaction(state.actor, state.via, slug, request_id=state.request_id) as work:
        return int(await work.scalar(statement, {"runs": runs}) or 0)


ROUTES = (
    Route("/operations", operations_page, name="operations"),
    Route("/operations/retry", retry, methods=["POST"], name="retry_runs"),
    Route("/operations/discard", discard, methods=["POST"], name="discard_runs"),
)
