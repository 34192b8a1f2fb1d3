"""Browsers that show the person's notifications: this one begins, any of them ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.preferences.pages import HERE, signed_in
from admin.toasts import toast
from jobs.clients.web_push import is_known_service
from models.actor import SYSTEM
from models.errors import Invalid, NotFound
from models.texts import N_
from models.ways_out import add_browser, remove_browser, take_browser_over
from settings import settings

LONGEST_ENDPOINT, LONGEST_KEY, LONGEST_LABEL = 1_000, 200, 60
KEYS = ("p256dh", "auth")


async def begin(request: Request) -> Response:
    """Keep this browser's subscription. Raises `NotFound` where push is off, `Invalid` for what is none."""
    state, database = request.state, signed_in(request)
    if not settings.web_push_contact:
        raise NotFound
    form = await request.form(max_files=0, max_fields=6)
    given = {name: str(form.get(name, "")).strip() for name in ("endpoint", "label", *KEYS)}
    must_be_a_subscription(given)
    async with database.transaction(state.actor, state.via, "browser.add") as work:
        label = given["label"][:LONGEST_LABEL] or "—"
        await add_browser(work, label, given["endpoint"], {name: given[name] for name in KEYS})
    async with database.transaction(SYSTEM, state.via, "browser.take_over") as work:
        await take_browser_over(work, given["endpoint"], state.actor.id)
    return toast(request, RedirectResponse(HERE, 303), N_("This browser shows your notifications now."))


def must_be_a_subscription(given: dict[str, Any]) -> None:
    """Raises `Invalid`."""
    is_sized = len(given["endpoint"]) <= LONGEST_ENDPOINT and all(0 < len(given[key]) <= LONGEST_KEY for key in KEYS)
    if not is_sized or not is_known_service(given["endpoint"], settings.web_push_hosts):
        raise Invalid.at("browser", N_("The push service of this browser is not one that is called from here."))


async def end(request: Request) -> Response:
    """The browser shows nothing more."""
    state, database = request.state, signed_in(request)
    key: UUID = request.path_params["pk"]
    async with database.transaction(state.actor, state.via, "browser.remove") as work:
        await remove_browser(work, key)
    return toast(request, RedirectResponse(HERE, 303), N_("That browser shows no notifications any more."))


ROUTES = (
    Route("/preferences/browsers", begin, methods=["POST"], name="browser_begin"),
    Route("/preferences/browsers/{pk:uuid}/end", end, methods=["POST"], name="browser_end"),
)
