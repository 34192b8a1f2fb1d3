"""Files in a browser: many at once, pasted, dropped, looked at, renamed, thrown away, taken back; and no barriers."""

from __future__ import annotations

import re
import shutil
import struct
import zlib
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from models.session import Database
from settings import settings
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import Story, story
from tests.world import World

PDF = b"%PDF-1.7\ntrailer <<>>\n%%EOF\n%"
LINK = re.compile(r"/d/[\w-]{43}$")
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const zone = document.querySelector(".documents .drop-target");
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """(bytes) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

DRAWN_ANEW = """async () => {
  const old = document.querySelector("[id^=rows-document]");
  document.body.dispatchEvent(new CustomEvent("saved", { bubbles: true }));
  while (old.isConnected) await new Promise(requestAnimationFrame);
}"""
"""The section as it is after somebody else has changed something."""


def picture() -> bytes:
    """A red dot as PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")) + chunk(b"IEND", b"")


def file(name: str, body: bytes) -> Any:
    """As a person chooses it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


@pytest.fixture(scope="module")
async def deal(database: Database, reference: World) -> Story:
    for name in ("documents", "incoming"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)
    return await story(database, reference.anna, "файлов")


async def open_files(page: Page, deal: Story) -> None:
    await page.goto(f"/admin/deal/details/{deal.deal}")
    await page.locator("[id^=rows-document]").scroll_into_view_if_needed()
    await expect(page.locator(".documents .dropzone")).to_be_visible()


async def test_files_come_in_every_way_and_are_looked_at(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 900})
    page = anna.page
    await open_files(page, deal)
    files = page.locator(".documents .files > li")
    chosen = [file(f"скан {number}.pdf", PDF + str(number).encode() * 50_000) for number in range(6)]
    await page.locator(".documents input[multiple]").set_input_files([*chosen, file("вирус.exe", b"MZ" * 99)])
    await expect(files).to_have_count(6)
    await expect(page.locator(".drop-list .is-failed")).to_contain_text("программа")
    await page.locator(".drop-list .is-failed .btn-icon").click()
    await page.evaluate(DROP, ["брошенный.pdf", PDF.decode() + "drop"])
    await expect(files).to_have_count(7)
    await page.evaluate(PASTE, list(picture()))
    await expect(files).to_have_count(8)
    choosing = await page.locator(".documents input[multiple]").element_handle()
    await page.evaluate(DRAWN_ANEW)
    await choosing.set_input_files([file("то же.pdf", chosen[0]["buffer"])])
    await expect(page.locator(".drop-list .is-twin")).to_contain_text("уже есть: «скан 0.pdf»")
    await page.locator(".drop-list .is-twin .btn-icon").click()

    await page.locator(".documents a[data-preview=image]").click()
    shown = page.locator("dialog.preview img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog.preview")).to_be_hidden()
    assert await violations(page, ".documents") == []


async def test_a_broken_connection_is_gone_on_with(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 900})
    page, broken = anna.page, []
    await open_files(page, deal)

    async def break_twice(route: Route) -> None:
        if route.request.method == "PUT" and len(broken) < 2:
            broken.append(route.request.url)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await page.route("**/admin/document/upload/**", break_twice)
    count = await page.locator(".documents .files > li").count()
    await page.locator(".documents input[multiple]").set_input_files([file("упорный.pdf", PDF + b"x" * 300_000)])
    await expect(page.locator(".documents .files > li")).to_have_count(count + 1)
    assert len(broken) == 2
    anna.complaints.clear()  # the browser says in its console that a connection broke


async def test_renamed_thrown_away_and_taken_back(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 900})
    page = anna.page
    await open_files(page, deal)
    await page.locator(".documents input[multiple]").set_input_files([file("лишнее имя.pdf", PDF + b"verbs")])
    line = page.locator(".documents .files > li", has_text="лишнее имя.pdf")
    await expect(line).to_be_visible()
    await open_files(page, deal)
    await line.get_by_role("button", name="Действия").click()
    await line.get_by_role("button", name="Переименовать").click()
    await anna.dialog.locator("input[name=name]").fill("Договор аренды")
    await anna.dialog.get_by_role("button", name="Переименовать").click()
    line = page.locator(".documents .files > li", has_text="Договор аренды.pdf")
    await expect(line).to_be_visible()
    await line.get_by_role("button", name="Действия").click()
    await line.get_by_role("button", name="Одноразовая ссылка").click()
    await expect(anna.dialog.locator("#link-address")).to_have_value(LINK)
    await anna.dialog.get_by_role("button", name="Закрыть").click()
    await line.get_by_role("button", name="Действия").click()
    await line.get_by_role("button", name="В корзину").click()
    await anna.dialog.get_by_role("button", name="В корзину").click()
    await expect(page.locator(".files-gone summary")).to_contain_text("1")
    await page.locator(".files-gone summary").click()
    await page.locator(".files-gone [id^=restore-]").click()
    await expect(line).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")])
async def test_no_barriers_and_nothing_scrolls_sideways(at_desk: SetUp, deal: Story, width: int, scheme: str) -> None:
    anna = await at_desk("anna", viewport={"width": width, "height": 900}, color_scheme=scheme)
    await open_files(anna.page, deal)
    assert await violations(anna.page, ".documents") == []
    assert await anna.page.evaluate("document.documentElement.scrollWidth") == width
