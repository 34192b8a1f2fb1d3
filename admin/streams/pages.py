"""`/streams/deals`, `/streams/notifications`, `/streams/heartbeat`: server-sent events, no database connection each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.streams.hub import Hub
from admin.streams.listener import BEAT_SECONDS, Listener
from admin.streams.news import Place, framed
from admin.streams.opened import Opened, opened
from admin.streams.pace import Pace
from admin.streams.response import Streamed
from models.clock import now
from models.errors import TooMany, Unauthenticated
from models.texts import N_

EACH_PERSON = 12
"""Streams of one person in one process; the tabs of a browser share one."""
PACE = Pace(per_second=10, at_once=40)
"""What the tabs of a session may say; a person who walks through cells says less."""
LONGEST = 4_000
"""Letters in which a browser says what is on its screen."""


async def deals(request: Request) -> Response:
    """Changes of what the person sees, and their bells; `open` and `list`: what is on the browser's screen."""
    return listening(request, hears_deals=True)


async def notifications(request: Request) -> Response:
    """The person's own notifications alone: that one has come, that one was read."""
    return listening(request, hears_deals=False)


def listening(request: Request, *, hears_deals: bool) -> Response:
    """A stream from `Last-Event-ID` or `since` on. Raises `Unauthenticated`, `TooMany`."""
    state, hub = request.state, hub_of(request)
    if state.actor is None:
        raise Unauthenticated
    if hub.streams_of(state.actor.id) >= EACH_PERSON:
        raise TooMany(N_("Too many windows are open at once. Close some of them."))
    since = Place.read(request.headers.get("last-event-id", "") or request.query_params.get("since", ""))
    here = opened(request.query_params) if hears_deals else Opened()
    listener = Listener(state.actor, state.session_id, since, here, hears_deals=hears_deals)
    hub.admit(listener)
    return Streamed(listener.messages(), partial(hub.dismiss, listener))


async def heartbeat(request: Request) -> Response:
    """A beat every fifteen seconds, for whoever wants to know that the way through the proxies is open."""
    if request.state.actor is None:
        raise Unauthenticated
    return Streamed(beats())


async def beats() -> AsyncGenerator[bytes, None]:
    """The first beat at once."""
    while True:
        yield framed("beat", {"at": now().isoformat()})
        await asyncio.sleep(BEAT_SECONDS)


async def here(request: Request) -> Response:
    """What is on the screen now, as `open` and `list` say it: for those who see the same, never for the database.

    The stream's handle says whose screen; it counts as no sign of life of the session. Raises `TooMany`,
    `Unauthenticated`.
    """
    if not request.state.csrf:
        raise Unauthenticated
    PACE.must_allow(request.state.csrf)
    handle = request.query_params.get("stream", "")
    text = (await request.body())[:LONGEST].decode(errors="replace")
    await hub_of(request).said(handle, text)
    return Response(status_code=204)


def hub_of(request: Request) -> Hub:
    """The reader of the log in this process."""
    hub: Hub = request.app.state.hub
    return hub


ROUTES = (
    Route("/streams/deals", deals, name="deal-stream"),
    Route("/streams/notifications", notifications, name="notification-stream"),
    Route("/streams/here", here, methods=["POST"], name="here"),
    Route("/streams/heartbeat", heartbeat, name="heartbeat"),
)
