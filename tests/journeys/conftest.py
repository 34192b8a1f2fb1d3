"""Chromium against a panel that is really served, on a database of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect
from sqlalchemy import text, update

from jobs.passwords import hash_password
from models.session import Database
from models.task import TaskKind
from seeds.reference import plant
from seeds.reference.task_kinds import TASK_KINDS
from tests import databases
from tests.journeys.clicks import Clicks
from tests.journeys.person import Person
from tests.journeys.serving import serving
from tests.world import PEOPLE, World

PASSWORD = "длинная фраза для входа"
PATIENCE = 20_000
"""Milliseconds for what has been asked to appear, on a busy machine."""
LEFT_BEHIND = Path(__file__).parents[2] / "test-results"
"""Where a failed journey leaves what was on the screens."""
HAS_FAILED = pytest.StashKey[bool]()
SetUp = Callable[..., Awaitable[Person]]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of the machine."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "Chromium is needed: apt-get install chromium"
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def reference(database: Database, world: World) -> World:
    """The reference data, and a password for everybody."""
    await plant(database)
    stored = await hash_password(PASSWORD)
    async with database.transaction(world.admin) as work:
        for kind in TASK_KINDS:
            named = update(TaskKind).where(TaskKind.slug == kind.slug)
            await work.execute(named.values(name=kind.name, checklist=list(kind.checklist)))
        for login in PEOPLE:
            await work.execute(text("SELECT auth.set_password(:p, :h)"), {"p": getattr(world, login).id, "h": stored})
    return world


@pytest.fixture(scope="module")
def address(database: Database, reference: World) -> Iterator[str]:
    """Where the module's panel is served."""
    with serving(databases.url(str(database.engine.url.database), "crm_panel")) as at:
        yield at


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test remembers whether it failed, for what it leaves behind."""
    report = yield
    if report.when == "call":
        item.stash[HAS_FAILED] = report.failed
    return report


@pytest.fixture
async def at_desk(chromium: Browser, address: str, request: pytest.FixtureRequest) -> AsyncIterator[SetUp]:
    """`await at_desk("anna")`: her browser, signed in; `way` is a kind of Person, the rest is the context's."""
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def sit_down(login: str = "", way: type[Person] = Person, **how: Any) -> Person:
            context = await chromium.new_context(base_url=address, locale="ru-RU", **how)
            context.set_default_timeout(PATIENCE)
            stack.push_async_callback(context.close)
            clicks = Clicks()
            await clicks.watch(context)
            person = way(await context.new_page(), clicks)
            people.append(person)
            if login:
                await person.sign_in(f"{login}@demo.local", PASSWORD)
            return person

        yield sit_down
        if request.node.stash.get(HAS_FAILED, False):
            for number, person in enumerate(people):
                await person.page.screenshot(path=LEFT_BEHIND / f"{request.node.name}-{number}.png", full_page=True)
    assert [complaint for person in people for complaint in person.complaints] == []
