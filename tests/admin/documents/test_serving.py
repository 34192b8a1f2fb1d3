"""Files go out: nothing that could run is shown, parts on demand, each access in the log, links work once."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update

from jobs.clients.storage import folder, storage
from jobs.documents import sweep
from models.document import Document, DocumentLink
from models.log import events
from models.people import User
from settings import settings
from tests.admin.conftest import Browser, SignIn
from tests.admin.documents.conftest import JSON, PNG, lying, pdf, row, send
from tests.stories import Story
from tests.trade import rows
from tests.world import World

HX = {"HX-Request": "true"}
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


async def seen_in_the_log(world: World, document: Document) -> list[tuple[str, object]]:
    async with world.database.transaction(world.admin) as work:
        wanted = select(events.c.type, events.c.actor_id).where(
            events.c.record_id == document.id, events.c.op == "note"
        )
        return [tuple(found) for found in await work.execute(wanted.order_by(events.c.seq))]


@pytest.mark.parametrize(
    ("name", "body", "shown"),
    [("а.pdf", pdf("показ"), True), ("б.png", PNG + b"show", True), ("в.pdf", HTML, False), ("г.png", SVG, False)],
)
async def test_only_pictures_and_pdf_are_shown(
    world: World, deal: Story, browser: SignIn, name: str, body: bytes, shown: bool
) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, name, body, deal_id=deal.deal))
    answer = await anna.get(f"/admin/document/file/{document.id}")
    assert answer.content == body and answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline" if shown else "attachment")
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    assert answer.headers["content-type"] in (
        {"application/pdf", "image/png"} if shown else {"application/octet-stream"}
    )
    if document.media_type != "application/pdf":
        assert answer.headers["content-security-policy"].startswith("sandbox;")
    saved = await anna.get(f"/admin/document/download/{document.id}")
    assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=3-99999999", 206, slice(3, None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        (f"bytes=0-{'9' * 5000}", 200, slice(None)),
    ],
)
async def test_parts_are_given(
    world: World, deal: Story, browser: SignIn, asked: str, status: int, part: slice
) -> None:
    anna, body = await browser(world.anna), pdf("части") * 50
    document = await row(world, await send(anna, "части.pdf", body, deal_id=deal.deal))
    answer = await anna.get(f"/admin/document/file/{document.id}", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, body[part])
    if status == 206:
        assert answer.headers["content-range"].endswith(f"/{len(body)}")
    other = {"Range": "bytes=0-3", "If-Range": '"another"'}
    assert (await anna.get(f"/admin/document/file/{document.id}", headers=other)).content == body


async def test_each_access_stands_in_the_log_once(world: World, deal: Story, browser: SignIn) -> None:
    anna, boss = await browser(world.anna), await browser(world.head)
    document = await row(world, await send(anna, "след.pdf", pdf("след"), deal_id=deal.deal))
    await anna.get(f"/admin/document/file/{document.id}", headers={"Range": "bytes=0-9"})
    await anna.get(f"/admin/document/file/{document.id}", headers={"Range": "bytes=10-"})
    await boss.get(f"/admin/document/download/{document.id}")
    vera = await browser(world.vera)
    await vera.get(f"/admin/document/download/{document.id}")
    assert await seen_in_the_log(world, document) == [
        ("documents.document.opened", world.anna.id),
        ("documents.document.downloaded", world.head.id),
    ]
    history = await anna.get(f"/admin/deal/history/{deal.deal}")
    assert "скачан файл" in history.text


async def test_who_leaves_out_the_first_byte_stands_in_the_log_too(world: World, deal: Story, browser: SignIn) -> None:
    anna, body = await browser(world.anna), pdf("без первого")
    document = await row(world, await send(anna, "без первого.pdf", body, deal_id=deal.deal))
    for _time in range(2):
        answer = await anna.get(f"/admin/document/download/{document.id}", headers={"Range": "bytes=1-"})
        assert answer.content == body[1:]
    assert await seen_in_the_log(world, document) == [("documents.document.downloaded", world.anna.id)]


async def link_to(browser: Browser, document: Document) -> str:
    """The path of a new link."""
    answer = await browser.post(f"/admin/document/link/{document.id}", headers=HX)
    assert answer.status_code == 200
    found = re.search(r'value="([^"]*/d/[^"]+)"', answer.text)
    assert found
    return unescape(found[1]).removeprefix(settings.address)


async def test_a_link_works_once_and_no_previewer_uses_it_up(world: World, deal: Story, browser: SignIn) -> None:
    anna, stranger = await browser(world.anna), await browser()
    document = await row(world, await send(anna, "Полис Ёлкиной.pdf", pdf("ссылка"), deal_id=deal.deal))
    path = await link_to(anna, document)
    for _preview in range(3):
        page = await stranger.get(path)
        assert page.status_code == 200 and "Ёлкин" not in page.text and "<form" in page.text
    given = await stranger.post(path)
    assert given.status_code == 200 and given.content == pdf("ссылка")
    assert given.headers["content-disposition"].startswith("attachment")
    for again in (await stranger.post(path), await stranger.get(path)):
        assert again.status_code == 410
    assert (await stranger.get(f"/d/{uuid4()}")).status_code == 410
    assert (await seen_in_the_log(world, document))[-1] == ("documents.document.downloaded", world.anna.id)
    (link,) = await rows_of_links(world, document)
    assert link.used_at is not None and path.split("/")[-1].encode() not in link.token_hash


async def rows_of_links(world: World, document: Document) -> list[DocumentLink]:
    async with world.database.transaction(world.admin) as work:
        return list(await work.scalars(select(DocumentLink).where(DocumentLink.document_id == document.id)))


async def test_two_at_once_get_it_once(world: World, deal: Story, browser: SignIn) -> None:
    anna, stranger = await browser(world.anna), await browser()
    document = await row(world, await send(anna, "дважды.pdf", pdf("дважды"), deal_id=deal.deal))
    path = await link_to(anna, document)
    answers: list[httpx.Response] = await asyncio.gather(*(stranger.post(path) for _n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410, 410]


async def test_a_link_goes_no_further_than_its_maker(world: World, deal: Story, browser: SignIn) -> None:
    anna, stranger = await browser(world.anna), await browser()
    document = await row(world, await send(anna, "права.pdf", pdf("права"), deal_id=deal.deal))
    late, lost, gone = [await link_to(anna, document) for _n in range(3)]
    async with world.database.transaction(world.admin, action="test") as work:
        (link, *_others) = await work.scalars(
            select(DocumentLink).where(DocumentLink.document_id == document.id).order_by(DocumentLink.id)
        )
        link.expires_at = work.at
    assert (await stranger.post(late)).status_code == 410
    kept = lying(document).rename(lying(document).with_name(".away"))
    assert (await stranger.post(lost)).status_code == 410
    kept.rename(lying(document))
    assert (await stranger.post(lost)).status_code == 200
    async with world.database.transaction(world.admin, action="test") as work:
        await work.execute(update(User).where(User.id == world.anna.id).values(is_active=False))
    assert (await stranger.post(gone)).status_code == 404
    async with world.database.transaction(world.admin, action="test") as work:
        await work.execute(update(User).where(User.id == world.anna.id).values(is_active=True))
    vera = await browser(world.vera)
    assert (await vera.post(f"/admin/document/link/{document.id}", headers=HX)).status_code == 404


async def test_an_upload_that_is_taken_back_leaves_the_folder(
    world: World, deal: Story, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "ошибка.pdf", pdf("ошибка"), deal_id=deal.deal))
    async with world.database.transaction(world.admin) as work:
        action = await work.scalar(select(events.c.action_id).where(events.c.record_id == document.id))
    assert (await anna.post(f"/admin/undo/{action}", headers=HX)).status_code == 200
    assert (await anna.get(f"/admin/document/download/{document.id}", headers=JSON)).status_code == 404
    async with world.database.transaction(world.admin) as work:
        undoing = await work.scalar(
            select(events.c.action_id).where(events.c.record_id == document.id, events.c.op == "delete")
        )
    monkeypatch.setattr(folder, "QUIET", timedelta(0))
    tally = await sweep(world.database)
    assert not lying(document).exists() and tally.added == 0
    assert await rows(world, Document, Document.sha256 == document.sha256) == []
    assert (await anna.post(f"/admin/undo/{undoing}", headers=HX)).status_code == 200
    for _round in range(2):
        await sweep(world.database)
    assert lying(document).read_bytes() == pdf("ошибка") and storage().follows_names
