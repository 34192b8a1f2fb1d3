"""`/streams/deals`, `/streams/notifications`, `/streams/heartbeat`: server-sent events, no database connection each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.streams.hub import Hub
from admin.streams.listener import BEAT_SECONDS, Listener
from admin.streams.news import Place, framed
from admin.streams.response import Streamed
from models.clock import now
from models.errors import TooMany, Unauthenticated
from models.texts import N_

EACH_PERSON = 12
"""Streams of one person in one process; the tabs of a browser share one."""
OPEN_AT_ONCE = 20
"""Deals that a browser says to have open."""


async def deals(request: Request) -> Response:
    """Changes of the deals and clients that the person sees, and their bells; `deal`: what the browser has open."""
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
    here = opened(request) if hears_deals else frozenset()
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


def opened(request: Request) -> frozenset[UUID]:
    """The deals that the browser has open; what is no key is none."""
    found: set[UUID] = set()
    for text in request.query_params.getlist("deal")[:OPEN_AT_ONCE]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return frozenset(found)


def hub_of(request: Request) -> Hub:
    """The reader of the log in this process."""
    hub: Hub = request.app.state.hub
    return hub


ROUTES = (
    Route("/streams/deals", deals, name="deal-stream"),
    Route("/streams/notifications", notifications, name="notification-stream"),
    Route("/streams/heartbeat", heartbeat, name="heartbeat"),
)
