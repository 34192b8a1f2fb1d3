"""The door: the answer for one sum, as a part for the drawer or as a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import _
from admin.labels import label_of
from admin.rendering import fragment, is_partial, page
from admin.views.listing.fields import may_read
from admin.views.record.facts import cells_of, headline
from admin.why.asking import Asked, asked_for, money_field
from admin.why.history import Entry, entries_of
from admin.why.registry import explainers_of, figure_of
from admin.why.sources import sources_of
from admin.why.story import Chapter, linked
from models.errors import NotFound, Unauthenticated
from models.session import Work


@dataclass
class Answer:
    """Everything that is told of a sum."""

    label: str
    amount: Decimal | None
    whose: Markup
    chapters: list[Chapter]
    entries: list[Entry]
    is_logged: bool
    """Whether the sum is a column, whose changes the log has."""
    history: str
    """Where the record's whole history is."""


async def why_page(request: Request) -> Response:
    """Why a sum is what it is. Raises `NotFound` for what is not there or not for the actor."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    params = request.path_params
    async with state.database.transaction(state.actor) as work:
        asked = await asked_for(work, state.actor, params["identity"], params["pk"], params["field"])
        context: dict[str, Any] = {"answer": await answer_of(work, asked)}
    if is_partial(request):
        return fragment(request, "why/answer.html", **context)
    return page(request, "why/page.html", **context)


async def answer_of(work: Work, asked: Asked) -> Answer:
    """The answer for a column or a figure. Raises `NotFound`."""
    whose = whose_of(asked)
    history = f"/admin/{asked.view.identity}/history/{asked.key}"
    column = money_field(asked.view, asked.name)
    if column is None:
        amount, chapters, label = await figured(asked)
        return Answer(label, amount, whose, told(chapters), [], False, history)
    if not may_read(asked.view, asked.name, asked.actor.rights):
        raise NotFound
    chapters = [chapter for explain in explainers_of(asked.place) for chapter in await explain(asked)]
    chapters += await sources_of(asked)
    label = _(asked.view.labels.get(asked.name) or label_of(column))
    is_derived = bool(column.info.get("derived"))
    entries = [] if is_derived else await entries_of(asked, asked.name)
    return Answer(label, getattr(asked.row, asked.name), whose, told(chapters), entries, not is_derived, history)


async def figured(asked: Asked) -> tuple[Decimal, list[Chapter], str]:
    """A sum that no column holds. Raises `NotFound` where there is none of this name."""
    found = figure_of(asked.place) or figure_of(("*", asked.place[1])) or figure_of(("*", "*"))
    if found is None:
        raise NotFound
    amount, chapters = await found.work_out(asked)
    return amount, list(chapters), asked.known.get("label") or _(found.label)


def told(chapters: Sequence[Chapter]) -> list[Chapter]:
    """Chapters that say something."""
    return [one for one in chapters if one.said or one.facts or one.lines or one.makes is not None]


def whose_of(asked: Asked) -> Markup:
    """The record by its kind and name, as a link."""
    view, rights = asked.view, asked.actor.rights
    cells = cells_of(view, asked.found, rights, asked.work.at, asked.work.today)
    name = " · ".join(part.text for part in headline(view, asked.row, cells, rights))
    kind = _(view.name)
    if view.named:
        name = _(view.named, title=name)
        kind = name[:1].upper() + name[1:]
    title = kind if name.lower() == kind.lower() else f"{kind} {name}"
    return linked(view, asked.key, title)


ROUTES = (Route("/why/{identity}/{pk:uuid}/{field}", why_page, name="why"),)
