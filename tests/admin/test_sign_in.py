"""Signing in and out: what it takes, what ends it, and what the log is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from admin.auth import cookies
from admin.auth.pages import safe_target
from models.people import User
from models.session import Database
from tests.admin.conftest import SignIn
from tests.world import World

LOGIN = "/admin/login"


async def post(client: httpx.AsyncClient, name: str, password: str, **more: str) -> httpx.Response:
    return await client.post(LOGIN, data={"username": name, "password": password, **more})


async def told(database: Database, world: World, event: str) -> list[Any]:
    """The log's rows of a type, the latest last."""
    statement = text("SELECT actor_id, record FROM audit.events WHERE type = :event ORDER BY xid, seq")
    async with database.transaction(world.admin) as work:
        return list((await work.execute(statement, {"event": event})).all())


async def test_the_right_password_opens_the_panel(browser: SignIn, world: World, database: Database, passwords: str):
    client = await browser()
    answer = await post(client, " Anna@Demo.local ", passwords, next="/admin/deal/list?stage=draft")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/deal/list?stage=draft")
    kept = answer.headers["set-cookie"].lower()
    assert "httponly" in kept and "samesite=lax" in kept and "path=/" in kept
    assert world.anna.name in (await client.get("/admin/")).text
    assert (await told(database, world, "auth.session.signed_in"))[-1].actor_id == world.anna.id


@pytest.mark.parametrize("name", ["boris@demo.local", "nobody@demo.local", "", "a\0b", "й" * 5000])
async def test_a_wrong_name_or_password_gets_one_and_the_same_sentence(browser: SignIn, passwords: str, name: str):
    client = await browser(address="192.0.2.7")
    answer = await post(client, name, "not the password")
    assert answer.status_code == 422 and "Имя или пароль неверны." in answer.text
    assert cookies.SESSION not in client.cookies
    assert "not the password" not in answer.text


async def test_a_failure_is_in_the_log_without_the_password(
    browser: SignIn, world: World, database: Database, passwords: str
):
    await post(await browser(address="192.0.2.8"), "Nobody-Known@demo.local", "s3cret-typed")
    row = (await told(database, world, "auth.session.refused"))[-1]
    assert row.record == {"username": "nobody-known@demo.local", "ip": "192.0.2.8"}


async def test_many_failures_cost_time_but_never_for_good(browser: SignIn, passwords: str):
    client = await browser(address="192.0.2.9")
    for _ in range(5):
        assert (await post(client, "vera@demo.local", "guess")).status_code == 422
    answer = await post(client, "vera@demo.local", passwords)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) == 2
    assert "Слишком много неудачных попыток" in answer.text
    other_address = await browser(address="192.0.2.10")
    assert (await post(other_address, "vera@demo.local", passwords)).status_code == 429
    until = time.monotonic() + 20
    while (answer := await post(client, "vera@demo.local", passwords)).status_code == 429:
        assert time.monotonic() < until
        await asyncio.sleep(0.1)
    assert answer.status_code == 303


async def test_guesses_at_once_are_counted_one_after_another(browser: SignIn, passwords: str):
    client = await browser(address="192.0.2.11")
    answers = await asyncio.gather(*(post(client, "admin@demo.local", f"guess {n}") for n in range(12)))
    assert [answer.status_code for answer in answers].count(422) == 5


async def test_signing_in_again_begins_another_session_and_ends_the_first(browser: SignIn, passwords: str):
    client = await browser()
    await post(client, "boris@demo.local", passwords)
    first = client.cookies[cookies.SESSION]
    await post(client, "boris@demo.local", passwords, csrf_token=await form_token_of(client))
    assert client.cookies[cookies.SESSION] != first
    assert not await is_signed_in(await browser(), first)


async def test_signing_out_ends_the_session_at_once(browser: SignIn, world: World, database: Database):
    client = await browser(world.anna)
    token = client.cookies[cookies.SESSION]
    assert await is_signed_in(await browser(), token)
    answer = await client.post("/admin/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, LOGIN)
    assert not await is_signed_in(await browser(), token)
    assert (await told(database, world, "auth.session.signed_out"))[-1].actor_id == world.anna.id


async def test_signing_out_is_no_link(browser: SignIn, world: World):
    client = await browser(world.anna)
    assert (await client.get("/admin/logout")).status_code == 405
    assert (await client.get("/admin/")).status_code == 200


async def test_a_disabled_person_is_out_at_once(browser: SignIn, world: World, database: Database):
    client = await browser(world.olga)
    assert (await client.get("/admin/")).status_code == 200
    for active in (False, True):
        async with database.transaction(world.admin) as work:
            (await work.get_record(User, world.olga.id)).is_active = active
        answer = await client.get("/admin/")
        assert (answer.status_code, answer.headers["location"]) == (303, LOGIN)


async def test_an_idle_session_ends(browser: SignIn, world: World, database: Database, panel: Any):
    client = await browser(world.head)
    idle, panel.state.sessions.idle = panel.state.sessions.idle, panel.state.sessions.idle * 0
    try:
        assert (await client.get("/admin/")).status_code == 303
    finally:
        panel.state.sessions.idle = idle
    assert (await client.get("/admin/")).status_code == 200


async def test_a_new_password_ends_the_other_sessions_only(browser: SignIn, world: World, passwords: str):
    here, there = await browser(world.boris), await browser(world.boris)
    wrong = {"current": "not it", "new": "совсем другая фраза", "again": "совсем другая фраза"}
    answer = await here.post("/admin/password", data=wrong)
    assert answer.status_code == 422 and "Это не ваш нынешний пароль." in answer.text
    answer = await here.post("/admin/password", data={**wrong, "current": passwords})
    assert answer.status_code == 303, answer.text
    assert "Пароль сменён" in (await here.get("/admin/")).text
    assert (await there.get("/admin/")).status_code == 303
    assert (await post(await browser(address="192.0.2.20"), "boris@demo.local", wrong["new"])).status_code == 303


@pytest.mark.parametrize("easy", ["sunshine1", "Qwerty123456", "борисборис2026", "P@ssw0rd1234"])
async def test_what_everybody_tries_is_no_password(browser: SignIn, world: World, passwords: str, easy: str):
    answer = await (await browser(world.boris)).post(
        "/admin/password", data={"current": "x", "new": easy, "again": easy}
    )
    assert answer.status_code == 422 and "пробуют первыми" in answer.text


@pytest.mark.parametrize(
    "address",
    ["https://evil.test/", "//evil.test/x", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "/\t/evil.test",
     "/%0d%0aSet-Cookie:x", "http:/evil.test", "/admin/logout", ""],
)  # fmt: skip
async def test_the_way_after_signing_in_leads_nowhere_else(address: str):
    target = safe_target(address)
    assert target.startswith("/") and not target.startswith("//")
    assert target in ("/admin/", "/%0d%0aSet-Cookie:x")


@pytest.mark.parametrize("told", [True, False])
async def test_a_stranger_cannot_send_much(browser: SignIn, told: bool):
    body = b"username=anna&password=" + b"x" * 1_000_000

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    client = await browser(address="192.0.2.30")
    answer = await client.post(LOGIN, content=body if told else chunks(), headers=headers)
    assert answer.status_code == 413 and "Слишком много" in answer.text


async def form_token_of(client: httpx.AsyncClient) -> str:
    page = (await client.get("/admin/")).text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


async def is_signed_in(client: httpx.AsyncClient, token: str) -> bool:
    client.cookies.set(cookies.SESSION, token, domain="panel.test")
    return (await client.get("/admin/")).status_code == 200
