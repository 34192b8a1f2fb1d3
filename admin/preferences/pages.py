"""One's own notifications: which kinds by which channel, and the hours of quiet."""

from __future__ import annotations

from datetime import time

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.i18n import say
from admin.rendering import page
from admin.toasts import toast
from models.choices import Channel
from models.errors import Invalid, Unauthenticated
from models.session import Database
from models.telegram import link_of
from models.texts import N_
from models.wishes import CHOICES, KINDS, Wishes, wish, wishes_of
from settings import settings

HERE = "/admin/preferences"
CHANNELS = (Channel.PANEL, Channel.TELEGRAM)
FIELDS = len(CHOICES) + 3


def signed_in(request: Request) -> Database:
    """The door's database. Raises `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    database: Database = request.state.database
    return database


async def show(request: Request, told: Wishes | None = None, problem: Invalid | None = None) -> Response:
    """What the person wants to hear; after a refusal as it was filled in, with the reason."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor) as work:
        wishes = told or await wishes_of(work, state.actor.id)
        link = await link_of(work, state.actor.id)
    return page(
        request,
        "preferences.html",
        status=problem.status if problem else 200,
        kinds=KINDS,
        channels=CHANNELS,
        wishes=wishes,
        link=link,
        is_on=bool(settings.telegram_token),
        sentence=" ".join(say(text) for text in problem.fields.values()) if problem else "",
    )


async def save(request: Request) -> Response:
    """Keep what was chosen; what is not in the form is not wanted."""
    state, database = request.state, signed_in(request)
    form = await request.form(max_files=0, max_fields=FIELDS)
    wanted = {choice for choice in CHOICES if ":".join(choice) in form}
    told = Wishes(CHOICES - wanted)
    try:
        told = Wishes(told.refused, hour(form, "quiet_from"), hour(form, "quiet_to"))
        async with database.transaction(state.actor, state.via, "preference.choose") as work:
            await wish(work, wanted, told.quiet_from, told.quiet_to)
    except Invalid as problem:
        return await show(request, told, problem)
    return toast(request, RedirectResponse(HERE, 303), N_("Saved. From now on you hear what you have chosen."))


def hour(form: FormData, name: str) -> time | None:
    """A time of day from the form. Raises `Invalid`."""
    given = str(form.get(name, "")).strip()
    try:
        return time.fromisoformat(given).replace(tzinfo=None) if given else None
    except ValueError:
        raise Invalid.at(name, N_("Write a time as 21:30.")) from None


ROUTES = (
    Route("/preferences", show, name="preferences"),
    Route("/preferences", save, methods=["POST"], name="preferences_save"),
)
