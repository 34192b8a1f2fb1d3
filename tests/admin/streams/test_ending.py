"""A server that is told to stop ends its streams and goes; nobody has to kill it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from admin.__main__ import GRACEFUL_SECONDS
from admin.app import Application
from admin.auth import cookies
from models.session import Database
from tests import databases
from tests.admin.streams.conftest import PATIENCE, Ear
from tests.world import World

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def server(database: Database) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`python -m admin` over the module's database, and where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    told = {"DATABASE_URL": databases.url(str(database.engine.url.database)), "PORT": str(port)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "admin", cwd=ROOT, env=os.environ | told)
    yield process, f"http://127.0.0.1:{port}"
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_sigterm_ends_the_streams_and_the_server(
    server: tuple[asyncio.subprocess.Process, str], panel: Application, world: World
) -> None:
    process, address = server
    token = (await panel.state.sessions.open(world.anna)).token
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE) as client:
        await answering(client)
        asked = client.stream("GET", "/streams/deals", headers={"Cookie": f"{cookies.SESSION}={token}"})
        async with asked as response:
            ear = Ear(response)
            await ear.next("hello")
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            with pytest.raises((StopAsyncIteration, httpx.RemoteProtocolError)):
                await ear.next("nothing")
        await asyncio.wait_for(process.wait(), PATIENCE)
    assert time.monotonic() - began < GRACEFUL_SECONDS + 5


async def answering(client: httpx.AsyncClient) -> None:
    """Wait until the server is there."""
    async with asyncio.timeout(PATIENCE * 3):
        while True:
            try:
                await client.get("/health/live")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return
