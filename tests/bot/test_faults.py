"""What goes wrong on the way out: nothing is lost, little comes twice, limits hold, a closed chat is left alone."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select

from jobs import limits
from jobs.clients import telegram as client
from jobs.telegram import say_to
from models.actor import SYSTEM, Via
from models.notification import Notification
from models.telegram import link_of
from tests.bot.conftest import Telegram
from tests.world import World

CHAT, SECOND_MS = 501, limits.CHAT_MS + limits.MARGIN_MS


async def say(telegram: Telegram, *texts: str, chat: int = CHAT) -> None:
    async with telegram.world.database.transaction(SYSTEM, Via.JOB, "tests.say") as work:
        for text in texts:
            await say_to(work, chat, "send_message", {"chat_id": chat, "text": text}, key=str(uuid4()))


async def test_429_is_obeyed_and_500_tried_again(telegram: Telegram) -> None:
    await telegram.fault("429", retry_after=2)
    await say(telegram, "first")
    await telegram.settle()
    await telegram.fault("500")
    await say(telegram, "second")
    await telegram.settle()
    assert telegram.sent(CHAT) == ["first", "second"]
    assert {run.state for run in await telegram.runs()} == {"done"}


async def test_an_answer_that_never_comes_repeats_at_most_once(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "READ_SECONDS", 0.5)
    client._bot.cache_clear()
    await telegram.fault("timeout", times=5, seconds=2)
    await say(telegram, "unclear")
    await telegram.settle()
    assert telegram.sent(CHAT) == ["unclear", "unclear"]
    (run,) = await telegram.runs()
    assert (run.state, "no answer twice" in run.error) == ("dead", True)
    client._bot.cache_clear()


async def test_403_switches_the_chat_off_and_says_so(world: World, telegram: Telegram) -> None:
    phone = await telegram.linked(world.boris, CHAT)
    await phone.post("/person/block", blocked=True)
    await say(telegram, "nobody reads this")
    await telegram.settle()
    async with world.database.transaction(world.boris) as work:
        found = await link_of(work, world.boris.id)
        titles = list(await work.scalars(select(Notification.title)))
    assert found is not None and found.blocked_at is not None
    assert titles == ["Telegram отключён: бот заблокирован в вашем чате"]

    await phone.post("/person/block", blocked=False)
    await phone.write("/tasks")
    await telegram.settle()
    async with world.database.transaction(world.boris) as work:
        found = await link_of(work, world.boris.id)
    assert found is not None and found.blocked_at is None


async def test_the_limits_are_everybodys(telegram: Telegram) -> None:
    redis = telegram.talk.redis
    assert await limits.take(redis, CHAT) == 0
    assert await limits.take(redis, CHAT) == limits.LOOK_AGAIN_MS, "a message to it is under way"
    await limits.left(redis, CHAT)
    assert SECOND_MS / 2 < await limits.take(redis, CHAT) <= SECOND_MS, "one a second to a chat"
    waits = [await limits.take(redis, 777)]
    while waits[-1]:
        await asyncio.sleep(waits[-1] / 1000)
        waits.append(await limits.take(redis, 777))
    assert max(waits) <= 34, "another chat waits for the thirty a second only"
    await limits.pause(redis, 5)
    assert 3000 < await limits.take(redis, 888) <= 5000, "a pause holds for every chat"
