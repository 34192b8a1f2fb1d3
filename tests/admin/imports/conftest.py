"""Files that people bring into lists."""

from __future__ import annotations

import asyncio
import io
import re
import time
from collections.abc import Sequence
from typing import Any

import httpx
import openpyxl

from tests.admin.conftest import HOST, Browser

PATIENCE = 60


def csv_of(rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig", mark: str = ";") -> bytes:
    """Rows as a text file."""
    return "\n".join(mark.join(str(cell) for cell in row) for row in rows).encode(encoding)


def xlsx_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as a workbook."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


async def send(browser: Browser, identity: str, content: bytes, name: str = "файл.csv") -> httpx.Response:
    """Post a file as the form does: the token first, then the file."""
    token = browser.headers["X-CSRF-Token"]
    return await browser.post(f"/admin/{identity}/import", data={"csrf_token": token}, files={"file": (name, content)})


async def settled(browser: Browser, address: str) -> None:
    """Ask for the progress, as the page does, until there is none."""
    until = time.monotonic() + PATIENCE
    while (answer := await browser.get(f"{address}/status", headers={"HX-Request": "true"})).status_code == 200:
        assert time.monotonic() < until, answer.text
        await asyncio.sleep(0.05)
    assert answer.headers["HX-Refresh"] == "true"


async def brought(browser: Browser, identity: str, content: bytes, name: str = "файл.csv", **columns: str) -> str:
    """Bring a file up to the page of its rows (or to the page that asks for its columns); gives the address."""
    answer = await send(browser, identity, content, name)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].removeprefix(HOST)
    await settled(browser, address)
    page = await browser.get(address)
    if page.status_code == 200 and 'class="mapping"' in page.text:
        assert (await browser.post(address, data=chosen_in(page.text) | columns)).status_code == 303
        await settled(browser, address)
        page = await browser.get(address)
    assert page.status_code == 303, page.text
    return str(page.headers["location"].removeprefix(HOST))


def chosen_in(page: str) -> dict[str, str]:
    """What the form of the columns holds, as a browser would send it."""
    sheet = re.search(r'name="sheet" value="([^"]*)"', page)
    head = re.search(r'name="head" value="(\d+)" checked', page)
    assert sheet is not None and head is not None, page
    boxes = re.findall(r'<select[^>]*name="(column-\d+|key|empty)"[^>]*>(.*?)</select>', page, re.DOTALL)
    found = {name: chosen[1] for name, options in boxes if (chosen := re.search(r'value="([^"]+)" selected', options))}
    return {"sheet": sheet[1], "head": head[1], **found}


def under(address: str, what: str) -> str:
    """An address of an import beside its page."""
    return f"/admin/bulk-change/{address.rpartition('/')[2]}/{what}"


def tabs(page: str) -> dict[str, int]:
    """How many rows there are of each kind that has any, as the page says."""
    found = re.findall(r'id="count-(create|update|same|wrong)">([^<]*)<', page)
    return {name: int(digits) for name, number in found if (digits := re.sub(r"\D", "", number)) != "0"}
