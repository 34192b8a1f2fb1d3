"""The doors of dashboards: `/admin/dashboards`, each picture as a part or a page of its own, and its workbook."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.dashboards.asked import Query, Span, read_query
from admin.dashboards.choosing import filters_of
from admin.dashboards.registry import PICTURES, TABS, Shown, picture_of, tab_of
from admin.dashboards.table import Kind, Picture, shown
from admin.dashboards.workbook import workbook
from admin.i18n import _, ngettext, say, show_date
from admin.rendering import fragment, is_partial, page
from admin.views.record.replies import saved
from admin.views.registry import view_named
from models import clock
from models.actor import Actor
from models.errors import Denied, Refused, Unauthenticated
from models.figures.asked import be_patient
from models.target import copy_month

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTE = "SELECT audit.note('crm.dashboard.exported', $1, NULL, NULL, NULL, $2::jsonb)"
DONE_AT_ONCE = 2
"""Pictures that are asked for as soon as the page is there; the others when they come into sight."""


def who_asks(request: Request) -> Actor:
    """Raises `Unauthenticated` for a stranger, `Denied` where not even deals are listed."""
    actor: Actor | None = request.state.actor
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("deal", "list"):
        raise Denied
    return actor


async def dashboard(request: Request) -> Response:
    """A tab: the bar of periods and filters is there at once, pictures follow."""
    actor = who_asks(request)
    tab = tab_of(request.query_params.get("tab", ""), actor)
    query = read_query(request.query_params, clock.today(), tab.span, tab.slug)
    pictures = [PICTURES[slug] for slug in tab.pictures if PICTURES[slug].is_for(actor.rights)]
    context = await around(request, query) | {"tab": tab, "tabs": TABS, "pictures": pictures, "at_once": DONE_AT_ONCE}
    return page(request, "dashboards/page.html", **context)


async def around(request: Request, query: Query) -> dict[str, Any]:
    """What stands above pictures."""
    async with request.state.database.transaction(request.state.actor) as work:
        filters = await filters_of(work, query)
    return {"active": "dashboards", "query": query, "filters": filters, "spans": list(Span), "Span": Span}


async def picture(request: Request) -> Response:
    """One picture: the part that a dashboard asks for, or a page of its own. Raises `NotFound`."""
    actor = who_asks(request)
    one = picture_of(request.path_params["slug"], actor.rights)
    query = query_of(request, one, actor)
    if not is_partial(request):
        context = await around(request, query) | {"tab": None, "tabs": TABS, "pictures": [one], "at_once": 1}
        return page(request, "dashboards/page.html", **context)
    try:
        made: Picture | None = await made_of(request, one, query)
        problem = ""
    except Refused as refused:
        made, problem = None, say(refused)
    return fragment(
        request, "dashboards/picture.html", one=one, made=made, problem=problem, query=query, shown=shown, Kind=Kind,
        may_take=one.may_take(actor.rights), ignored=ignored_of(one, query),
    )  # fmt: skip


def query_of(request: Request, one: Shown, actor: Actor) -> Query:
    """What is asked of a picture; a tab in the address has its usual period."""
    tab = request.query_params.get("tab", "")
    usual = next((it for it in TABS if it.slug == tab), None) or tab_of("", actor)
    return read_query(request.query_params, clock.today(), usual.span, tab if usual.slug == tab else "")


async def made_of(request: Request, one: Shown, query: Query) -> Picture:
    """The picture as the actor's rows make it. Raises `Refused` where that takes too long."""
    async with request.state.database.transaction(request.state.actor) as work:
        await be_patient(work)
        return await one.make(work, query.asked)


def ignored_of(one: Shown, query: Query) -> list[str]:
    """Filters that are set and do not touch this picture."""
    labels = {"team": _("Team"), "seller": _("Seller"), "insurer": _("Insurer"), "product": _("Product")}
    return [label for name, label in labels.items() if getattr(query.asked, name) is not None and name not in one.heeds]


async def take(request: Request) -> Response:
    """The workbook of a picture; the log keeps who took which. Raises `NotFound`, `Denied`."""
    actor = who_asks(request)
    one = picture_of(request.path_params["slug"], actor.rights)
    if not one.may_take(actor.rights):
        raise Denied
    query = query_of(request, one, actor)
    made = await made_of(request, one, query)
    state = request.state
    told = {"picture": one.slug, "query": str(request.query_params)}
    async with state.database.transaction(actor, state.via, "dashboard.export", request_id=state.request_id) as work:
        table = view_named(one.reads[0].partition(".")[0]).table.fullname
        await work.driver.fetch(NOTE, table, json.dumps(told, ensure_ascii=False))
        filters = await filters_of(work, query)
    names = [
        f"{it.label}: {dict(it.options).get(it.chosen, '—')}" for it in filters if it.chosen and it.name in one.heeds
    ]
    days = query.title if one.has_period else show_date(query.asked.today)
    body = workbook(_(one.title), [days, *names], made)
    name = f"{one.slug}-{query.asked.today.isoformat()}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=XLSX, headers=headers)


async def copy_plan(request: Request) -> Response:
    """Plan a month as the one before, where it is not planned yet. Raises `Denied`."""
    actor = who_asks(request)
    if not actor.rights.may("sales-target", "create"):
        raise Denied
    state, query = request.state, read_query(request.query_params, clock.today(), Span.MONTH)
    month = month_to_plan(query)
    async with state.database.transaction(
        actor, state.via, "sales-target.copy", asked={"month": month}, request_id=state.request_id
    ) as work:
        made = await copy_month(work, month)
        action: UUID = work.action_id
    sentence = (
        ngettext("{n} plan copied", "{n} plans copied", made)
        if made
        else _("There is nothing to copy: the month before has no plans, or all of them are here already.")
    )
    return saved(request, sentence, query.address(), undo=action if made else None)


def month_to_plan(query: Query) -> Any:
    """The month that is running if it is shown, else the first one shown."""
    period, today = query.asked.period, query.asked.today
    return (today if period.first <= today <= period.last else period.first).replace(day=1)


ROUTES = [
    Route("/dashboards", dashboard, name="dashboards"),
    Route("/dashboards/plan/copy", copy_plan, methods=["POST"], name="copy_plan"),
    Route("/dashboards/{slug}.xlsx", take, name="picture_workbook"),
    Route("/dashboards/{slug}", picture, name="picture"),
]
