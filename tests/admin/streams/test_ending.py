"""A server that is told to stop ends its streams and goes; nobody has to kill it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from admin.__main__ import GRACEFUL_SECONDS
from admin.app import Application
from admin.auth import cookies
from models.session import Database
from tests.admin.streams.conftest import PATIENCE, Ear
from tests.admin.streams.standing import Standing
from tests.world import World


@pytest.fixture
async def server(database: Database, valkey: None) -> AsyncIterator[Standing]:
    """The panel over the module's database."""
    standing = Standing(str(database.engine.url.database))
    await standing.start()
    yield standing
    await standing.kill()


async def test_sigterm_ends_the_streams_and_the_server(server: Standing, panel: Application, world: World) -> None:
    token = (await panel.state.sessions.open(world.anna)).token
    await server.answers()
    async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as client:
        asked = client.stream("GET", "/streams/deals", headers={"Cookie": f"{cookies.SESSION}={token}"})
        async with asked as response:
            ear = Ear(response)
            await ear.next("hello")
            began = time.monotonic()
            stopping = asyncio.create_task(server.stop())
            with pytest.raises(StopAsyncIteration):  # a whole answer, not a broken one
                await ear.next("nothing")
        await stopping
    assert time.monotonic() - began < GRACEFUL_SECONDS + 5
