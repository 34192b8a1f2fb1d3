"""Open streams are counted while they are open, and a quiet one says that it lives."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic

import httpx

from admin.app import Application
from admin.auth import cookies
from admin.streams.listener import BEAT_SECONDS, Listener
from admin.streams.pages import EACH_PERSON
from admin.streams.response import Streamed
from models.actor import SYSTEM
from tests.admin.streams.conftest import PATIENCE, Listen
from tests.world import World


async def counted(served: str, number: int) -> None:
    """Wait until `/metrics` tells so many."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(base_url=served) as client:
        while True:
            lines = (await client.get("/metrics")).text.splitlines()
            (line,) = [one for one in lines if one.startswith("polisdesk_streams{")]
            if line.endswith(f" {number}"):
                return
            await asyncio.sleep(0.05)


async def test_streams_are_counted_while_they_are_open(
    listen: Listen, served: str, world: World, panel: Application
) -> None:
    await counted(served, 0)
    first, second = [await listen(world.anna), await listen(world.boris)]
    await counted(served, 2)
    token = (await panel.state.sessions.open(world.admin)).token
    async with httpx.AsyncClient(base_url=served, timeout=PATIENCE) as client:
        page = await client.get("/admin/operations", headers={"Cookie": f"{cookies.SESSION}={token}"})
    assert "С этим процессом соединены 2 браузера" in page.text
    for ear in (first, second):
        await ear.response.aclose()
    await counted(served, 0)


async def test_only_a_quiet_stream_beats() -> None:
    listener = Listener(SYSTEM, SYSTEM.id)
    messages = listener.messages()
    listener.beat(monotonic() + BEAT_SECONDS)
    assert b"event: beat" in await anext(messages)
    listener.beat(monotonic())
    listener.say(b"event: change\n\n")
    listener.beat(monotonic() + BEAT_SECONDS)
    assert await anext(messages) == b"event: change\n\n"
    listener.close()
    assert [one async for one in messages] == []


async def test_a_burst_opens_no_more_streams_than_one_by_one(listen: Listen, world: World) -> None:
    ears = await asyncio.gather(*(listen(world.vera) for _window in range(EACH_PERSON + 5)))
    opened = [ear.response.status_code for ear in ears]
    assert (opened.count(200), opened.count(429)) == (EACH_PERSON, 5)


async def test_an_answer_that_never_began_is_over_too() -> None:
    ended: list[bool] = []

    async def gone(_message: object) -> None:
        raise OSError

    async def nothing() -> dict[str, str]:
        return {"type": "http.disconnect"}

    answer = Streamed(Listener(SYSTEM, SYSTEM.id).messages(), lambda: ended.append(True))
    with suppress(Exception):
        await answer({"type": "http"}, nothing, gone)
    assert ended == [True]
