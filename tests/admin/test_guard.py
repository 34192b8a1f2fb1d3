"""A change needs our origin and the form's token; the same request with both goes through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.admin.conftest import HOST, SignIn
from tests.world import World

CHOICE = {"theme": "dark"}


@pytest.fixture
async def anna(browser: SignIn, world: World) -> httpx.AsyncClient:
    return await browser(world.anna)


async def test_with_origin_and_token_the_change_is_made(anna: httpx.AsyncClient):
    answer = await anna.post("/admin/theme", data=CHOICE)
    assert (answer.status_code, anna.cookies["theme"]) == (303, "dark")


@pytest.mark.parametrize("part", ["urlencoded", "multipart"])
async def test_a_form_may_carry_the_token(anna: httpx.AsyncClient, part: str):
    data = {"csrf_token": anna.headers.pop("X-CSRF-Token"), **CHOICE, "note": "x" * 200_000}
    files = {"file": ("a.bin", b"\r\n" * 200_000)} if part == "multipart" else None
    answer = await anna.post("/admin/theme", data=data, files=files)
    assert answer.status_code == (303 if part == "urlencoded" else 400)  # this page takes no files, and says so itself


@pytest.mark.parametrize("token", ["", "0" * 64, "нет"])
async def test_without_the_right_token_nothing_is_done(anna: httpx.AsyncClient, token: str):
    del anna.headers["X-CSRF-Token"]
    answer = await anna.post("/admin/theme", data={"csrf_token": token, **CHOICE})
    assert answer.status_code == 403 and "Страница устарела" in answer.text
    assert "theme" not in anna.cookies


async def test_the_token_of_another_session_does_not_do(anna: httpx.AsyncClient, browser: SignIn, world: World):
    vera = await browser(world.vera)
    anna.headers["X-CSRF-Token"] = vera.headers["X-CSRF-Token"]
    assert (await anna.post("/admin/theme", data=CHOICE)).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": HOST + ".evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_make_a_change_even_with_the_token(anna: httpx.AsyncClient, headers: dict[str, str]):
    answer = await anna.post("/admin/theme", data=CHOICE, headers=headers)
    assert answer.status_code == 403 and "с другого сайта" in answer.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_every_unsafe_method_is_guarded(anna: httpx.AsyncClient, method: str):
    del anna.headers["X-CSRF-Token"]
    assert (await anna.request(method, "/admin/deal/delete")).status_code == 403


@pytest.mark.parametrize("given", ["Basic eDp5", "Bearer", "Digest x"])
async def test_a_browsers_own_authorization_opens_nothing(anna: httpx.AsyncClient, given: str):
    del anna.headers["X-CSRF-Token"]
    headers = {"Authorization": given, "Origin": "https://evil.test"}
    assert (await anna.post("/admin/theme", data=CHOICE, headers=headers)).status_code == 403


async def test_another_site_cannot_sign_anyone_in(browser: SignIn):
    client = await browser()
    answer = await client.post("/admin/login", data={"username": "x"}, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403


async def test_an_endless_body_is_not_read_to_its_end(anna: httpx.AsyncClient):
    del anna.headers["X-CSRF-Token"]
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while read < 2_000_000:
            read += 10_000
            yield b"a" * 10_000

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await anna.post("/admin/theme", content=endless(), headers=headers)).status_code == 403
    assert read < 100_000
