"""Every page of the panel, in both languages, light and dark, wide and narrow: nothing is wrong with any of them.

A page of its own is one line in `PAGES`; pages of entities follow from the registered views. A route that no visited
address reaches, and that is not told below to be no page, fails the test.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from uuid import UUID

import pytest
from playwright.async_api import Browser
from sqlalchemy import select, true
from sqlalchemy.dialects.postgresql import distinct_on
from starlette.routing import BaseRoute, Mount, Route

from admin.app import build
from admin.views.base import View
from admin.views.registry import load
from models.people import User
from models.session import Database, Work
from seeds import demo
from settings import settings
from tests.journeys.conftest import PASSWORD
from tests.journeys.walking import NARROW, WIDE, Manner, Reviewer
from tests.world import World

NOBODY = UUID(int=0)
PAGES: tuple[tuple[str, int], ...] = (
    ("/admin/", 200),
    ("/password", 200),
    ("/admin/password", 200),
    ("/admin/import", 200),
    ("/admin/intake", 200),
    ("/admin/clients/duplicates", 200),
    ("/admin/reports/returns", 200),
    ("/admin/operations", 200),
    ("/admin/deal/list?q=авто&stage=won&sort=nothing", 200),
    ("/admin/deal/list?q=ничего+такого+нет", 200),
    ("/admin/deal/list?trash=1", 200),
    (f"/admin/deal/details/{NOBODY}", 404),
    ("/admin/nothing/list", 404),
    ("/admin/deal/delete", 405),
)
"""Pages that belong to no entity, states of lists, and pages of errors: the address and its status."""
OF_RECORDS = {
    "deal": (
        *("/edit/{key}", "/verb/put_off?pk={key}", "/verb/trash?pk={key}", "/{key}/compare", "/{key}/sheet"),
        *("/{key}/calculations/enter", "/{key}/calculations/paste"),
    ),
    "policy": ("/edit/{key}", "/verb/cancel?pk={key}"),
    "payment": ("/verb/pay?pk={key}",),
    "task": ("/verb/return?pk={key}",),
}
"""Pages of a record beside those of every entity; forms to edit and to ask are made alike."""
BEFORE_SIGNING_IN = ("/login", "/admin/login?next=/admin/deal/list", "/nothing")
NO_PAGES = {
    "/": "leads to the panel",
    "/static": "files",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/metrics": "for machines",
    "/admin/search": "leads to a list",
    "/admin/{identity}/lookup": "JSON",
    "/admin/{identity}/export.csv": "a file",
    "/admin/{identity}/children/{pk:uuid}/{child}": "a part of a record's page",
    "/admin/today/numbers": "a part of the first page",
    "/admin/palette": "JSON",
    "/admin/bell": "a part of every page",
    "/admin/bell/count": "a part of every page",
    "/d/{token:str}": "a link from a chat, leads on",
    "/admin/{identity}/timeline/{pk:uuid}": "a part of a deal's page",
    "/admin/clients/{pk:uuid}/part/{name}": "a part of a client's page",
    "/admin/clients/{pk:uuid}/merge": "leads on",
    "/admin/clients/{pk:uuid}/merge/{loser:uuid}": "two clients side by side; tests of clients look at it",
    "/admin/deal/{pk:uuid}/calculations/insurers": "JSON",
    "/admin/deal/{pk:uuid}/calculations/programs": "JSON",
    "/admin/issue/{identity}/number": "JSON",
    "/streams/deals": "a stream",
    "/streams/heartbeat": "for scripts",
    "/admin/document/file/{pk:uuid}": "a file",
    "/admin/document/download/{pk:uuid}": "a file",
    "/admin/document/upload/{upload:uuid}": "for scripts",
    "/admin/deal/{pk:uuid}/sheet.pdf": "a file",
    "/admin/deal/{pk:uuid}/sheet.txt": "a file",
    "/admin/deal/{pk:uuid}/choose/{calculation:uuid}": "the form of a variant; tests/journeys walks through it",
    "/admin/intake/{key:uuid}": "the page of a call with a draft in it",
    "/admin/import/{key:uuid}/status": "a part of an upload's page",
    "/admin/import/{key:uuid}": "tests/admin/importing looks at it",
}
MANNERS = (Manner("light", WIDE), Manner("dark", NARROW), Manner("dark", WIDE), Manner("light", NARROW))
"""Each page is seen in two opposite manners, one a language; neighbours change them."""


@pytest.fixture(scope="module")
async def shown(reference: World) -> World:
    """The demo world; the accountant is an administrator who reads English."""
    await demo.plant(reference.database)
    async with reference.database.transaction(reference.admin, action="user.update") as work:
        admin, olga = [await work.get_record(User, one.id) for one in (reference.admin, reference.olga)]
        olga.role_id, olga.locale = admin.role_id, "en"
    return reference


@pytest.fixture(scope="module")
async def addresses(shown: World) -> list[tuple[str, int]]:
    """Everything that is visited by who is signed in."""
    found = list(PAGES)
    async with shown.database.transaction(shown.admin) as work:
        for view in load().values():
            if not view.is_sealed:
                found += [(address, 200) for address in addresses_of(view, await some_of(work, view))]
    return found


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
        for more in OF_RECORDS.get(view.identity, ()):
            yield at + more.format(key=key)


async def test_nothing_is_wrong_with_any_page(
    chromium: Browser, address: str, shown: World, addresses: list[tuple[str, int]]
) -> None:
    walks = [walk(chromium, address, addresses, *who) for who in (("admin", "ru", 0), ("olga", "en", 1))]
    wrong = [line for lines in await asyncio.gather(*walks) for line in lines]
    assert wrong == [], "\n".join(["", *wrong])


async def walk(
    chromium: Browser, address: str, addresses: list[tuple[str, int]], login: str, locale: str, turn: int
) -> list[str]:
    """One person's walk through all addresses; gives what is wrong."""
    context = await chromium.new_context(base_url=address, locale="ru-RU" if locale == "ru" else "en-GB")
    reviewer = Reviewer(await context.new_page(), locale)
    manners = cycle(MANNERS[turn:] + MANNERS[:turn])
    await context.add_cookies([{"name": "language", "value": locale, "url": address}])
    for path in BEFORE_SIGNING_IN:
        await reviewer.visit(path, next(manners), 404 if path == "/nothing" else 200)
    await sign_in(reviewer, login)
    for path, status in addresses:
        await reviewer.visit(path, next(manners), status)
    await context.close()
    return reviewer.wrong


async def sign_in(reviewer: Reviewer, login: str) -> None:
    """Through the door."""
    page = reviewer.page
    await page.goto("/login")
    await page.locator("[name=username]").fill(f"{login}@demo.local")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[name=password]").press("Enter")
    await page.wait_for_url("**/admin/")


async def test_every_route_is_visited_or_no_page(database: Database, addresses: list[tuple[str, int]]) -> None:
    app = build(database, settings)
    visited = [path.partition("?")[0] for path in (*BEFORE_SIGNING_IN, *(path for path, _status in addresses))]
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
