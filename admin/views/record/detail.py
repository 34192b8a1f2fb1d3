"""A record's page: header with its state and the next step, facts, children, history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, choice_label, current_locale
from admin.rendering import fragment, is_partial, page, part
from admin.views.base import Child, View
from admin.views.record.children import address_of, anchor_of, loaded, section_for, table_from
from admin.views.record.facts import cells_of, facts_of, headline
from admin.views.record.offers import Offers, offers_of
from admin.views.record.replies import details
from admin.views.record.statement import Found, Section, find, plan_of
from admin.views.record.table_html import KEY, SHORT
from admin.views.registry import load
from models.actor import Actor
from models.deal.next_step import Step
from models.rights import Rights
from models.session import Database

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
    """The page, or for htmx and the page's own script its head and its sections after something changed."""
    state, key = request.state, request.path_params["pk"]
    actor: Actor = state.actor
    sections, waiting = sections_of(actor, view, key)
    async with state.database.transaction(actor) as work:
        found = await find(work, plan_of(view, sections, actor.scope), key)
        step = (await view.steps_of(work, [key])).get(key)
        told = await view.standing_of(work, found.record)
        head = head_of(view, found, actor, work.at, work.today, step=step) | {"told": told}
        tables = [
            await loaded(work, actor, table_from(section, key, rows, actor, work.today, is_eager=True))
            for section, rows in zip(sections, found.rows, strict=True)
        ]
    if is_partial(request):
        return fragment(request, "parts/record_parts.html", **head, tables=tables)
    if view.identity == "client":
        await note_opened(state.database, actor, key, state.request_id)
    return page(request, "record.html", **head, tables=tables, waiting=waiting)


async def note_opened(database: Database, actor: Actor, key: UUID, request_id: str) -> None:
    """A client's card is personal data: who opened it stands in the log (152-ФЗ)."""
    async with database.transaction(actor, action="client.open", request_id=request_id) as work:
        await work.execute(OPENED, {"key": key})


def head_of(
    view: View,
    found: Found,
    actor: Actor,
    now: datetime,
    today: date,
    *,
    without: frozenset[str] = frozenset(),
    step: Step | None = None,
) -> dict[str, Any]:
    """What the header shows; `without` names facts that the page tells otherwise."""
    row = found.record
    cells = cells_of(view, found, actor.rights, now, today, without)
    name = headline(view, row, cells, actor.rights)
    offers, key = offers_of(view, row, actor, step), str(row.id)
    return {
        "view": view,
        "row": row,
        "cells": cells,
        "headline": name,
        "title": " · ".join(part.text for part in name),
        "state_label": state_label(view, row),
        "stages": stages_of(view, row),
        "offers": offers,
        "buttons": Markup(buttons(view, offers, current_locale()).replace(KEY, key).replace(SHORT, key[-12:])),  # noqa: S704 - our own template
        "facts": facts_of(view, cells),
        "address": details(view, row.id),
        "is_gone": getattr(row, "deleted_at", None) is not None,
    }


@lru_cache(maxsize=1024)
def buttons(view: View, offers: Offers, _locale: str) -> str:
    """The verbs of records that are offered the same."""
    return str(part("parts/head_actions.html", view=view, offers=offers, key=KEY))


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


def sections_of(actor: Actor, view: View, key: UUID) -> tuple[tuple[Section, ...], list[Waiting]]:
    """Sections drawn now, and those fetched later."""
    now, later = arranged(view, actor.rights)
    return now, [
        Waiting(
            _(child.title or load()[child.identity].name_plural), address_of(view, key, child), anchor_of(child, key)
        )
        for child in later
    ]


@lru_cache(maxsize=512)
def arranged(view: View, rights: Rights) -> tuple[tuple[Section, ...], tuple[Child, ...]]:
    """The sections that these rights list: those read with the page, and those fetched when they come into sight."""
    listed = [child for child in view.children if child.identity in load() and rights.may(child.identity, "list")]
    now = tuple(section_for(view, child, rights) for child in listed if child.eager)
    return now, tuple(child for child in listed if not child.eager and not child.quick)
