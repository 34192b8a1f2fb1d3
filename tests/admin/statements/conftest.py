"""Olga's browser, and files that she brings."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence

import httpx
import pytest

from tests.admin.conftest import HOST, Browser, SignIn
from tests.trade import Trade, reference_rows
from tests.world import World

PATIENCE = 60


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def olga(browser: SignIn, world: World, trade: Trade) -> Browser:
    return await browser(world.olga)


async def send(browser: Browser, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
    """Post files as the form does: the token first."""
    told = {"csrf_token": browser.headers["X-CSRF-Token"], **fields}
    return await browser.post("/admin/statements/new", data=told, files=[("files", one) for one in files])


async def read_through(browser: Browser, answer: httpx.Response) -> str:
    """Wait until the files are read, as the page does; the address that tells of them."""
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].removeprefix(HOST)
    until = time.monotonic() + PATIENCE
    status = address.replace("/uploads?", "/uploads/status?")
    while (answer := await browser.get(status, headers={"HX-Request": "true"})).status_code == 200:
        assert time.monotonic() < until, answer.text
        await asyncio.sleep(0.05)
    assert answer.headers["HX-Refresh"] == "true"
    return address


async def brought(browser: Browser, name: str, content: bytes, **fields: str) -> str:
    """Bring one file; the address of its statement."""
    address = await read_through(browser, await send(browser, (name, content), **fields))
    shown = await browser.get(address)
    assert shown.status_code == 303, words(shown)
    return str(shown.headers["location"].removeprefix(HOST))


def csv_of(head: str, lines: Sequence[str]) -> bytes:
    """A file as insurers send it."""
    return "\r\n".join([head, *lines]).encode("cp1251")


def words(page: httpx.Response) -> str:
    """What a page says, without its markup, single spaces."""
    content = page.text[page.text.find('id="content"') :] if 'id="content"' in page.text else page.text
    return " ".join(re.sub(r"<[^>]*>", " ", content).replace("\N{NO-BREAK SPACE}", " ").split())
