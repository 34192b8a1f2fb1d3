"""Every page of the panel, in both languages, light and dark, wide and narrow: nothing is wrong with any of them.

Every page is seen in both languages, each in another manner, and audited in one of them; the pages that people live in
are audited in all. A page of its own is one line in `PAGES`; pages of entities follow from the registered views.
A route that no visited address reaches, and that is not told below to be no page, fails the test.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import pytest
from playwright.async_api import Browser
from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import distinct_on
from starlette.routing import BaseRoute, Mount, Route

from admin.app import build
from admin.views.base import View
from admin.views.registry import load
from models.choices import PolicyStatus
from models.client import Client
from models.people import User
from models.policy import Policy
from models.session import Database, Work
from seeds import demo
from settings import settings
from tests import databases
from tests.journeys.axe import AXE
from tests.journeys.conftest import PASSWORD
from tests.journeys.walking import MANNERS, WHOLE, Reviewer, Visit
from tests.world import World

NOBODY = UUID(int=0)
SPOIL = """() => {
    document.querySelector('main, body').insertAdjacentHTML('beforeend',
        '<img src="data:,"><p id="pale" title="Save it now">Бледно</p><div id="wide">.</div>')
    document.querySelector('#pale').style.cssText = 'color: #ccc; background: #fff'
    document.querySelector('#wide').style.width = '3000px'
    console.error('broken')
}"""
PAGES = (
    Visit("/admin/", is_home=True),
    Visit("/admin/", press="[data-palette]", is_home=True),
    Visit("/admin/", press="#bell", is_home=True),
    Visit("/admin/?who=team"),
    Visit("/admin/?who=queue"),
    Visit("/password"),
    Visit("/admin/password"),
    Visit("/admin/import"),
    Visit("/admin/client/import", is_home=True),
    Visit("/admin/intake", is_home=True),
    Visit("/admin/clients/duplicates"),
    Visit("/admin/reports/returns", is_home=True),
    Visit("/admin/payouts/make", is_home=True),
    Visit("/admin/earnings"),
    Visit("/admin/ledger"),
    Visit("/admin/statements/new", is_home=True),
    Visit("/admin/months", is_home=True),
    Visit("/admin/bank", is_home=True),
    Visit("/admin/bank?status=matched"),
    Visit("/admin/reconciliation", is_home=True),
    Visit("/admin/dashboards?tab=sales"),
    Visit("/admin/dashboards?tab=money", is_home=True),
    Visit("/admin/dashboards/plan"),
    Visit("/admin/operations"),
    Visit("/admin/preferences"),
    Visit("/admin/telegram"),
    Visit("/admin/way/nothing"),
    Visit("/admin/deal/list?q=авто&stage=won&sort=nothing"),
    Visit("/admin/deal/list?q=ничего+такого+нет"),
    Visit("/admin/deal/list?trash=1"),
    Visit("/admin/deal/list?as=board", is_home=True),
    Visit("/admin/deal/list?as=calendar", is_home=True),
    Visit("/admin/payment/list?as=board"),
    Visit("/admin/task/list?as=calendar&span=week"),
    Visit("/admin/policy/list", press="[data-peek]", is_home=True),
    Visit(f"/admin/deal/details/{NOBODY}", 404),
    Visit("/admin/nothing/list", 404),
    Visit("/admin/deal/delete", 405),
)
"""Pages that belong to no entity, states of lists, and pages of errors."""
OF_RECORDS = {
    "deal": (
        *("/verb/put_off?pk={key}", "/verb/trash?pk={key}", "/{key}/compare", "/{key}/sheet"),
        *("/{key}/calculations/enter", "/{key}/calculations/paste", "/authors/{key}"),
        *("/move/{key}?by=stage", "/reschedule/{key}?by=next_review_at"),
    ),
    "policy": ("/verb/cancel?pk={key}",),
    "payment": ("/verb/pay?pk={key}",),
    "task": ("/verb/return?pk={key}",),
    "act": ("/{key}/print",),
    "payout": ("/{key}/print",),
}
"""Pages of a record beside those of every entity; forms to ask are made alike."""
WHY = {"income": "amount", "payment": "amount", "deal": "earned"}
"""Sums whose answer is looked at as a page; that every one answers, tests/admin/why says."""
HOMES = re.compile(r"/admin/(deal/(list|create|edit/.+|.+/compare)|client/details/.+|document/list)$")
"""Addresses of records among those that people live in."""
BEFORE_SIGNING_IN = (Visit("/login", is_home=True), Visit("/admin/login?next=/admin/deal/list"), Visit("/nothing", 404))
NO_PAGES = {
    "/": "leads to the panel",
    "/static": "files",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/metrics": "for machines",
    "/schemas/": "for machines",
    "/schemas/{type}.json": "for machines",
    "/admin/search": "leads to a list",
    "/admin/following/{pk:uuid}": "leads to a list",
    "/admin/{identity}/lookup": "JSON",
    "/admin/{identity}/export.csv": "a file",
    "/admin/{identity}/export.xlsx": "a file",
    "/admin/{identity}/import/{key:uuid}": "a page of a brought file",
    "/admin/{identity}/import/{key:uuid}/status": "a part of a brought file's page",
    "/admin/exports/{key:uuid}": "a page of a file that is taken once",
    "/admin/exports/{key:uuid}/status": "a part of a large export's page",
    "/admin/{identity}/totals": "a part of a list",
    "/admin/{identity}/board": "a part of a list",
    "/admin/{identity}/board/sums": "a part of a list",
    "/admin/{identity}/board/cards": "a part of a list",
    "/admin/{identity}/calendar": "a part of a list",
    "/admin/{identity}/calendar/day": "a part of a list",
    "/admin/{identity}/peek/{pk:uuid}": "a part of a list",
    "/admin/pins": "a part of every page",
    "/admin/{identity}/facets": "numbers of a list, for its script",
    "/admin/{identity}/number": "the number of a list that was shown without it",
    "/admin/{identity}/block": "rows of a long list, for its script",
    "/admin/{identity}/places": "where the blocks of a long list begin, for its script",
    "/admin/{identity}/condition": "a part of a list",
    "/admin/{identity}/rows": "a part of a list",
    "/admin/{identity}/cell/{pk:uuid}/{field}": "a part of a list",
    "/admin/{identity}/row/{pk:uuid}": "a part of a list",
    "/admin/dashboards/{slug}.xlsx": "a file",
    "/admin/statements/uploads": "what becomes of files that were brought",
    "/admin/statements/uploads/status": "a part of the uploads' page",
    "/admin/statements/uploads/{key:uuid}/columns": "a page of a brought file",
    "/admin/statements/{pk:uuid}/lines/{line:uuid}/policy": "a dialog of a line",
    "/admin/statements/{pk:uuid}": "the workbench; its record leads here",
    "/admin/recalculations/{key:uuid}/progress": "a part of a recalculation's page",
    "/admin/{identity}/children/{pk:uuid}/{child}": "a part of a record's page",
    "/admin/today/numbers": "a part of the first page",
    "/admin/palette": "JSON",
    "/admin/bell": "a part of every page",
    "/admin/bell/count": "a part of every page",
    "/d/{token:str}": "a link from a chat, leads on",
    "/admin/{identity}/timeline/{pk:uuid}": "a part of a deal's page",
    "/admin/{identity}/field/{pk:uuid}/{field}": "a card beside a field; tests/journeys/test_past.py opens it",
    "/admin/clients/{pk:uuid}/part/{name}": "a part of a client's page",
    "/admin/deal/{pk:uuid}/calculations/insurers": "JSON",
    "/admin/deal/{pk:uuid}/calculations/programs": "JSON",
    "/admin/issue/{identity}/number": "JSON",
    "/streams/deals": "a stream",
    "/streams/notifications": "for scripts",
    "/streams/heartbeat": "for scripts",
    "/admin/document/file/{pk:uuid}": "a file",
    "/admin/document/download/{pk:uuid}": "a file",
    "/admin/document/upload/{upload:uuid}": "for scripts",
    "/admin/deal/{pk:uuid}/sheet.pdf": "a file",
    "/admin/deal/{pk:uuid}/sheet.txt": "a file",
    "/admin/act/{pk:uuid}/paper.pdf": "a file",
    "/admin/act/{pk:uuid}/paper.xlsx": "a file",
    "/admin/payout/{pk:uuid}/paper.pdf": "a file",
    "/admin/payout/{pk:uuid}/paper.xlsx": "a file",
    "/admin/ledger/1c.xlsx": "a file",
    "/admin/deal/{pk:uuid}/choose/{calculation:uuid}": "the form of a variant; tests/journeys walks through it",
    "/admin/intake/{key:uuid}": "the page of a call with a draft in it",
    "/admin/earned/{identity}/{pk:uuid}": "a part of a record's page",
    "/admin/agreement/{pk:uuid}/months": "a part of an agreement's page",
    "/admin/months/{month}/close": "a dialog; tests/journeys closes a month",
    "/admin/reconciliation.xlsx": "a file",
    "/admin/reconciliation/{insurer:uuid}/{month}.xlsx": "a file",
    "/admin/reconciliation/{insurer:uuid}/{month}": "tests/journeys looks at it",
    "/admin/import/{key:uuid}/status": "a part of an upload's page",
    "/admin/import/{key:uuid}": "tests/admin/importing looks at it",
    "/admin/{identity}/chosen/{token:uuid}": "JSON",
    "/admin/{identity}/bulk/{token:uuid}/{what}": "the form of a step; tests/journeys/test_many.py walks through it",
    "/admin/bulk-change/details/{key:uuid}": "the page of a step; tests/journeys/test_many.py walks through it",
    "/admin/bulk-change/{key:uuid}/status": "a part of a step's page",
    "/admin/bulk-change/{key:uuid}/rows.csv": "a file",
}


@pytest.fixture(scope="module")
async def shown(reference: World) -> World:
    """The demo world; the accountant is an administrator who reads English."""
    jobs = Database(databases.url(str(reference.database.engine.url.database), "crm_jobs"))
    await demo.plant(jobs)
    await jobs.close()
    async with reference.database.transaction(reference.admin, action="user.update") as work:
        admin, olga = [await work.get_record(User, one.id) for one in (reference.admin, reference.olga)]
        olga.role_id, olga.locale = admin.role_id, "en"
    return reference


@pytest.fixture(scope="module")
async def visits(shown: World) -> list[Visit]:
    """Everything that is visited by who is signed in."""
    found = list(PAGES)
    async with shown.database.transaction(shown.admin) as work:
        for view in load().values():
            if not view.is_sealed:
                keys = await some_of(work, view)
                found += [Visit(path, is_home=bool(HOMES.match(path))) for path in addresses_of(view, keys)]
        one, other = await work.scalars(select(Client.id).order_by(Client.id).limit(2))
        draft, issued = [
            await work.scalar(select(Policy.id).where(Policy.status == status).limit(1))
            for status in (PolicyStatus.DRAFT, PolicyStatus.ISSUED)
        ]
    found.append(Visit(f"/admin/policy/verb/issue?pk={draft}", is_home=True))
    found += [Visit(f"/admin/policy/verb/{verb}?pk={issued}") for verb in ("endorse", "cancel")]
    return [*found, Visit(f"/admin/clients/{one}/merge"), Visit(f"/admin/clients/{one}/merge/{other}")]


async def some_of(work: Work, view: View) -> list[UUID]:
    """The oldest record; of deals one of each stage."""
    table = view.table
    kept = table.c.deleted_at.is_(None) if view.has_trash else true()
    statement = select(table.c.id).where(kept).order_by(table.c.id).limit(1)
    if view.identity == "deal":
        stages = select(table.c.id).where(kept).order_by(table.c.stage, table.c.id)
        statement = stages.ext(distinct_on(table.c.stage))
    return list(await work.scalars(statement))


def addresses_of(view: View, keys: list[UUID]) -> Iterator[str]:
    """The pages of an entity: list, forms, a record's page and history, what its verbs ask."""
    at = f"/admin/{view.identity}"
    yield f"{at}/list"
    if view.creatable:
        yield f"{at}/create"
    for key in keys:
        yield f"{at}/details/{key}"
    for key in keys[:1]:
        yield f"{at}/history/{key}"
        if view.editable:
            yield f"{at}/edit/{key}"
        if view.identity in WHY:
            yield f"/admin/why/{view.identity}/{key}/{WHY[view.identity]}"
        for more in OF_RECORDS.get(view.identity, ()):
            yield at + more.format(key=key)


@pytest.mark.timeout(900)
async def test_nothing_is_wrong_with_any_page(
    chromium: Browser, address: str, shown: World, visits: list[Visit]
) -> None:
    walks = [walk(chromium, address, visits, *who) for who in (("admin", "ru", 0), ("olga", "en", 1))]
    wrong = [line for lines in await asyncio.gather(*walks) for line in lines]
    assert wrong == [], "\n".join(["", *wrong])


async def walk(chromium: Browser, address: str, visits: list[Visit], login: str, locale: str, turn: int) -> list[str]:
    """One person's walk through all addresses; gives what is wrong."""
    context = await chromium.new_context(base_url=address, locale="ru-RU" if locale == "ru" else "en-GB")
    await context.add_init_script(AXE)
    reviewer = Reviewer(await context.new_page(), locale)
    await context.add_cookies([{"name": "language", "value": locale, "url": address}])
    for visit in BEFORE_SIGNING_IN:
        await reviewer.visit(visit, MANNERS)
    await sign_in(reviewer, login)
    for n, visit in enumerate(visits, start=turn):
        one = MANNERS[(n // 2 + 2 * turn) % 4 : (n // 2 + 2 * turn) % 4 + 1]
        await reviewer.visit(visit, MANNERS if visit.is_home else one, audits=visit.is_home or n % 2 == 0)
    await context.close()
    return reviewer.wrong


async def test_a_spoiled_page_is_noticed(chromium: Browser, address: str) -> None:
    """The walk can fail: each kind of fault is told."""
    context = await chromium.new_context(base_url=address, locale="ru-RU")
    await context.add_init_script(AXE)
    reviewer = Reviewer(await context.new_page(), "ru")
    await reviewer.visit(Visit("/login"), MANNERS[:1])
    assert reviewer.wrong == []
    await reviewer.page.evaluate(SPOIL)
    await reviewer.look()
    await reviewer.audit(WHOLE)
    await context.close()
    for fault in (
        "axe: image-alt",
        "axe: color-contrast",
        "wider than the screen",
        "English: 'Save it now'",
        "console: broken",
    ):
        assert any(fault in one for one in reviewer.wrong), (fault, reviewer.wrong)


async def sign_in(reviewer: Reviewer, login: str) -> None:
    """Through the door."""
    page = reviewer.page
    await page.goto("/login")
    await page.locator("[name=username]").fill(f"{login}@demo.local")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[name=password]").press("Enter")
    await page.wait_for_url("**/admin/")


async def test_every_route_is_visited_or_no_page(database: Database, visits: list[Visit]) -> None:
    app = build(database, settings)
    visited = [visit.path.partition("?")[0] for visit in (*BEFORE_SIGNING_IN, *visits)]
    routes = dict(pages_of(app.routes))
    await app.state.sessions.close()
    unseen = {path for path, pattern in routes.items() if not any(pattern.match(one) for one in visited)}
    assert unseen - NO_PAGES.keys() == set(), "neither visited nor told to be no page"
    assert NO_PAGES.keys() <= routes.keys(), "told to be no page, but no route either"


def pages_of(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every address that can be asked for, with its pattern."""
    for route in routes:
        if isinstance(route, Mount) and route.routes:
            yield from pages_of(route.routes, prefix + route.path)
        elif isinstance(route, Mount):
            yield prefix + route.path, re.compile(re.escape(prefix + route.path))
        elif isinstance(route, Route) and "GET" in (route.methods or ()):
            yield prefix + route.path, re.compile(re.escape(prefix) + route.path_regex.pattern.removeprefix("^"))
