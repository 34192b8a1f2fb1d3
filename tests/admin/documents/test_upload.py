"""Files come in: under safe names, once each, however often the connection breaks."""

from __future__ import annotations

from uuid import uuid4

from admin.documents.putting import attach
from models.client import Client
from models.deal import Deal
from models.document import Document
from settings import settings
from tests.admin.conftest import SignIn
from tests.admin.documents.conftest import JSON, PNG, lying, pdf, row, send
from tests.stories import Story
from tests.trade import get, rows
from tests.world import World


async def test_a_file_lies_in_the_readable_folder_of_its_deal(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "Паспорт — Ёлкина.pdf", pdf("паспорт"), deal_id=deal.deal))
    code = (await get(world, world.admin, Deal, deal.deal)).code
    client, folder, name = document.storage_key.split("/")
    assert client.startswith("Клиент документов (") and folder == code and name == "Паспорт — Ёлкина.pdf"
    assert lying(document).read_bytes() == pdf("паспорт")
    assert (document.media_type, document.kind, document.size) == ("application/pdf", "identity", len(pdf("паспорт")))
    assert document.uploaded_by_id == world.anna.id


async def test_a_clients_own_file_and_a_policys_have_their_subfolders(
    world: World, deal: Story, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    own = await row(world, await send(anna, "согласие.pdf", pdf("согласие"), client_id=deal.client))
    of_policy = await send(anna, "скан.pdf", pdf("полиса"), deal_id=deal.deal, policy_id=deal.policy)
    document = await row(world, of_policy)
    assert own.storage_key.split("/")[1:] == ["Клиент", "согласие.pdf"] and own.kind == "consent"
    assert document.folder.startswith("Полисы") and document.policy_id == deal.policy


async def test_names_that_could_harm_are_made_safe(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    bad = ["../../../etc/passwd", "..", "CON.pdf", "a\x00b\n.pdf", "счёт\u202efdp.exe", ".htaccess", "ё" * 300 + ".pdf"]
    for number, name in enumerate(bad):
        document = await row(world, await send(anna, name, pdf(f"плохое {number}"), deal_id=deal.deal))
        assert lying(document).is_file() and len(document.name.encode()) <= 255
        assert document.storage_key.count("/") == 2 and "\u202e" not in document.name


async def test_namesakes_get_a_number_and_the_same_bytes_are_told(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    first = await row(world, await send(anna, "скан.pdf", pdf("один"), deal_id=deal.deal))
    second = await row(world, await send(anna, "СКАН.pdf", pdf("два"), deal_id=deal.deal))
    assert (first.name, second.name) == ("скан.pdf", "СКАН (2).pdf")
    again = await send(anna, "совсем другое имя.pdf", pdf("один"), deal_id=deal.deal)
    assert again.json()["state"] == "twin" and again.json()["id"] == str(first.id)
    assert len(await rows(world, Document, Document.sha256 == first.sha256)) == 1


async def test_an_upload_that_broke_off_goes_on_and_is_one_document(world: World, deal: Story, browser: SignIn) -> None:
    anna, key, body = await browser(world.anna), uuid4(), pdf("обрыв") * 1000
    where = {"name": "договор.pdf", "size": len(body), "deal_id": deal.deal}
    path = f"/admin/document/upload/{key}"
    half = await anna.put(path, params=where | {"offset": 0}, content=body[:20_000], headers=JSON)
    assert half.status_code == 202
    stand = (await anna.get(path, params=where, headers=JSON)).json()
    assert stand == {"offset": 20_000}
    beyond = await anna.put(path, params=where | {"offset": 20_001}, content=body[20_001:], headers=JSON)
    assert beyond.status_code == 409
    rest = await anna.put(path, params=where | {"offset": 20_000}, content=body[20_000:], headers=JSON)
    document = await row(world, rest)
    assert lying(document).read_bytes() == body
    repeated = await anna.put(path, params=where | {"offset": 0}, content=body, headers=JSON)
    assert repeated.json()["id"] == str(document.id)
    assert (await anna.get(path, params=where, headers=JSON)).json()["id"] == str(document.id)
    assert len(await rows(world, Document, Document.name.startswith("договор"))) == 1


async def test_the_bytes_say_what_it_is_and_programs_stay_out(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    picture = await row(world, await send(anna, "полис.pdf", PNG, deal_id=deal.deal))
    assert picture.media_type == "image/png"
    for name, body in (("полис.pdf", b"MZ" + b"\x00" * 100), ("фото.jpg", b"#!/bin/sh\nrm -rf /\n")):
        refused = await send(anna, name, body, deal_id=deal.deal)
        assert refused.status_code == 422 and name in refused.json()["error"]


async def test_what_was_taken_in_is_not_written_any_more(world: World, deal: Story, browser: SignIn) -> None:
    """A form has claimed the upload, and until the sweep comes the part is another name of the document's file."""
    anna, key, body = await browser(world.anna), uuid4(), pdf("взято формой")
    where = {"name": "паспорт.pdf", "size": len(body), "offset": 0}
    path = f"/admin/document/upload/{key}"
    assert (await anna.put(path, params=where, content=body, headers=JSON)).json()["state"] == "staged"
    async with world.database.transaction(world.anna, action="document.upload") as work:
        (document,) = await attach(work, [str(key)], deal_id=deal.deal)
    more_of_it = b"<script>alert(1)</script>"
    other, longer = b"<script>" + body[8:], body + more_of_it
    for sent, more in (
        (other, where),
        (longer, where | {"size": len(longer)}),
        (more_of_it, where | {"size": len(longer), "offset": len(body)}),
        (more_of_it, where | {"offset": len(body)}),
    ):
        await anna.put(path, params=more, content=sent, headers=JSON)
        assert lying(document).read_bytes() == body
    assert (await anna.get(path, params=where, headers=JSON)).json()["id"] == str(document.id)


async def test_too_much_is_refused_before_it_is_sent(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    size = settings.largest_document + 1
    where = {"name": "фильм.mp4", "size": size, "deal_id": deal.deal}
    assert (await anna.get(f"/admin/document/upload/{uuid4()}", params=where, headers=JSON)).status_code == 413
    assert (await send(anna, "фильм.mp4", b"x", deal_id=deal.deal, size=size)).status_code == 413
    assert (await send(anna, "больше.pdf", pdf("больше"), deal_id=deal.deal, size=5)).status_code == 409


async def test_vera_can_neither_send_to_nor_see_annas_deal(world: World, deal: Story, browser: SignIn) -> None:
    anna, vera, stranger = await browser(world.anna), await browser(world.vera), await browser()
    document = await row(world, await send(anna, "тайна.pdf", pdf("тайна"), deal_id=deal.deal))
    assert (await send(vera, "чужое.pdf", pdf("чужое"), deal_id=deal.deal)).status_code == 404
    assert (await send(vera, "чужое.pdf", pdf("чужое"), client_id=deal.client)).status_code == 404
    for page in ("file", "download"):
        assert (await anna.get(f"/admin/document/{page}/{document.id}")).status_code == 200
        assert (await vera.get(f"/admin/document/{page}/{document.id}")).status_code == 404
        assert (await stranger.get(f"/admin/document/{page}/{document.id}")).status_code == 303
    assert (await send(stranger, "чужое.pdf", pdf("чужое"), deal_id=deal.deal)).status_code == 401


async def test_without_the_token_nothing_is_taken(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    where = {"name": "a.pdf", "size": 3, "deal_id": str(deal.deal)}
    path = f"/admin/document/upload/{uuid4()}"
    assert (await anna.put(path, params=where, content=b"abc", headers={"X-CSRF-Token": "x"})).status_code == 403


async def test_a_renamed_client_keeps_the_files(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    document = await row(world, await send(anna, "до.pdf", pdf("до переименования"), deal_id=deal.deal))
    async with world.database.transaction(world.anna, action="client.update") as work:
        client = await work.get_record(Client, deal.client, lock=True)
        client.name = "Клиент переименованный"
    later = await row(world, await send(anna, "после.pdf", pdf("после переименования"), deal_id=deal.deal))
    assert later.storage_key.startswith("Клиент переименованный (")
    answer = await anna.get(f"/admin/document/download/{document.id}")
    assert answer.content == pdf("до переименования")
