"""The folder and the rows keep together: the panel's changes go to the folder, people's changes there come back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from jobs.clients.storage import folder, incoming, storage
from jobs.documents import sweep
from models.client import Client
from models.deal import Deal
from models.document import Attach, Classify, Document, Move, Rename
from models.filing.settling import settle
from models.filing.stock import take_stock
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.admin.documents.conftest import lying, pdf, row, send
from tests.stories import Story
from tests.trade import do, get, rows
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as whole as soon as they are there, but for those dated ahead."""
    monkeypatch.setattr(folder, "QUIET", timedelta(0))


def dated(path: Path, seconds: int) -> Path:
    """A file that was changed so many seconds from now."""
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + seconds))
    return path


def older(path: Path) -> Path:
    """A file that was copied a while ago."""
    return dated(path, -60)


async def tidy(world: World) -> Any:
    """One round of the job."""
    return await sweep(world.database)


async def again(world: World, document: Document) -> Document:
    found: Document = await get(world, world.admin, Document, document.id)
    return found


async def test_the_file_follows_its_row(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "скан 1.pdf", pdf("переезд"), deal_id=deal.deal))
    first = lying(document)
    await do(world, world.anna, Document, document.id, "rename", Rename(name="Паспорт"))
    assert (await again(world, document)).name == "Паспорт.pdf" and first.is_file()
    answer = await anna.get(f"/admin/document/download/{document.id}")
    assert answer.content == pdf("переезд") and "%D0%9F" in answer.headers["content-disposition"]
    await settle(world.database, storage())
    moved = lying(await again(world, document))
    assert moved.name == "Паспорт.pdf" and moved.read_bytes() == pdf("переезд") and not first.exists()

    await do(world, world.anna, Document, document.id, "move", Move(folder="Осмотр/фото"))
    await do(world, world.anna, Document, document.id, "classify", Classify(kind="photo"))
    await settle(world.database, storage())
    found = await again(world, document)
    assert lying(found).parent.name == "фото" and lying(found).is_file() and found.kind == "photo"
    assert await settle(world.database, storage()) == 0


async def test_a_taken_name_gets_a_number(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    first = await row(world, await send(anna, "договор.pdf", pdf("договор один"), deal_id=deal.deal))
    second = await row(world, await send(anna, "другой.pdf", pdf("договор два"), deal_id=deal.deal))
    await do(world, world.anna, Document, second.id, "rename", Rename(name="ДОГОВОР.pdf"))
    assert (await again(world, second)).name == "ДОГОВОР (2).pdf"
    (lying(first).parent / "третий.pdf").write_bytes(b"somebody's, just now")
    await do(world, world.anna, Document, second.id, "rename", Rename(name="третий.pdf"))
    await settle(world.database, storage())
    assert (await again(world, second)).name == "третий (2).pdf"
    (lying(first).parent / "третий.pdf").unlink()


async def test_attached_to_a_policy_it_lies_with_it(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    async with world.database.transaction(world.admin, action="policy.update") as work:
        policy = await work.get_record(Policy, deal.policy, lock=True)
        policy.number = "ХХХ 0123/45"
    document = await row(world, await send(anna, "полис.pdf", pdf("полис"), deal_id=deal.deal))
    await do(world, world.anna, Document, document.id, "attach", Attach(policy_id=deal.policy))
    await settle(world.database, storage())
    found = await again(world, document)
    assert found.folder == "Полисы/ХХХ 0123_45" and found.policy_id == deal.policy
    assert lying(found).is_file()


async def test_the_trash_takes_the_file_out_of_sight_and_gives_it_back(
    world: World, deal: Story, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "лишний.pdf", pdf("лишний"), deal_id=deal.deal))
    seen = lying(document)
    assert (await anna.post("/admin/document/verb/trash", data={"pk": str(document.id)}, headers=HX)).status_code == 200
    await tidy(world)
    assert not seen.exists() and ".trash" in (await again(world, document)).storage_key
    same = await row(world, await send(anna, "лишний.pdf", pdf("лишний"), deal_id=deal.deal))
    assert same.id != document.id and lying(same) == seen
    data = {"pk": str(document.id)}
    assert (await anna.post("/admin/document/verb/restore", data=data, headers=HX)).status_code == 200
    await tidy(world)
    back = await again(world, document)
    assert back.name == "лишний (2).pdf" and lying(back).read_bytes() == pdf("лишний")


async def test_what_people_put_into_the_folder_appears(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    place = lying(await row(world, await send(anna, "свой.pdf", pdf("свой"), deal_id=deal.deal))).parent
    (place / "Осмотр").mkdir(exist_ok=True)
    older_one = place / "Осмотр" / "Положили руками.pdf"
    older_one.write_bytes(pdf("руками"))
    older(older_one)
    (place / "ещё копируется.pdf").write_bytes(pdf("копируется"))
    dated(place / "ещё копируется.pdf", 60)
    (place / "~$отчёт.docx").write_bytes(b"lock")
    older(place / "~$отчёт.docx")
    (place / "ссылка.pdf").symlink_to("/etc/passwd")
    answer = await anna.post(f"/admin/document/refresh?deal_id={deal.deal}", headers=HX)
    assert answer.status_code == 200 and "1 новый файл" in answer.headers["hx-trigger"].encode().decode(
        "unicode_escape"
    )
    (found,) = await rows(world, Document, Document.sha256 == (await storage().content(key_of(older_one))).sha256)
    assert (found.name, found.folder, found.deal_id) == ("Положили руками.pdf", "Осмотр", deal.deal)
    assert await rows(world, Document, Document.name.in_(["ссылка.pdf", "~$отчёт.docx", "ещё копируется.pdf"])) == []
    vera = await browser(world.vera)
    assert (await vera.post(f"/admin/document/refresh?deal_id={deal.deal}", headers=HX)).status_code == 404
    dated(place / "ещё копируется.pdf", -120)
    assert (await tidy(world)).added == 1 and not (await tidy(world)).any


def key_of(path: Path) -> str:
    store: Any = storage()
    return str(path.relative_to(store.root))


async def test_moved_by_hand_it_is_known_again(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "бродит.pdf", pdf("бродит"), deal_id=deal.deal))
    path = lying(document)
    (path.parent / "Разное").mkdir(exist_ok=True)
    path.rename(path.parent / "Разное" / "нашёлся.pdf")
    older(path.parent / "Разное" / "нашёлся.pdf")
    tally = await tidy(world)
    found = await again(world, document)
    assert (tally.moved, tally.added, tally.missing) == (1, 0, 0)
    assert (found.name, found.folder, found.missing_since) == ("нашёлся.pdf", "Разное", None)
    whole = path.parent.parent
    renamed = whole.rename(whole.with_name("Совсем другое имя (" + whole.name.rsplit("(", 1)[1]))
    await tidy(world)
    found = await again(world, document)
    assert found.missing_since is None and lying(found).read_bytes() == pdf("бродит")
    await tidy(world)
    assert lying(await again(world, document)).read_bytes() == pdf("бродит") and not any(renamed.rglob("нашёлся*"))


async def test_deleted_by_hand_it_is_marked_and_comes_back(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "пропажа.pdf", pdf("пропажа"), deal_id=deal.deal))
    path = lying(document)
    kept = path.with_name(".kept")
    path.rename(kept)
    assert (await tidy(world)).missing == 1
    page = await anna.get(f"/admin/deal/children/{deal.deal}/document")
    assert "Нет в папке с" in page.text
    gone = await anna.get(f"/admin/document/download/{document.id}", headers={"Accept": "application/json"})
    assert gone.status_code == 410
    kept.rename(path)
    assert (await tidy(world)).back == 1
    assert (await again(world, document)).missing_since is None


async def test_bytes_changed_by_hand_are_those_of_the_row(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "правка.pdf", pdf("до правки"), deal_id=deal.deal))
    lying(document).write_bytes(pdf("после правки"))
    older(lying(document))
    assert (await tidy(world)).changed == 1
    found = await again(world, document)
    assert found.sha256 != document.sha256 and found.size == len(pdf("после правки"))


async def test_a_file_moved_to_another_deal_belongs_to_it(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    async with world.database.transaction(world.anna, action="deal.create") as work:
        other = await Deal.open(work, client_id=deal.client, title="Другая сделка")
    document = await row(world, await send(anna, "переносят.pdf", pdf("переносят"), deal_id=deal.deal))
    target = lying(document).parent.parent / other.code
    target.mkdir()
    lying(document).rename(target / "переносят.pdf")
    older(target / "переносят.pdf")
    await tidy(world)
    assert (await again(world, document)).deal_id == other.id


async def test_a_folder_of_nobody_is_left_alone(world: World, deal: Story, documents: Path) -> None:
    stranger = documents / "Общее" / "шаблон.docx"
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"text")
    older(stranger)
    tally = await tidy(world)
    assert "Общее/шаблон.docx" in tally.strange and stranger.exists()
    stranger.unlink()


async def test_a_renamed_client_has_a_renamed_folder(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "имя.pdf", pdf("имя"), client_id=deal.client))
    async with world.database.transaction(world.anna, action="client.update") as work:
        (await work.get_record(Client, deal.client, lock=True)).name = "Иванова / бывш. Петрова"
    await tidy(world)
    found = await again(world, document)
    assert found.storage_key.startswith("Иванова _ бывш. Петрова (")
    assert lying(found).is_file()


async def test_the_job_is_idle_when_nothing_differs(world: World, deal: Story) -> None:
    await tidy(world)
    async with world.database.transaction(world.admin) as work:
        before = await work.scalar(select(Document.id).order_by(Document.id.desc()).limit(1))
    assert not (await take_stock(world.database, storage())).any
    assert isinstance(before, UUID) and incoming().sweep() == 0
