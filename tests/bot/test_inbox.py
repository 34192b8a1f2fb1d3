"""Each update once, by whichever way and however often it comes; nobody without the secret; chats linked by a code."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from admin.app import Application
from bot.inbox import work_off
from bot.polling import ask, connected
from models.actor import Actor
from models.people import OneTimeCode, TelegramLink, User
from models.telegram import CODE_LASTS, new_code
from settings import settings
from tests.bot.conftest import AT_ONCE, Telegram
from tests.world import World

SECRET = "webhook-secret_1"
KEY = "the proxy's own key"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
CHAT = 501
HANDLED = text("SELECT count(*), count(*) FILTER (WHERE handled_at IS NOT NULL), max(attempts) FROM audit.bot_updates")


@pytest.mark.parametrize(("chats", "each"), [(2, 6), pytest.param(200, 5, marks=pytest.mark.soak)])
async def test_repeated_shuffled_and_forged_updates(
    world: World, telegram: Telegram, panel: Application, monkeypatch: pytest.MonkeyPatch, chats: int, each: int
) -> None:
    """Each once, though three bots work them off at the same time; one chat is a person's, the others are nobody's."""
    monkeypatch.setitem(settings.__dict__, "telegram_webhook_secret", SECRET)
    people = [await telegram.linked(world.boris, CHAT), *(telegram.phone(7000 + n) for n in range(1, chats))]
    before = len(telegram.state.accepted)
    made = [await phone.write("/nothing") for phone in people for _n in range(each)]
    telegram.taken |= {one["update_id"] for one in made}
    posts = [(one, SECRET) for one in made for _time in range(random.randint(1, 4))]
    forged = [({**one, "update_id": one["update_id"] + 10_000}, secret) for one in made for secret in ("", SECRET[:-1])]
    codes = await posted(panel, posts + forged)
    assert codes == {200: len(posts), 403: len(forged)}
    await asyncio.gather(*(work_off(telegram.door, telegram.talk) for _bot in range(3)))
    await telegram.settle(600)
    async with telegram.jobs.engine.connect() as connection:
        rows, handled, attempts = (await connection.execute(HANDLED)).one()
    answers = len(telegram.state.accepted) - before
    print({"updates": len(made), "posts": len(posts), "forged": len(forged), "handled": handled, "answers": answers})
    assert (rows, handled, attempts) == (len(made) + 1, len(made) + 1, 1)
    assert answers == len(made), "one answer each"


async def test_without_its_row_an_update_is_answered_again(
    telegram: Telegram, panel: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the row is what makes it once."""
    monkeypatch.setitem(settings.__dict__, "telegram_webhook_secret", SECRET)
    told = await telegram.phone(CHAT).write("/nothing")
    telegram.taken.add(told["update_id"])
    for _time in range(2):
        assert await posted(panel, [(told, SECRET)] * 2) == {200: 2}
        await telegram.settle()
        async with telegram.jobs.engine.begin() as connection:
            await connection.execute(text("DELETE FROM audit.bot_updates"))
            await connection.execute(text("DELETE FROM audit.runs"))
    assert len(telegram.state.accepted) == 2


async def posted(panel: Application, calls: list[tuple[dict[str, Any], str]]) -> Counter[int]:
    """Updates brought to the webhook with these secrets, in no order; how they were answered."""
    random.shuffle(calls)
    room = asyncio.Semaphore(AT_ONCE)
    transport = httpx.ASGITransport(panel)
    async with httpx.AsyncClient(transport=transport, base_url="http://panel.test") as client:

        async def post(told: dict[str, Any], secret: str) -> int:
            async with room:
                return (await client.post("/telegram/webhook", json=told, headers={HEADER: secret})).status_code

        return Counter(await asyncio.gather(*(post(*call) for call in calls)))


@pytest.mark.parametrize(
    ("given", "status"),
    [("", 403), ("{right}", 200), ("sha256={right}", 200), ("{wrong}", 403), ("{other}", 403), ("неверно", 403)],
)
async def test_where_a_proxy_signs_nothing_else_is_taken(
    telegram: Telegram, panel: Application, monkeypatch: pytest.MonkeyPatch, given: str, status: int
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_webhook_secret", SECRET)
    monkeypatch.setitem(settings.__dict__, "telegram_signature_key", KEY)
    body = b'{"update_id": 7}'
    right, wrong = (hmac.new(key.encode(), body, hashlib.sha256).hexdigest() for key in (KEY, KEY[:-1]))
    other = hmac.new(KEY.encode(), body + b" ", hashlib.sha256).hexdigest()
    signature = given.format(right=right, wrong=wrong, other=other).encode()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url="http://panel.test") as client:
        headers = {HEADER.encode(): SECRET.encode(), b"X-Telegram-Signature": signature}
        answer = await client.post("/telegram/webhook", content=body, headers=headers)
    assert answer.status_code == status


async def test_no_webhook_without_its_secret_in_the_settings(telegram: Telegram, panel: Application) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url="http://panel.test") as client:
        answer = await client.post("/telegram/webhook", json={"update_id": 1}, headers={HEADER: ""})
    assert answer.status_code == 404


async def test_polling_brings_the_same_rows(world: World, telegram: Telegram) -> None:
    phone = telegram.phone(CHAT)
    sent = await phone.write("/today")
    bot = connected()
    offset = await ask(bot, telegram.door, 0)
    assert offset == sent["update_id"] + 1
    telegram.taken.add(sent["update_id"])
    await ask_again(telegram, offset)
    await telegram.settle()
    assert [one["text"] for one in await phone.messages()] == [
        "Этот чат не привязан. Откройте в панели своё имя, затем «Telegram», и получите код."
    ]


async def ask_again(telegram: Telegram, offset: int) -> None:
    """From the beginning, as after a restart: what is known does nothing."""
    bot = connected()
    await telegram.phone(CHAT).write("/today")
    telegram.taken.add(telegram.state.last_update)
    assert await ask(bot, telegram.door, 0) == offset + 1
    async with telegram.jobs.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.bot_updates WHERE update_id = :last"), {"last": offset})


async def links(world: World) -> list[tuple[Actor, int]]:
    async with world.database.transaction(world.admin) as work:
        return [(row.user_id, row.chat_id) for row in await work.scalars(select(TelegramLink))]


async def test_a_code_works_once_and_for_ten_minutes(world: World, telegram: Telegram) -> None:
    async with world.database.transaction(world.boris, action="telegram.code") as work:
        old = await new_code(work)
    async with world.database.transaction(world.boris, action="telegram.code") as work:
        code = await new_code(work)
    stranger, phone = telegram.phone(666), telegram.phone(CHAT)
    await stranger.write(f"/start {old}")
    await telegram.settle()
    assert await links(world) == [], "a newer code ends the older one"
    await phone.write(f"/start {code}")
    await telegram.settle()
    assert await links(world) == [(world.boris.id, CHAT)]
    await stranger.write(f"/start {code}")
    await telegram.settle()
    assert await links(world) == [(world.boris.id, CHAT)]
    assert (await stranger.last())["text"].startswith("Этот код больше не действует")


async def test_a_late_code_links_nothing(world: World, telegram: Telegram) -> None:
    async with world.database.transaction(world.boris, action="telegram.code") as work:
        code = await new_code(work)
    async with world.database.transaction(world.admin, action="tests.late") as work:
        late = OneTimeCode.expires_at - CODE_LASTS - timedelta(seconds=1)
        await work.execute(update(OneTimeCode).where(OneTimeCode.user_id == world.boris.id).values(expires_at=late))
    await telegram.phone(CHAT).write(f"/start {code}")
    await telegram.settle()
    assert await links(world) == []


async def test_who_left_is_a_stranger(world: World, telegram: Telegram) -> None:
    phone = await telegram.linked(world.vera, CHAT)
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(update(User).where(User.id == world.vera.id).values(is_active=False))
    await phone.write("/tasks")
    await telegram.settle()
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(update(User).where(User.id == world.vera.id).values(is_active=True))
    assert (await phone.last())["text"].startswith("Этот чат не привязан")


async def test_a_file_is_answered_by_the_way_into_the_panel(world: World, telegram: Telegram) -> None:
    phone = await telegram.linked(world.boris, CHAT)
    await phone.client.post("/person/file", params={"chat": CHAT, "name": "паспорт.pdf"}, content=b"%PDF")
    await telegram.settle()
    assert (await phone.last())["text"].startswith("Данные клиентов и файлы через Telegram не передаются")
