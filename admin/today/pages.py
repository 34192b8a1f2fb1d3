"""The first page: what needs me, what lies in the team's queue, what the team has on its hands."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from admin.rendering import fragment, is_partial, page
from admin.today.asked import KINDS, Query, Who, choices_of, read_query
from admin.today.rows import groups_of
from admin.today.words import Reader
from models.actor import Actor, Scope
from models.attention import Matter
from models.session import Work
from models.today import Asked, Found, Part, counted, facts_of, listed, loads_of, queued, teammates_of, turns_of
from models.today.lists import COUNTED as MOST_COUNTED
from models.today.offices import MOST as MOST_OF_OFFICE
from models.today.offices import OFFICES, offices_of, sheets_of
from models.today.people import COUNTED, PEOPLE_AT_ONCE, Load

SECONDS = 10.0
REMEMBERED = 100
_loads: dict[tuple[UUID, ...], tuple[float, list[Load]]] = {}


async def today_page(request: Request) -> Response:
    """The whole page, or its list for htmx after something changed."""
    state = request.state
    query = read_query(request.query_params, state.actor)
    async with state.database.transaction(state.actor) as work:
        context = await (
            queue_of(work, query) if query.who == Who.QUEUE else matters_of(work, query, fresh=is_partial(request))
        )
        if not is_partial(request):
            context["turns"] = await turns_beside(work, query)
    context |= {"active": place_of(query), "query": query, "choices": choices_of(state.actor), "Who": Who}
    if is_partial(request):
        return fragment(request, "parts/today_list.html", **context)
    return page(request, "today.html", **context)


def place_of(query: Query) -> str:
    """The line of the menu that this is."""
    if query.who == Who.QUEUE:
        return "queue"
    return "returned" if query.kinds == (Matter.RETURNED,) else "home"


async def matters_of(work: Work, query: Query, *, fresh: bool) -> dict[str, Any]:
    """The list with its counts; for a team also who has how much."""
    people, loads = await people_of(work, query, fresh=fresh)
    asked = Asked(
        people,
        query.kinds or KINDS,
        query.most,
        posts_statements(work.actor) and query.person is None,
        offices_of(work.actor) if query.person is None else (),
        sheets_of(work.actor) if query.person is None else (),
    )
    found = await listed(work, asked)
    every = replace(asked, kinds=KINDS)
    numbers = await counted(work, every)
    return await drawn(work, found, in_queue=False) | {
        "kinds": kinds_of(numbers, query),
        "total": sum(n for (_part, kind), n in numbers.items() if not query.kinds or kind in query.kinds),
        "late": sum(n for (part, kind), n in numbers.items() if part == Part.LATE and kind in asked.kinds),
        "loads": loads,
        "is_capped": is_capped(numbers, is_everybody=people is None),
        "most_load": most_of(loads),
        "is_more": any(group_is_cut(found, part) for part in Part),
    }


def is_capped(numbers: dict[tuple[Part, Matter], int], *, is_everybody: bool) -> bool:
    """Whether there may be more than was counted."""
    return (is_everybody and sum(numbers.values()) >= MOST_COUNTED) or any(
        number >= MOST_OF_OFFICE for (_part, kind), number in numbers.items() if kind in OFFICES
    )


async def queue_of(work: Work, query: Query) -> dict[str, Any]:
    """What nobody has taken yet."""
    found = await queued(work, work.actor.team_id, query.most)
    total = found[0].total if found else 0
    late = sum(one.part == Part.LATE for one in found)
    more = {"kinds": [], "is_capped": False, "total": total, "late": late, "loads": [], "is_more": total > len(found)}
    return await drawn(work, found, in_queue=True) | more


async def drawn(work: Work, found: list[Found], *, in_queue: bool) -> dict[str, Any]:
    """The rows in their groups."""
    facts = await facts_of(work, found)
    reader = Reader(work.actor.id, work.actor.rights, work.today, work.at, in_queue)
    groups = groups_of(found, facts, work.actor, reader)
    return {"groups": groups, "in_queue": in_queue, "today": work.today}


async def people_of(work: Work, query: Query, *, fresh: bool) -> tuple[tuple[UUID, ...] | None, list[Load]]:
    """Whose matters: mine, one colleague's, the team's; everybody's where they are too many to go through."""
    if query.who == Who.ME:
        return (work.actor.id,), []
    team = work.actor.team_id if work.actor.scope == Scope.TEAM else None
    people = await teammates_of(work, team)
    loads = await loads_lately(work, people[:PEOPLE_AT_ONCE], fresh=fresh)
    if query.person is not None:
        return (query.person,), loads
    return (tuple(people) if len(people) <= PEOPLE_AT_ONCE else None), loads


async def loads_lately(work: Work, people: list[UUID], *, fresh: bool) -> list[Load]:
    """Who has how much: remembered for some seconds, asked anew after a change."""
    key = (work.actor.id, *people)
    at, known = _loads.get(key, (0.0, []))
    if fresh or time.monotonic() - at > SECONDS:
        known = await loads_of(work, people)
        if len(_loads) >= REMEMBERED:
            _loads.clear()
        _loads[key] = (time.monotonic(), known)
    return known


async def turns_beside(work: Work, query: Query) -> dict[str, Any]:
    """Whose turn the deals are that I, or the colleague who is looked at, sell or execute."""
    may = work.actor.rights.may
    if not may("deal", "list") or (query.who == Who.TEAM and query.person is None):
        return {}
    person = query.person or work.actor.id
    sells = query.person is not None or may("deal", "hand_off")
    return {"side": "seller_id" if sells else "executor_id", "person": person,
            "turns": await turns_of(work, person, sells), "counted": COUNTED}  # fmt: skip


def posts_statements(actor: Actor) -> bool:
    """Whether insurers' statements wait for this person."""
    return actor.scope == Scope.ALL and actor.rights.may("statement", "update")


def kinds_of(numbers: dict[tuple[Part, Matter], int], query: Query) -> list[tuple[Matter, int, bool, str]]:
    """Kinds that have something, or are chosen: how many, whether chosen, and where the chip leads."""
    sums = {kind: sum(numbers.get((part, kind), 0) for part in Part) for kind in KINDS}
    return [
        (kind, n, kind in query.kinds, query.with_kind(kind)) for kind, n in sums.items() if n or kind in query.kinds
    ]


def most_of(loads: list[Load]) -> dict[str, Any]:
    """The longest bar of each column."""
    return {
        name: max((getattr(load, name) for load in loads), default=0) or 1
        for name in ("tasks", "late", "deals", "money")
    }


def group_is_cut(found: list[Found], part: Part) -> bool:
    """Whether a part has more than is shown."""
    shown = [one for one in found if one.part == part]
    return bool(shown) and shown[0].total > len(shown)
