"""The menu's counters: cheap, remembered for some seconds, asked anew after somebody's own change."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit
from uuid import UUID
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from admin.following.keys import MOST_SHOWN
from admin.following.pins import pins_of
from admin.rendering import fragment
from models.session import Database, Work
from models.today import numbers_of
from models.today.people import IN_THE_MENU, Numbers

SECONDS = 5.0
REMEMBERED = 500
"""People whose counters are kept at once."""
_known: WeakKeyDictionary[Database, dict[UUID, tuple[float, Numbers]]] = WeakKeyDictionary()


async def numbers_page(request: Request) -> Response:
    """What is late, returned and in the queue, as parts of the menu; `fresh` forgets what is remembered."""
    state = request.state
    known = None if "fresh" in request.query_params else remembered(state.database, state.actor.id)
    if known is None:
        async with state.database.transaction(state.actor) as work:
            known = await count(state.database, work)
    pins = await pins_of(state.database, state.actor, fresh="fresh" in request.query_params)
    opened = parse_qs(urlsplit(request.headers.get("hx-current-url", "")).query).get("view", [""])[0]
    return fragment(
        request, "parts/menu_numbers.html", numbers=known, most=IN_THE_MENU, pins=pins, most_pinned=MOST_SHOWN,
        open_list=opened,
    )  # fmt: skip


def remembered(database: Database, person: UUID) -> Numbers | None:
    """What was counted a moment ago."""
    at, numbers = _known.get(database, {}).get(person, (0.0, None))
    return numbers if time.monotonic() - at < SECONDS else None


async def count(database: Database, work: Work) -> Numbers:
    """Count and remember."""
    numbers = await numbers_of(work)
    people = _known.setdefault(database, {})
    if len(people) >= REMEMBERED:
        people.clear()
    people[work.actor.id] = (time.monotonic(), numbers)
    return numbers
