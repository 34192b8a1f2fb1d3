"""A record's page: header with its state and the next step, facts, children, history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, choice_label
from admin.rendering import fragment, is_partial, page
from admin.views.base import Child, View
from admin.views.record.children import Table, address_of, anchor_of, table_of
from admin.views.record.facts import cells_of, facts_in, facts_of, headline
from admin.views.record.offers import Offers, offers_of
from admin.views.record.replies import details
from admin.views.record.showing import Cell
from admin.views.registry import load
from models.actor import Actor
from models.session import Database, Work

OPENED = text("SELECT audit.note('crm.client.opened', 'crm.clients', :key, NULL, :key, NULL)")


@dataclass(frozen=True)
class Stage:
    """A step of the bar: `was`, `now` or `later`."""

    label: str
    place: str


@dataclass(frozen=True)
class Waiting:
    """A section that is fetched when it comes into sight."""

    title: str
    address: str
    anchor: str


async def details_page(request: Request, view: View) -> Response:
    """The page, or its head for htmx after something changed."""
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        cells = await cells_of(work, view, row, state.actor, facts_in(view))
        head = head_of(view, row, state.actor, cells)
        if is_partial(request):
            return fragment(request, "parts/record_head.html", **head)
        tables, waiting, quick = await sections_of(work, state.actor, view, key)
    if view.identity == "client":
        await note_opened(state.database, state.actor, key, state.request_id)
    return page(request, "record.html", **head, tables=tables, waiting=waiting, quick=quick)


async def note_opened(database: Database, actor: Actor, key: UUID, request_id: str) -> None:
    """A client's card is personal data: who opened it stands in the log (152-ФЗ)."""
    async with database.transaction(actor, action="client.open", request_id=request_id) as work:
        await work.execute(OPENED, {"key": key})


def head_of(view: View, row: Any, actor: Actor, cells: dict[str, Cell]) -> dict[str, Any]:
    """What the header shows."""
    offers: Offers = offers_of(view, row, actor)
    name = headline(view, row, cells)
    return {
        "view": view,
        "row": row,
        "headline": name,
        "title": " · ".join(part.text for part in name),
        "state_label": state_label(view, row),
        "stages": stages_of(view, row),
        "offers": offers,
        "facts": facts_of(view, cells),
        "address": details(view, row.id),
        "is_gone": getattr(row, "deleted_at", None) is not None,
    }


def state_label(view: View, row: Any) -> str:
    """The state in words."""
    if view.state is None:
        return ""
    choices = view.table.c[view.state].info.get("choices")
    return choice_label(choices, row.state) if choices else str(row.state or "")


def stages_of(view: View, row: Any) -> list[Stage]:
    """The bar; empty where the state is not on it."""
    if row.state not in view.stages:
        return []
    now = view.stages.index(row.state)
    return [
        Stage(_(stage.label), "now" if n == now else "was" if n < now else "later")
        for n, stage in enumerate(view.stages)
    ]


async def sections_of(
    work: Work, actor: Actor, view: View, key: UUID
) -> tuple[list[Table], list[Waiting], list[Waiting]]:
    """Sections drawn now, those fetched later, and boxes to write into."""
    now: list[Table] = []
    later: list[Waiting] = []
    quick: list[Waiting] = []
    for child in view.children:
        if not is_listed(child, actor):
            continue
        if child.eager:
            now.append(await table_of(work, actor, view, key, child))
        else:
            title = _(child.title or load()[child.identity].name_plural)
            part = Waiting(title, address_of(view, key, child), anchor_of(child, key))
            (quick if child.quick else later).append(part)
    return now, later, quick


def is_listed(child: Child, actor: Actor) -> bool:
    """Whether the person may list the children at all."""
    return child.identity in load() and actor.rights.may(child.identity, "list")
