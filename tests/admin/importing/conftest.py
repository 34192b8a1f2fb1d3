"""Browsers that bring workbooks."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.admin.conftest import HOST, Browser
from tests.seeds.dirty_workbook import write_sample

PATIENCE = 60
Bring = Callable[[Browser, bytes], Awaitable[str]]


@pytest.fixture(scope="session")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small brokerage's workbook, its truth beside it."""
    folder = tmp_path_factory.mktemp("brought")
    write_sample(folder, seed=7)
    return folder / "portfolio.xlsx"


async def send(browser: Browser, content: bytes, name: str = "портфель.xlsx") -> httpx.Response:
    """Post a file as the form does: the token first, then the file."""
    token = browser.headers["X-CSRF-Token"]
    return await browser.post("/admin/import", data={"csrf_token": token}, files={"workbook": (name, content)})


async def brought(browser: Browser, content: bytes) -> str:
    """Post a file, wait until it is read; the address of its page."""
    answer = await send(browser, content)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].removeprefix(HOST)
    await settled(browser, address)
    return address


async def settled(browser: Browser, address: str) -> None:
    """Ask for the progress, as the page does, until there is none."""
    until = time.monotonic() + PATIENCE
    while (answer := await browser.get(f"{address}/status", headers={"HX-Request": "true"})).status_code == 200:
        assert time.monotonic() < until, answer.text
        await asyncio.sleep(0.05)
    assert answer.headers["HX-Refresh"] == "true"


def words(page: httpx.Response) -> str:
    """What a page says, without its markup, single spaces."""
    content = page.text[page.text.index('id="content"') :]
    return " ".join(re.sub(r"<[^>]*>", " ", content).replace("\xa0", " ").split())
