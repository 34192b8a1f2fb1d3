"""Two workers send through a Bot API server that refuses, fails, and swallows its answers: nothing is lost, little
comes twice, and the limits are everybody's."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from jobs.clients.outcomes import ShutOut, Slow, Unclear, Unreached
from jobs.clients.telegram import READ_SECONDS, Telegram
from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.valkey import Valkey
from jobs.telegram import say_to
from models.actor import SYSTEM, Via
from settings import settings
from tests.faults.test_worker import ROOT, jobs_url, states, valkey, wait_until, working
from tests.world import World

__all__ = ["jobs_url", "valkey"]
TOKEN = "42:LOCAL-TEST-TOKEN"
GROUP_OF, BLOCKED = 10, 900_001
"""Every tenth chat is a group; this person has blocked the bot."""
A_SECOND, A_MINUTE = 30, 20
JITTER = 0.04
"""Seconds that the way of a call may differ by: limits hold where calls leave."""


@dataclass
class Server:
    """The Bot API server, in a process of its own."""

    address: str
    client: httpx.AsyncClient

    async def fault(self, kind: str) -> None:
        """The next message goes wrong."""
        told = {"method": "sendMessage", "kind": kind, "seconds": READ_SECONDS + 2}
        (await self.client.post("/control/faults", json=told)).raise_for_status()

    async def calls(self, *, refused: bool = False) -> list[dict[str, Any]]:
        """What was accepted, or refused, the oldest first."""
        answer = await self.client.get("/control/record", params={"refused": "1"} if refused else {}, timeout=60)
        return list(answer.json())


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """With an empty memory."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.local", "--port", str(port), cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address) as client:

        async def answers() -> bool:
            try:
                return (await client.get("/control/record")).is_success
            except httpx.TransportError:
                return False

        await wait_until(answers, 60)
        yield Server(address, client)
    process.terminate()
    await process.wait()


def chats(number: int) -> list[int]:
    """People and groups."""
    return [-n if n % GROUP_OF == 0 else n for n in range(1, number + 1)]


async def ordered(world: World, monkeypatch: pytest.MonkeyPatch, number: int, to: list[int]) -> list[str]:
    """Messages ordered in the transactions of what they tell about, a group's share smaller; gives their texts."""
    monkeypatch.setitem(settings.__dict__, "telegram_token", TOKEN)
    people = [one for one in to if one > 0]
    texts = []
    for first in range(0, number, 50):
        async with world.database.transaction(SYSTEM, Via.JOB, "tests.say") as work:
            for n in range(first, min(first + 50, number)):
                chat = to[n % len(to)] if n < 2 * len(to) else people[n % len(people)]
                texts.append(f"message {n}")
                await say_to(work, chat, "send_message", {"chat_id": chat, "text": texts[-1]}, key=str(uuid4()))
    return texts


def passed_limits(calls: list[dict[str, Any]]) -> list[str]:
    """Where more was sent than may be: 30 a second, one a second to a person, 20 a minute to a group."""
    times = sorted(float(one["at"]) for one in calls)
    found = [
        f"{A_SECOND + 1} in {later - soon:.3f} s"
        for soon, later in zip(times, times[A_SECOND:], strict=False)
        if later - soon < 1 - JITTER
    ]
    by_chat = defaultdict(list)
    for one in calls:
        by_chat[int(one["told"]["chat_id"])].append(float(one["at"]))
    for chat, sent in by_chat.items():
        sent.sort()
        if chat > 0:
            found += [f"chat {chat}" for soon, later in pairwise(sent) if later - soon < 1 - JITTER]
        else:
            found += [f"group {chat}" for a, b in zip(sent, sent[A_MINUTE:], strict=False) if b - a < 60 - JITTER]
    return found


async def sending(
    world: World,
    valkey: Valkey,
    url: str,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    to: int,
    faults: dict[str, int],
) -> None:
    """All of them are sent while faults come one by one; one who has blocked the bot hears nothing and stops nobody."""
    await server.client.post("/person/block", json={"chat": BLOCKED})
    texts = await ordered(world, monkeypatch, number, chats(to))
    await ordered(world, monkeypatch, 3, [BLOCKED])
    redis = embedded_redis_url(valkey.data_dir)
    environment = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": server.address, "REDIS_URL": redis}
    kinds = [kind for kind, times in faults.items() for _time in range(times)]
    random.shuffle(kinds)
    async with working(2, url, redis, **environment):
        for n, kind in enumerate(kinds, 1):

            async def as_far(share: int = number * n // (len(kinds) + 1)) -> bool:
                return (await states(url)).get("done", 0) >= share  # to ask the server would hold it up

            await wait_until(as_far, 600)
            await server.fault(kind)

        async def all_over() -> bool:
            return set(await states(url)) <= {"done", "dead"}

        await wait_until(all_over, 600)
    accepted, refused = await server.calls(), await server.calls(refused=True)
    times = Counter(one["told"]["text"] for one in accepted if int(one["told"]["chat_id"]) != BLOCKED)
    report = {
        "messages": number,
        "lost": len(set(texts) - set(times)),
        "twice": sum(n - 1 for n in times.values()),
        "refused": dict(Counter(one["refusal"] for one in refused)),
        "limits passed": len(passed_limits(accepted + refused)),
    }
    print(report)
    assert set(texts) - set(times) == set(), "lost"
    assert sum(n - 1 for n in times.values()) <= faults.get("timeout", 0), (
        "once more for each answer that was swallowed"
    )
    assert max(times.values()) <= 2
    assert report["refused"].get(403, 0) >= 1, "the blocked chat was tried"
    assert not [one for one in accepted if int(one["told"]["chat_id"]) == BLOCKED]
    assert passed_limits(accepted + refused) == []


async def test_messages_through_faults(
    world: World, valkey: Valkey, jobs_url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = {"429": 2, "500": 3, "timeout": 2}
    await sending(world, valkey, jobs_url, server, monkeypatch, 80, 20, faults)


@pytest.mark.soak
async def test_two_thousand_messages_through_faults(
    world: World, valkey: Valkey, jobs_url: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = {"429": 20, "500": 60, "timeout": 20}
    await sending(world, valkey, jobs_url, server, monkeypatch, 2000, 200, faults)


async def test_without_the_errand_messages_come_twice_and_too_fast(server: Server) -> None:
    """Negative control: the same calls by a sender that knows neither limits nor what an error means."""
    naive = Telegram(TOKEN, server.address, "")
    for kind in ("500", "429", "500"):
        await server.fault(kind)

    async def say(n: int) -> None:
        for _try in range(1 + n % 2):
            try:
                await naive.call("send_message", {"chat_id": n % 20 + 1, "text": f"message {n}"})
            except (Slow, Unreached, Unclear, ShutOut):
                continue

    await asyncio.gather(*(say(n) for n in range(80)))
    calls = await server.calls()
    times = Counter(one["told"]["text"] for one in calls)
    assert max(times.values()) > 1
    assert passed_limits(calls) != []
    await naive.bot.shutdown()
