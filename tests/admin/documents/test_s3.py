"""The same pages over a bucket: files go in parts, come out by links of two minutes, and stay where they were put."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

import settings as of_settings
from jobs.clients import storage as package
from jobs.clients.storage import Bucket, incoming, s3
from jobs.documents import sweep
from models.document import Document, Rename
from tests.admin.conftest import SignIn
from tests.admin.documents.conftest import JSON, pdf, row, send
from tests.jobs.clients.conftest import KEYS, s3_address
from tests.stories import Story
from tests.trade import do, get, rows
from tests.world import World

__all__ = ["s3_address"]


@pytest.fixture
def bucket(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The installation keeps its documents in a bucket."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name.upper(), value)
    url = f"s3://papers/{uuid4().hex}?endpoint={s3_address}"
    monkeypatch.setattr(package, "settings", of_settings.read(storage_url=url))
    package.storage.cache_clear()
    found = package.storage()
    assert isinstance(found, Bucket)
    yield found
    monkeypatch.undo()
    package.storage.cache_clear()


async def test_a_file_goes_in_and_comes_out_by_a_signed_link(
    world: World, deal: Story, browser: SignIn, bucket: Bucket
) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    document = await row(world, await send(anna, "Полис Ёлки.pdf", pdf("ведро"), deal_id=deal.deal))
    assert str(document.id) in document.storage_key and document.name == "Полис Ёлки.pdf"
    answer = await anna.get(f"/admin/document/download/{document.id}")
    assert answer.status_code == 303 and "X-Amz-Expires=120" in answer.headers["location"]
    async with httpx.AsyncClient() as elsewhere:
        given = await elsewhere.get(answer.headers["location"])
    assert given.content == pdf("ведро") and given.headers["content-disposition"].startswith("attachment")
    shown = await anna.get(f"/admin/document/file/{document.id}", headers={"Range": "bytes=0-3"})
    assert (shown.status_code, shown.content) == (206, b"%PDF")
    assert (await vera.get(f"/admin/document/download/{document.id}")).status_code == 404


async def test_the_same_twice_is_one_and_renaming_moves_nothing(
    world: World, deal: Story, browser: SignIn, bucket: Bucket
) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "раз.pdf", pdf("раз"), deal_id=deal.deal))
    assert (await send(anna, "два.pdf", pdf("раз"), deal_id=deal.deal)).json()["id"] == str(document.id)
    namesake = await row(world, await send(anna, "раз.pdf", pdf("другой раз"), deal_id=deal.deal))
    assert namesake.name == "раз (2).pdf"
    await do(world, world.anna, Document, document.id, "rename", Rename(name="новое имя"))
    await sweep(world.database)
    found = await get(world, world.anna, Document, document.id)
    assert (found.name, found.storage_key) == ("новое имя.pdf", document.storage_key)
    page = await anna.get(f"/admin/deal/children/{deal.deal}/document")
    assert "новое имя.pdf" in page.text and "/admin/document/refresh" not in page.text


async def test_an_object_without_a_row_gets_it_and_a_row_without_an_object_is_marked(
    world: World, deal: Story, browser: SignIn, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, key = await browser(world.anna), uuid4()

    async def die(*_given: object, **_more: object) -> None:
        raise RuntimeError("the process dies between the file and its row")

    with monkeypatch.context() as dying, contextlib.suppress(RuntimeError):
        dying.setattr("jobs.putting.take_in", die)
        assert (await send(anna, "сирота.pdf", pdf("сирота"), key, deal_id=deal.deal)).status_code == 500
    assert any(file.key.endswith("сирота.pdf") for file in await bucket.listing())
    assert (await sweep(world.database)).added == 0, "an object of this hour may still get its row"
    monkeypatch.setattr(s3, "IN_FLIGHT", -s3.IN_FLIGHT)
    assert (await sweep(world.database)).added == 1
    (found,) = await rows(world, Document, Document.name == "сирота.pdf")
    assert found.deal_id == deal.deal and found.folder == "" and str(found.id) in found.storage_key
    again = await send(anna, "сирота.pdf", pdf("сирота"), key, deal_id=deal.deal)
    assert again.json()["id"] == str(found.id)
    await bucket.remove(found.storage_key)
    assert (await sweep(world.database)).missing == 1
    assert (await anna.get(f"/admin/document/download/{found.id}", headers=JSON)).status_code == 410
    assert incoming().sweep() == 0
