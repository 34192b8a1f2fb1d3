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
from jobs.clients.web_push import public_key
from models.choices import Channel
from models.errors import Invalid, Unauthenticated
from models.session import Database
from models.telegram import link_of
from models.texts import N_
from models.ways_out import browsers_of, choose_mailbox, mailbox_of
from models.wishes import CHOICES, KINDS, Choice, Wishes, wish, wishes_of
from settings import settings

HERE = "/admin/preferences"
FIELDS = len(CHOICES) + 4


def signed_in(request: Request) -> Database:
    """The door's database. Raises `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    database: Database = request.state.database
    return database


async def show(
    request: Request, told: Wishes | None = None, email: str | None = None, problem: Invalid | None = None
) -> Response:
    """What the person wants to hear; after a refusal as it was filled in, with the reason."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor) as work:
        wishes = told or await wishes_of(work, state.actor.id)
        link, mailbox = await link_of(work, state.actor.id), await mailbox_of(work, state.actor.id)
        browsers = await browsers_of(work, state.actor.id)
    return page(
        request,
        "preferences.html",
        status=problem.status if problem else 200,
        kinds=KINDS,
        channels=channels_here(),
        wishes=wishes,
        link=link,
        mailbox=mailbox,
        browsers=browsers,
        push_key=public_key() if settings.web_push_contact else "",
        email=email if email is not None else mailbox.address if mailbox else "",
        is_on=bool(settings.telegram_token),
        sends_mail=bool(settings.smtp_url),
        problems={name: say(text) for name, text in problem.fields.items()} if problem else {},
    )


async def save(request: Request) -> Response:
    """Keep what was chosen; what is not ticked is not wanted, of channels that are not shown nothing changes."""
    state, database = request.state, signed_in(request)
    form = await request.form(max_files=0, max_fields=FIELDS)
    async with database.transaction(state.actor) as work:
        wanted = chosen(form, await wishes_of(work, state.actor.id))
    told, email = Wishes(CHOICES - wanted), str(form.get("email", ""))
    try:
        told = Wishes(told.refused, hour(form, "quiet_from"), hour(form, "quiet_to"))
        async with database.transaction(state.actor, state.via, "preference.choose") as work:
            await wish(work, wanted, told.quiet_from, told.quiet_to)
            if "email" in form:
                await choose_mailbox(work, email)
    except Invalid as problem:
        return await show(request, told, email, problem)
    return toast(request, RedirectResponse(HERE, 303), N_("Saved. From now on you hear what you have chosen."))


def channels_here() -> list[Channel]:
    """The channels to choose from: letters and browsers only where this installation has them."""
    found = [Channel.PANEL, Channel.TELEGRAM]
    if settings.web_push_contact:
        found.append(Channel.WEB_PUSH)
    return [*found, Channel.EMAIL] if settings.smtp_url else found


def chosen(form: FormData, before: Wishes) -> set[Choice]:
    """What is ticked, and what was wanted before by channels that are not shown."""
    shown = {str(channel) for channel in channels_here()}
    kept = {choice for choice in CHOICES - before.refused if choice[1] not in shown}
    return kept | {choice for choice in CHOICES if choice[1] in shown and ":".join(choice) in form}


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
