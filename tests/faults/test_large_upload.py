"""200 MB in flat memory: the panel's process grows by a few megabytes, however large the file is."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from admin.app import Application
from models.document import Document
from settings import settings
from tests.admin.conftest import panel
from tests.admin.documents.conftest import empty_folder, lying
from tests.faults.test_upload_killed import at_desk, documents
from tests.stories import story
from tests.world import World

__all__ = ["empty_folder", "panel"]
MEGABYTE = 1024 * 1024
MOST = 48 * MEGABYTE
"""Growth at the peak that is flat for 200 MB: buffers of the server, of the part and of the answer."""


def peak(pid: int) -> int:
    """Bytes of memory that a process has held at most."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


async def body(megabytes: int) -> AsyncIterator[bytes]:
    """Blocks of a megabyte, no two alike."""
    for number in range(megabytes):
        yield (b"%PDF-1.7" if not number else b"") + number.to_bytes(8, "big") * (MEGABYTE // 8 - (not number))


@pytest.mark.soak
@pytest.mark.parametrize("megabytes", [200])
async def test_a_large_file_passes_in_flat_memory(world: World, panel: Application, megabytes: int) -> None:
    deal, digest = (await story(world.database, world.anna, "больших файлов")).deal, hashlib.sha256()
    async for block in body(megabytes):
        digest.update(block)
    size = megabytes * MEGABYTE
    assert size == settings.largest_document
    async with at_desk(world, panel, "none") as desk:
        where = {"name": "малый.pdf", "size": "9", "offset": "0", "deal_id": str(deal)}
        await desk.browser.put(f"/admin/document/upload/{uuid4()}", params=where, content=b"%PDF-1.7\n")
        before = peak(desk.process.pid)
        where |= {"name": "большой.pdf", "size": str(size)}
        answer = await desk.browser.put(f"/admin/document/upload/{uuid4()}", params=where, content=body(megabytes))
        assert answer.json()["state"] == "stored", answer.text
        uploaded, read = peak(desk.process.pid), 0
        async with desk.browser.stream("GET", f"/admin/document/download/{answer.json()['id']}") as given:
            async for piece in given.aiter_bytes(MEGABYTE):
                read += len(piece)
        downloaded = peak(desk.process.pid)
    print(f"panel: {before >> 20} MB, after 200 MB in {uploaded >> 20} MB, after 200 MB out {downloaded >> 20} MB")
    found: list[Document] = [one for one in await documents(world, deal) if one.size == size]
    assert read == size and found[0].sha256 == digest.hexdigest() and lying(found[0]).stat().st_size == size
    assert downloaded - before < MOST
