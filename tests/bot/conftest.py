"""The bot against the local Bot API server over real HTTP, with a queue of its own and the small world's people."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from sqlalchemy import delete, text

from admin.app import Application
from admin.app import build as build_panel
from bot.inbox import work_off
from bot.local.app import build, deliver
from bot.local.state import State
from bot.talk import Talk
from jobs import runs
from jobs.embedded import redis_url
from jobs.embedded.valkey import Valkey
from jobs.relay import Due, Relay
from jobs.subscriptions import load
from jobs.updates import receive
from models.actor import SYSTEM, Actor, Via
from models.notification import DeliveryAttempt, Notification, Preference
from models.people import TelegramLink
from models.session import Database
from models.telegram import new_code
from seeds.reference.templates import ensure_templates
from settings import settings
from tests import databases
from tests.trade import Trade, reference_rows
from tests.world import World

load()
TOKEN = "42:LOCAL-TEST-TOKEN"
PATIENCE = 60
AT_ONCE = 16
"""Runs that are done at the same time, as by one worker."""
WAITING = text("SELECT count(*) FROM audit.runs WHERE state IN ('waiting', 'running')")
STATES = text("SELECT job, state, error FROM audit.runs ORDER BY created_at")


@dataclass
class Phone:
    """A person's chat at the local server."""

    client: httpx.AsyncClient
    chat: int

    async def post(self, path: str, **told: Any) -> dict[str, Any]:
        """What the person does."""
        return dict((await self.client.post(path, json={"chat": self.chat, **told})).raise_for_status().json())

    async def write(self, words: str) -> dict[str, Any]:
        """Write; gives the update."""
        return await self.post("/person/write", text=words)

    async def messages(self) -> list[dict[str, Any]]:
        """What the bot has said, the oldest first."""
        told = (await self.client.get("/person/messages", params={"chat": self.chat})).json()["messages"]
        return [one for one in told if one["from"]["is_bot"]]

    async def last(self) -> dict[str, Any]:
        """Its newest message."""
        return (await self.messages())[-1]

    async def with_button(self, part: str) -> tuple[dict[str, Any], str]:
        """The newest message with such a button, and the button's label."""
        for message in reversed(await self.messages()):
            for label in buttons(message):
                if part in label:
                    return message, label
        raise LookupError(part)

    async def press(self, part: str) -> dict[str, Any]:
        """Press the newest such button; gives the update."""
        message, label = await self.with_button(part)
        return await self.post("/person/press", message=message["message_id"], data=buttons(message)[label])


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """Labels and what stands behind them."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}


@dataclass
class Telegram:
    """The server, the worker's and the bot's halves, and who has which chat."""

    state: State
    client: httpx.AsyncClient
    jobs: Database
    door: Database
    talk: Talk
    world: World
    taken: set[int] = field(default_factory=set)

    def phone(self, chat: int) -> Phone:
        """A chat."""
        return Phone(self.client, chat)

    async def linked(self, who: Actor, chat: int) -> Phone:
        """A person's chat, linked by a code as the panel gives it."""
        async with self.world.database.transaction(who, action="telegram.code") as work:
            code = await new_code(work)
        phone = self.phone(chat)
        await phone.write(f"/start {code}")
        await self.settle()
        return phone

    async def settle(self, seconds: float = PATIENCE) -> None:
        """Bring what was written, let the bot and the worker do everything that is to be done, waits included."""
        async with asyncio.timeout(seconds):
            while True:
                for update in [one for one in self.state.updates if one["update_id"] not in self.taken]:
                    await receive(self.door, update)
                    self.taken.add(update["update_id"])
                await work_off(self.door, self.talk)
                await self.work()
                if not await self.waiting():
                    return
                await asyncio.sleep(0.05)

    async def work(self) -> None:
        """Read the log and do every run that is due."""
        due: list[Due] = []
        room = asyncio.Semaphore(AT_ONCE)

        async def carry(run: Due) -> None:
            due.append(run)

        async def perform(run: Due) -> None:
            async with room:
                await runs.perform(self.jobs, run.job, run.id)

        relay = Relay(self.jobs, carry)
        await relay.read()
        await relay.hand_over()
        await asyncio.gather(*map(perform, due))

    async def waiting(self) -> int:
        """Runs that are not over."""
        async with self.jobs.engine.connect() as connection:
            return int(await connection.scalar(WAITING) or 0)

    async def runs(self) -> list[Any]:
        """Every run with its state."""
        async with self.jobs.engine.connect() as connection:
            return list(await connection.execute(STATES))

    async def fault(self, kind: str, times: int = 1, **more: Any) -> None:
        """The next messages go wrong."""
        told = {"method": "sendMessage", "kind": kind, "times": times, **more}
        (await self.client.post("/control/faults", json=told)).raise_for_status()

    def sent(self, chat: int) -> list[str]:
        """The texts that were accepted for a chat."""
        return [one.told["text"] for one in self.state.accepted if str(one.told.get("chat_id")) == str(chat)]


@pytest.fixture(scope="package")
def valkey() -> Iterator[Valkey]:
    """The run's own queue."""
    server = Valkey(settings.data_dir)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
    return await reference_rows(database)


@pytest.fixture(scope="module")
async def panel(database: Database, world: World) -> AsyncIterator[Application]:
    """The panel over the same database."""
    app = build_panel(database, settings)
    yield app
    await app.state.sessions.close()


@asynccontextmanager
async def bot_api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[State, httpx.AsyncClient]]:
    """A local Bot API server with an empty memory; Telegram is on and there."""
    app = build()
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"http://127.0.0.1:{door.getsockname()[1]}"
        monkeypatch.setitem(settings.__dict__, "telegram_token", TOKEN)
        monkeypatch.setitem(settings.__dict__, "telegram_api_url", address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        delivering = asyncio.create_task(deliver(app.state.memory))
        async with httpx.AsyncClient(base_url=address) as client:
            yield app.state.memory, client
        server.should_exit = True
        delivering.cancel()
        await serving


@pytest.fixture
async def telegram(
    monkeypatch: pytest.MonkeyPatch, world: World, trade: Trade, valkey: Valkey
) -> AsyncIterator[Telegram]:
    """Telegram is on: a server with an empty memory, no chats, nothing to do."""
    async with bot_api(monkeypatch) as (state, client):
        name = world.database.engine.url.database or ""
        jobs, own = (Database(databases.url(name, role)) for role in ("crm_jobs", "crm_bot"))
        talk = Talk(redis_url())
        await talk.redis.flushall()
        found = Telegram(state, client, jobs, own, talk, world)
        await found.work()
        await forget(world, jobs)
        yield found
    await talk.close()
    for opened in (jobs, own):
        await opened.close()


async def forget(world: World, jobs: Database) -> None:
    """No chats, no notifications, no runs, no updates."""
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        for record in (DeliveryAttempt, Notification, Preference, TelegramLink):
            await work.execute(delete(record))
    async with jobs.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
        await connection.execute(text("DELETE FROM audit.bot_updates"))


async def via_of(world: World, record: UUID) -> list[tuple[str, str, UUID]]:
    """Action, door and person of everything that was done to a record."""
    statement = text(
        "SELECT a.slug, a.via, a.actor_id FROM audit.events e JOIN audit.actions a ON a.id = e.action_id"
        " WHERE e.record_id = :record ORDER BY e.seq"
    )
    async with world.database.transaction(world.admin) as work:
        return [(row.slug, row.via, row.actor_id) for row in await work.execute(statement, {"record": record})]
