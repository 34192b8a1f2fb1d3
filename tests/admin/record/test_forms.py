"""Forms: created once, merged, refused in words with what was typed still there."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models.client import Client
from models.deal import Deal, JournalEntry
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX, hidden, seen
from tests.stories import Story, made
from tests.world import World


async def stored(world: World, record: Any, key: UUID) -> Any:
    async with world.database.transaction(world.admin) as work:
        return await work.get_record(record, key)


async def test_a_deal_is_opened_for_a_new_client_by_one_form(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    form = await anna.get("/admin/deal/create")
    assert form.status_code == 200
    values = {"id": hidden(form, "id"), "client_id": "", "client_id__new": "Лебедева В. П.", "title": "Ипотека"}
    answer = await anna.post("/admin/deal/create", data=values)
    again = await anna.post("/admin/deal/create", data=values)
    assert (answer.status_code, again.status_code) == (303, 303)
    assert answer.headers["location"] == again.headers["location"]
    opened = await stored(world, Deal, UUID(values["id"]))
    assert (await stored(world, Client, opened.client_id)).name == "Лебедева В. П."
    async with world.database.transaction(world.anna) as work:
        assert await work.scalar(select(func.count()).where(Deal.title == "Ипотека")) == 1
        assert await work.scalar(select(func.count()).where(Client.name == "Лебедева В. П.")) == 1
    page = await anna.get(answer.headers["location"])
    assert opened.code in page.text and "Лебедева В. П." in page.text


async def test_a_forged_sight_is_refused_in_words(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for forged in ("[", "[" * 50_000, '{"program": "\\ud800"}'):
        answer = await anna.post(f"/admin/policy/edit/{deal.policy}", data={"seen": forged, "program": "x"})
        assert answer.status_code == 422 and "Страница устарела" in answer.text


async def test_only_what_changed_is_written(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    path = f"/admin/policy/edit/{deal.policy}"
    form = await anna.get(path)
    data = {"seen": json.dumps(seen(form)), "program": "Полное", "premium": "100 000,00"}
    answer = await anna.post(path, data=data)
    assert answer.status_code == 303
    policy = await stored(world, Policy, deal.policy)
    assert (policy.program, policy.insurer_id) == ("Полное", deal.insurer)


async def test_two_writers_are_merged_and_told(world: World, browser: SignIn) -> None:
    client = await made(world.database, world.anna, Client, name="Общий")
    anna, olga = await browser(world.anna), await browser(world.olga)
    path = f"/admin/client/edit/{client.id}"
    forms = [seen(await one.get(path)) for one in (anna, olga)]
    await olga.post(path, data={"seen": json.dumps(forms[1]), "email": "o@example.ru"})
    answer = await anna.post(path, data={"seen": json.dumps(forms[0]), "email": "", "source": "сайт"}, headers=HX)
    assert answer.status_code == 200 and "saved" in answer.headers["hx-trigger-after-swap"]
    row = await stored(world, Client, client.id)
    assert (row.email, row.source) == ("o@example.ru", "сайт")
    assert "\\u041e\\u043b\\u044c\\u0433\\u0430" in answer.headers["hx-trigger"]  # Ольга


async def test_a_clash_keeps_the_form_and_lets_one_choose(world: World, browser: SignIn) -> None:
    client = await made(world.database, world.anna, Client, name="Спорный", note="было")
    anna, olga = await browser(world.anna), await browser(world.olga)
    path = f"/admin/client/edit/{client.id}"
    form = seen(await anna.get(path))
    await olga.post(path, data={"seen": json.dumps(form), "note": "Ольгино"})
    mine = {"seen": json.dumps(form), "note": "Аннино", "address": "Тверь"}
    page = await anna.post(path, data=mine)
    assert page.status_code == 409
    for word in ("Ольгино", "Аннино", "было", "Тверь", "note__take"):
        assert word in page.text
    assert (await stored(world, Client, client.id)).note == "Ольгино"
    again = mine | {"seen": hidden(page, "seen")}
    assert (await anna.post(path, data=again | {"note__take": "theirs"})).status_code == 303
    row = await stored(world, Client, client.id)
    assert (row.note, row.address) == ("Ольгино", "Тверь")
    assert (await anna.post(path, data=again | {"note__take": "mine", "address": "Тверь"})).status_code == 303
    assert (await stored(world, Client, client.id)).note == "Аннино"


async def test_errors_stand_by_their_fields_and_nothing_is_lost(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    path = f"/admin/policy/edit/{deal.policy}"
    data = {"seen": json.dumps(seen(await anna.get(path))), "premium": "сто рублей", "beneficiary": "Банк"}
    page = await anna.post(path, data=data)
    assert page.status_code == 422
    assert "сто рублей" in page.text and "Банк" in page.text and 'aria-invalid="true"' in page.text
    assert "SELECT" not in page.text and "sqlalchemy" not in page.text


async def test_forged_fields_are_refused(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    path = f"/admin/deal/edit/{deal.deal}"
    for name, value in {"stage": "won", "next_review_at": "2030-01-01", "seller_id": str(world.vera.id)}.items():
        page = await anna.post(path, data={"seen": "{}", name: value})
        assert page.status_code == 422, name
    forged = {"client_id": str(deal.client), "title": "Х", "stage": "won"}
    assert (await anna.post("/admin/deal/create", data=forged)).status_code == 422
    row = await stored(world, Deal, deal.deal)
    assert (row.stage, row.seller_id) == ("draft", world.anna.id)


async def test_a_malformed_snapshot_is_a_sentence(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for text in ("[", "[1]", '{"title": ["x"]}'):
        answer = await anna.post(f"/admin/deal/edit/{deal.deal}", data={"seen": text, "source": "сайт"})
        assert answer.status_code in (303, 409, 422)


async def test_children_are_added_without_leaving_the_page(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    form = await anna.get(f"/admin/income/create?payment_id={deal.payment}", headers=HX)
    assert form.status_code == 200 and "<html" not in form.text
    data = {"id": hidden(form, "id"), "amount": "1 500,50", "payment_id": str(deal.payment)}
    answer = await anna.post(f"/admin/income/create?payment_id={deal.payment}", data=data, headers=HX)
    assert (answer.status_code, answer.text) == (200, "")
    rows = await anna.get(f"/admin/payment/children/{deal.payment}/income", headers=HX)
    assert "1\u00a0500,50" in rows.text
    data = {"body": "клиент просит без франшизы"}
    await anna.post(f"/admin/journal-entry/create?deal_id={deal.deal}", data=data, headers=HX)
    journal = await anna.get(f"/admin/deal/timeline/{deal.deal}", headers=HX)
    assert "клиент просит без франшизы" in journal.text


async def test_the_trash_is_undone_from_the_toast(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    entry = await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="в корзину")
    answer = await anna.post("/admin/journal-entry/delete", data={"pk": str(entry.id)}, headers=HX)
    undo = json.loads(answer.headers["hx-trigger"])["toast"]["undo"]
    assert (await stored(world, JournalEntry, entry.id)).deleted_at is not None
    assert (await anna.post(f"/admin/undo/{undo}", headers=HX)).status_code == 200
    assert (await stored(world, JournalEntry, entry.id)).deleted_at is None


async def test_lookups_offer_few_and_only_what_is_seen(world: World, deal: Story, browser: SignIn) -> None:
    for n in range(25):
        await made(world.database, world.anna, Client, name=f"Однофамилец {n}")
    anna, vera = await browser(world.anna), await browser(world.vera)
    path = "/admin/deal/lookup?field=client_id&q=однофам"
    assert len((await anna.get(path)).json()["options"]) == 20
    assert (await vera.get(path)).json()["options"] == []
    for field in ("title", "nope", "stage"):
        assert (await anna.get(f"/admin/deal/lookup?field={field}")).status_code == 404
    assert (await anna.get("/admin/deal/lookup?field=client_id&q=%25")).json()["options"] == []
    needs = (await anna.get(f"/admin/policy/lookup?field=need_id&deal_id={deal.deal}")).json()["options"]
    assert [one["id"] for one in needs] == [str(deal.need)]


async def test_a_lookup_finds_by_every_name_what_its_reader_may_see(world: World, deal: Story, browser: SignIn) -> None:
    row = await stored(world, Deal, deal.deal)
    anna, vera = await browser(world.anna), await browser(world.vera)
    await made(world.database, world.anna, Client, name="Телефонов", phone="+79031234567")
    for path in (
        f"/admin/task/lookup?field=deal_id&q={row.code}",
        "/admin/deal/lookup?field=client_id&q=903 123-45-67",
    ):
        assert len((await anna.get(path)).json()["options"]) == 1, path
        assert (await vera.get(path)).json()["options"] == [], path
    within = f"/admin/policy/lookup?field=calculation_id&deal_id={deal.deal}&q=nothing of the kind"
    assert (await anna.get(within)).json()["options"] == []


async def test_no_form_loads_a_table(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for identity in ("deal", "task", "policy", "calculation", "payment"):
        page = await anna.get(f"/admin/{identity}/create")
        assert page.status_code == 200 and "Однофамилец" not in page.text
