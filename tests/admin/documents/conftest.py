"""Files as a browser's script sends them, and what then lies in the folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from jobs.clients.storage import storage
from models.document import Document
from settings import settings
from tests.admin.conftest import Browser
from tests.stories import Story, story
from tests.trade import get
from tests.world import World

JSON = {"Accept": "application/json"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


@pytest.fixture(scope="module", autouse=True)
def empty_folder() -> None:
    """Every module has a database of its own, so the files of the one before are nobody's."""
    for name in ("documents", "incoming"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "документов")


@pytest.fixture
def documents() -> Iterator[Path]:
    """The folder of documents."""
    folder = settings.data_dir / "documents"
    folder.mkdir(exist_ok=True)
    yield folder


def pdf(word: str) -> bytes:
    """A PDF with bytes of its own."""
    return PDF + f"% {word}\n".encode()


async def send(
    browser: Browser, name: str, body: bytes, key: UUID | None = None, *, size: int | None = None, **query: Any
) -> httpx.Response:
    """One upload in one go."""
    params = {"name": name, "size": len(body) if size is None else size, "offset": 0, **query}
    return await browser.put(f"/admin/document/upload/{key or uuid4()}", params=params, content=body, headers=JSON)


async def row(world: World, answer: httpx.Response) -> Document:
    """The document that an answer tells of."""
    assert answer.status_code == 200, answer.text
    found: Document = await get(world, world.admin, Document, UUID(answer.json()["id"]))
    return found


def lying(document: Document) -> Path:
    """Where its file lies."""
    store: Any = storage()
    path: Path = store.root / document.storage_key
    return path
