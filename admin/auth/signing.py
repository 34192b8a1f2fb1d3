"""Signing in and out, and changing one's password: what is checked, what is written, what the log is told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from starlette.requests import Request

from admin.auth.guessing import is_easy
from admin.auth.sessions import NOTE, Sessions, signed_in
from admin.auth.throttle import seconds_to_wait, turn
from admin.auth.tokens import digest
from jobs.passwords import hash_password, verify_password
from models import clock
from models.actor import SYSTEM, Actor, Via
from models.errors import Invalid, TooMany
from models.people import LoginSession, User
from models.session import Work, dumps
from models.texts import N_

LONGEST_NAME, LONGEST_PASSWORD, SHORTEST_PASSWORD = 200, 256, 8
WRONG = N_("The name or the password is wrong.")
WAIT = N_("Too many failed attempts. Try again in {seconds} s.")


class Wait(TooMany):
    """Too many failed attempts. Please wait a little."""

    def __init__(self, seconds: int) -> None:
        super().__init__(WAIT, seconds=seconds)
        self.seconds = seconds


async def sign_in(request: Request, name: str, password: str) -> str:
    """The token of a new session. Raises `Invalid` for a wrong name or password, `Wait` after too many of them."""
    sessions: Sessions = request.state.sessions
    name, address = name.replace("\0", "").strip().lower()[:LONGEST_NAME], client_address(request)
    async with turn(name):
        actor = await check(request, name, address, password)
        await sessions.row("SELECT auth.note_sign_in($1, $2, true)", name, address)
    agent = request.headers.get("user-agent", "")
    opened = await sessions.open(actor, ip=address, agent=agent, request_id=request.state.request_id)
    return opened.token


async def check(request: Request, name: str, address: str, password: str) -> Actor:
    """The person whose password this is; a failure is noted for the throttle and in the log."""
    sessions: Sessions = request.state.sessions
    if seconds := await seconds_to_wait(sessions, name, address):
        raise Wait(seconds)
    known = await sessions.row("SELECT * FROM auth.credential($1)", name)
    right = await verify_password(known["password_hash"] if known else None, password[:LONGEST_PASSWORD])
    person = await sessions.row("SELECT * FROM auth.actor_named($1)", name) if right else None
    if person is None:
        await sessions.row("SELECT auth.note_sign_in($1, $2, false)", name, address)
        async with sessions.database.transaction(SYSTEM, Via.PANEL, "session.refuse") as work:
            await note(work, "auth.session.refused", known["user_id"] if known else None, username=name, ip=address)
        raise Invalid(WRONG)
    return signed_in(person).actor


async def sign_out(request: Request) -> None:
    """End the session of the request at once."""
    state = request.state
    async with state.database.transaction(
        state.actor, Via.PANEL, "session.sign_out", request_id=state.request_id
    ) as work:
        mine = LoginSession.id == state.session_id
        await work.execute(update(LoginSession).where(mine).values(ended_at=clock.now()))
        await note(work, "auth.session.signed_out", state.session_id)


async def change_password(request: Request, current: str, new: str, again: str) -> None:
    """Set one's own password; other sessions end. Raises `Invalid` with the field that is wrong, `Wait`."""
    state = request.state
    async with state.database.transaction(state.actor, Via.PANEL, "user.read") as work:
        name = (await work.get_record(User, state.actor.id)).username
    if new != again:
        raise Invalid.at("again", N_("The two passwords differ."))
    if len(new) < SHORTEST_PASSWORD or len(new) > LONGEST_PASSWORD:
        raise Invalid.at("new", N_("A password has {least} to {most} characters."),
                         least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)  # fmt: skip
    if new.casefold() == current.casefold() or is_easy(new, name.partition("@")[0], *state.actor.name.split()):
        raise Invalid.at("new", N_("This password is among those that are tried first. Take a few words of your own."))
    async with turn(name):
        try:
            await check(request, name, client_address(request), current)
        except Invalid:
            raise Invalid.at("current", N_("This is not your present password.")) from None
    stored = await hash_password(new)
    async with state.database.transaction(
        state.actor, Via.PANEL, "user.change_password", request_id=state.request_id
    ) as work:
        keep = {"session": digest(state.session_token).hex()}
        await work.execute(text("SELECT set_config('app.session', :session, true)"), keep)
        await work.execute(text("SELECT auth.set_password(:person, :hash)"), {"person": state.actor.id, "hash": stored})


async def note(work: Work, event: str, record: UUID | None, **told: Any) -> None:
    """A row in the log of what no trigger sees."""
    await work.execute(NOTE, {"event": event, "record": record, "told": dumps(told)})


def client_address(request: Request) -> str:
    """The browser's address; a proxy's word counts only where TRUSTED_PROXIES says so."""
    return request.client.host if request.client else ""
