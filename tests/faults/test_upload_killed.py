"""kill -9 at each point of an upload: after the next sweep no row is without its file and no file without its row."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from admin.app import Application
from admin.auth import cookies
from admin.auth.tokens import form_token
from jobs.clients.storage import folder, incoming, storage
from jobs.documents import sweep
from models.document import Document
from tests.admin.conftest import panel
from tests.admin.documents.conftest import empty_folder
from tests.faults.panel import HALTED
from tests.stories import story
from tests.world import World

__all__ = ["empty_folder", "panel"]
BODY = b"%PDF-1.7\n" + os.urandom(3_000_000)
PATIENCE = 30


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as whole as soon as they are there."""
    monkeypatch.setattr(folder, "QUIET", timedelta(0))


class Desk:
    """Anna's browser at a panel that is about to die."""

    def __init__(self, process: asyncio.subprocess.Process, browser: httpx.AsyncClient) -> None:
        self.process = process
        self.browser = browser

    async def sends(self, key: UUID, deal: UUID, body: Any = BODY) -> httpx.Response:
        """The upload of one file."""
        where = {"name": "Полис.pdf", "size": str(len(BODY)), "offset": "0", "deal_id": str(deal)}
        return await self.browser.put(f"/admin/document/upload/{key}", params=where, content=body)

    async def is_killed(self) -> None:
        """By kill -9."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def halts(self) -> None:
        """The panel has come to the point of its fault."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert line.decode().strip() == HALTED


@asynccontextmanager
async def at_desk(world: World, panel: Application, fault: str) -> AsyncIterator[Desk]:
    """A panel in a process of its own, and Anna signed in at it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    url = world.database.engine.url.render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.panel", url, str(port), fault, stdout=asyncio.subprocess.PIPE
    )
    token = (await panel.state.sessions.open(world.anna)).token
    headers = {
        "Cookie": f"{cookies.SESSION}={token}", "X-CSRF-Token": form_token(token), "Accept": "application/json",
    }  # fmt: skip
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=PATIENCE) as browser:
        try:
            await until_it_answers(browser)
            yield Desk(process, browser)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def until_it_answers(browser: httpx.AsyncClient) -> None:
    for _try in range(PATIENCE * 10):
        try:
            if (await browser.get("/health/live")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise AssertionError("The panel does not answer")


async def divided(world: World) -> tuple[set[str], set[str]]:
    """Keys of rows without a file, and of files without a row."""
    async with world.database.transaction(world.admin) as work:
        keys = set(await work.scalars(select(Document.storage_key)))
    files = {file.key for file in await storage().listing()}
    return keys - files, files - keys


async def documents(world: World, deal: UUID) -> list[Document]:
    async with world.database.transaction(world.admin) as work:
        return list(await work.scalars(select(Document).where(Document.deal_id == deal)))


async def half_of_it(sent: asyncio.Event) -> AsyncIterator[bytes]:
    """The first half, then nothing more."""
    yield BODY[: len(BODY) // 2]
    sent.set()
    await asyncio.Event().wait()


async def test_killed_while_the_bytes_come_it_goes_on_later(world: World, panel: Application) -> None:
    deal, key = (await story(world.database, world.anna, "обрыва")).deal, uuid4()
    async with at_desk(world, panel, "none") as desk:
        sent = asyncio.Event()
        sending = asyncio.create_task(desk.sends(key, deal, half_of_it(sent)))
        await sent.wait()
        while not any(part.stat().st_size for part in incoming().root.glob("*.part")):
            await asyncio.sleep(0.05)
        await desk.is_killed()
        sending.cancel()
    await sweep(world.database)
    assert await divided(world) == (set(), set()) and await documents(world, deal) == []
    async with at_desk(world, panel, "none") as desk:
        assert (await desk.sends(key, deal)).json()["state"] == "stored"
    assert len(await documents(world, deal)) == 1


async def test_killed_between_file_and_row_the_sweep_writes_the_row(world: World, panel: Application) -> None:
    deal, key = (await story(world.database, world.anna, "сироты")).deal, uuid4()
    async with at_desk(world, panel, "file") as desk:
        sending = asyncio.create_task(desk.sends(key, deal))
        await desk.halts()
        assert len((await divided(world))[1]) == 1
        await sweep(world.database)
        assert len((await divided(world))[1]) == 1, "while the process lives the file is not taken from it"
        await desk.is_killed()
        with pytest.raises(httpx.TransportError):
            await sending
    await sweep(world.database)
    assert await divided(world) == (set(), set())
    (found,) = await documents(world, deal)
    async with at_desk(world, panel, "none") as desk:
        answer = (await desk.sends(key, deal)).json()
    assert (answer["state"], answer["id"]) == ("twin", str(found.id))
    await sweep(world.database)
    assert await divided(world) == (set(), set()) and len(await documents(world, deal)) == 1


async def test_killed_before_the_answer_a_repetition_is_the_same_document(world: World, panel: Application) -> None:
    deal, key = (await story(world.database, world.anna, "ответа")).deal, uuid4()
    async with at_desk(world, panel, "row") as desk:
        sending = asyncio.create_task(desk.sends(key, deal))
        await desk.halts()
        await desk.is_killed()
        with pytest.raises(httpx.TransportError):
            await sending
    await sweep(world.database)
    assert await divided(world) == (set(), set())
    async with at_desk(world, panel, "none") as desk:
        assert (await desk.sends(key, deal)).status_code == 200
    assert len(await documents(world, deal)) == 1 and await divided(world) == (set(), set())


async def test_the_check_sees_a_panel_that_writes_the_row_first(world: World, panel: Application) -> None:
    """Negative control: that panel leaves a row without a file, which no sweep can mend."""
    deal, key = (await story(world.database, world.anna, "наоборот")).deal, uuid4()
    async with at_desk(world, panel, "row_first") as desk:
        sending = asyncio.create_task(desk.sends(key, deal))
        await desk.halts()
        await desk.is_killed()
        with pytest.raises(httpx.TransportError):
            await sending
    await sweep(world.database)
    rows_alone, files_alone = await divided(world)
    assert len(rows_alone) == 1 and files_alone == set()
