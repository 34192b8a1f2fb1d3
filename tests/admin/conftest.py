"""The panel over the module's database, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy import text

from admin.app import Application, build
from admin.auth import cookies
from admin.auth.tokens import form_token
from jobs.passwords import hash_password
from models.actor import Actor
from models.session import Database
from settings import settings
from tests.world import World

HOST = "http://panel.test"
PASSWORD = "длинная фраза для входа"
Browser = httpx.AsyncClient
SignIn = Callable[..., Awaitable[Browser]]


@pytest.fixture(scope="module")
async def panel(database: Database, world: World) -> AsyncIterator[Application]:
    """The application; its database is closed by the fixture that opened it."""
    app = build(database, settings)
    yield app
    await app.state.sessions.close()


@pytest.fixture(scope="module")
async def browser(panel: Application) -> AsyncIterator[SignIn]:
    """`await browser(world.anna)`: her browser, signed in and with a script's token; without a name a stranger's."""
    async with AsyncExitStack() as stack:

        async def open_for(actor: Actor | None = None, address: str = "192.0.2.1") -> Browser:
            transport = httpx.ASGITransport(panel, raise_app_exceptions=False, client=(address, 50000))
            headers = {"Origin": HOST, "Sec-Fetch-Site": "same-origin"}
            client = Browser(transport=transport, base_url=HOST, headers=headers)
            await stack.enter_async_context(client)
            if actor is not None:
                token = (await panel.state.sessions.open(actor)).token
                client.cookies.set(cookies.SESSION, token, domain="panel.test")
                client.headers["X-CSRF-Token"] = form_token(token)
            return client

        yield open_for


@pytest.fixture(scope="module")
async def passwords(database: Database, world: World) -> str:
    """Everybody has this password."""
    stored = await hash_password(PASSWORD)
    async with database.transaction(world.admin) as work:
        for person in (world.anna, world.boris, world.vera):
            await work.execute(text("SELECT auth.set_password(:p, :h)"), {"p": person.id, "h": stored})
    return PASSWORD
