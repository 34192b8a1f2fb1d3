"""`/admin/palette?q=`: what a term names, as the lines of the palette."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from admin.palette.commands import commands_for
from admin.palette.found import Group, found, recent
from admin.rendering import fragment
from admin.views.listing.texts import LONGEST, other_layout

SEARCHED = ("deal", "client", "policy")
"""Lists in which one may go on looking, the first that one may open."""


async def palette(request: Request) -> Response:
    """Records, pages and commands for what was typed; before that, recent records."""
    state = request.state
    term = " ".join(request.query_params.get("q", "").replace("\x00", " ").split())[:LONGEST]
    opened = request.query_params.get("opened", "")
    spellings = list(dict.fromkeys([term, other_layout(term)])) if term else []
    async with state.database.transaction(state.actor, state.via) as work:
        records = await (found(work, state.actor, spellings) if term else recent(work, state.actor, opened))
    commands = commands_for(state.actor.rights, spellings)
    more = next((kind for kind in SEARCHED if state.actor.rights.may(kind, "list")), "") if term else ""
    go_on = f"/admin/{more}/list?{urlencode({'q': term})}" if more else ""
    groups = in_order(records, commands, term)
    return fragment(request, "parts/palette_results.html", groups=groups, term=term, go_on=go_on)


def in_order(records: list[Group], commands: Group | None, term: str) -> list[Group]:
    """Records first, unless what was typed is the beginning of a command's name."""
    if commands is None:
        return records
    leads = term and any(option.title.striptags().lower().startswith(term.lower()) for option in commands.options)
    return [commands, *records] if leads else [*records, commands]
