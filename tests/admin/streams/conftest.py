"""A panel that is really served, Valkey beside it, and people who listen to their streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from admin.app import Application
from admin.auth import cookies
from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from models.actor import Actor
from models.session import Database
from settings import settings
from tests import databases
from tests.journeys.serving import serving

PATIENCE = 20.0
"""Seconds for what must come, on a busy machine."""
Told = dict[str, Any]


@dataclass
class Ear:
    """One open stream and what it has said so far."""

    response: httpx.Response
    heard: list[Told] = field(default_factory=list)
    _lines: AsyncIterator[str] | None = None

    async def next(self, *names: str) -> Told:
        """The next message, of these names where some are given. Raises `StopAsyncIteration` when the stream ends."""
        async with asyncio.timeout(PATIENCE):
            while True:
                told = await self._message()
                self.heard.append(told)
                if not names or told["event"] in names:
                    return told

    async def until(self, fits: Callable[[Told], bool]) -> Told:
        """The next message that fits. Raises `TimeoutError` also where others come all the while."""
        async with asyncio.timeout(PATIENCE * 2):
            while not fits(told := await self.next()):
                pass
            return told

    async def _message(self) -> Told:
        self._lines = self._lines or self.response.aiter_lines()
        told: Told = {}
        async for line in self._lines:
            if not line and told:
                return told
            name, _, value = line.partition(": ")
            if name:
                told[name] = json.loads(value) if name == "data" else value
        raise StopAsyncIteration


Listen = Callable[..., Awaitable[Ear]]


@pytest.fixture(scope="module")
def valkey() -> Iterator[None]:
    """The queue's server in the folder of the run."""
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture(scope="module")
def served(database: Database, valkey: None, panel: Application) -> Iterator[str]:
    """Where the panel is."""
    with serving(databases.url(str(database.engine.url.database), "crm_panel")) as address:
        yield address


@pytest.fixture
async def listen(served: str, panel: Application) -> AsyncIterator[Listen]:
    """`await listen(world.anna)`: her stream, past its first words; the rest as a browser sends it."""
    ears: list[Ear] = []
    """Held, since a stream that nobody holds any more is closed."""
    async with AsyncExitStack() as stack:

        async def begin(
            actor: Actor, *, last: str = "", path: str = "/streams/deals", token: str = "", **asked: Any
        ) -> Ear:
            token = token or (await panel.state.sessions.open(actor)).token
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=served, timeout=PATIENCE))
            headers = {"Cookie": f"{cookies.SESSION}={token}"} | ({"Last-Event-ID": last} if last else {})
            response = await stack.enter_async_context(client.stream("GET", path, params=asked, headers=headers))
            ears.append(ear := Ear(response))
            if response.status_code == 200 and path in ("/streams/deals", "/streams/notifications"):
                await ear.next("hello")
            return ear

        yield begin
