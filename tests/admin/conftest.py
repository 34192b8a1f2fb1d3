"""The panel over the module's database, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from admin.app import Application, build
from admin.auth import cookies
from admin.auth.tokens import form_token
from models.actor import Actor
from models.session import Database
from settings import settings
from tests.world import World

HOST = "http://panel.test"
Browser = httpx.AsyncClient
SignIn = Callable[[Actor | None], Awaitable[Browser]]


@pytest.fixture(scope="module")
async def panel(database: Database, world: World) -> AsyncIterator[Application]:
    """The application; its database is closed by the fixture that opened it."""
    app = build(database, settings)
    yield app
    await app.state.sessions.close()


@pytest.fixture(scope="module")
async def browser(panel: Application) -> AsyncIterator[SignIn]:
    """`await browser(world.anna)`: her browser, with the session's cookie and a script's token; None is a stranger."""
    async with AsyncExitStack() as stack:

        async def open_for(actor: Actor | None) -> Browser:
            transport = httpx.ASGITransport(panel, raise_app_exceptions=False)
            client = Browser(
                transport=transport, base_url=HOST, headers={"Origin": HOST, "Sec-Fetch-Site": "same-origin"}
            )
            await stack.enter_async_context(client)
            if actor is not None:
                token = (await panel.state.sessions.open(actor)).token
                client.cookies.set(cookies.SESSION, token, domain="panel.test")
                client.headers["X-CSRF-Token"] = form_token(token)
            return client

        yield open_for
