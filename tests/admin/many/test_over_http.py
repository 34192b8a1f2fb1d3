"""Chosen rows over HTTP: frozen, asked once, previewed, applied, undone; and nothing of it for others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import openpyxl
import pytest
from sqlalchemy import select

from models.deal import Deal
from models.log import events
from models.many.change import BulkChange
from settings import settings
from tests.admin.conftest import SignIn
from tests.crowd import deals_of
from tests.trade import get
from tests.world import World

JSON = {"Accept": "application/json"}
LIST = "/admin/deal"


async def choose(browser: httpx.AsyncClient, query: str = "", identity: str = "deal") -> dict[str, Any]:
    """Everything that a list shows, frozen."""
    answer = await browser.post(f"/admin/{identity}/chosen?{query}", headers=JSON)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def step(browser: httpx.AsyncClient, what: str, told: dict[str, Any] | None = None, **chosen: Any) -> str:
    """Go through a step up to its preview; gives the page's address."""
    answer = await browser.post(f"{LIST}/bulk", data={"what": what, **chosen})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    if "/bulk/" in address:
        assert (await browser.get(address)).status_code == 200
        answer = await browser.post(address, data=told or {})
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"]
    return str(address)


def under(address: str, what: str) -> str:
    """An address of a bulk change beside its page."""
    return f"/admin/bulk-change/{address.rpartition('/')[2]}/{what}"


async def sellers(world: World, keys: Sequence[UUID]) -> set[UUID]:
    async with world.database.transaction(world.admin) as work:
        return set(await work.scalars(select(Deal.seller_id).where(Deal.id.in_(keys))))


async def test_all_that_match_are_transferred_and_taken_back(world: World, browser: SignIn) -> None:
    keys = await deals_of(world, world.anna, 30, "Осень")
    await deals_of(world, world.anna, 3, "Весна")
    head = await browser(world.head)
    page = await head.get(f"{LIST}/list?q={quote('Осень')}")
    assert "data-choose-all" in page.text and 'name="what" value="transfer"' in page.text
    chosen = await choose(head, f"q={quote('Осень')}&sort=-code")
    assert chosen["number"] == 30
    address = await step(head, "transfer", {"seller_id": str(world.boris.id)}, selection=chosen["selection"])
    preview = (await head.get(address)).text
    assert "Изменится 30 записей" in preview and "Анна Сергеева" in preview and "Борис Орлов" in preview
    assert "Поиск: Осень" in preview
    assert await sellers(world, keys) == {world.anna.id}
    answer = await head.post(under(address, "apply"))
    assert answer.status_code == 303 and "/admin/deal/list?q=" in answer.headers["location"]
    assert await sellers(world, keys) == {world.boris.id}
    again = await head.post(under(address, "apply"))
    assert again.headers["location"] == address
    result = (await head.get(address)).text
    assert "Изменено 30 записей" in result and "Отменить всё" in result
    assert (await head.post(under(address, "undo"))).status_code == 303
    assert await sellers(world, keys) == {world.anna.id}
    assert "Отменено целиком" in (await head.get(address)).text


async def test_ticked_rows_less_and_more(world: World, browser: SignIn) -> None:
    keys = await deals_of(world, world.anna, 5, "Галочки")
    anna = await browser(world.anna)
    chosen = await choose(anna, f"q={quote('Галочки')}")
    more = await deals_of(world, world.anna, 1, "Позже")
    shown = await anna.get(f"{LIST}/chosen/{chosen['selection']}", params={"pk": [str(k) for k in (*keys, *more)]})
    assert set(shown.json()["keys"]) == {str(key) for key in keys}
    told = {"source": "Сайт"}
    kept = {"selection": chosen["selection"], "without": f"{keys[0]},{keys[1]}", "pk": str(more[0])}
    address = await step(anna, "edit", told, **kept)
    await anna.post(under(address, "apply"))
    sources = [(await get(world, world.anna, Deal, key)).source for key in (*keys, *more)]
    assert sources == [None, None, "Сайт", "Сайт", "Сайт", "Сайт"]
    address = await step(anna, "edit", {"empty": "source"}, pk=[str(key) for key in keys])
    page = (await anna.get(address)).text
    assert "отмечены вручную" in page and "Менять нечего: уже так." in page
    left = (await anna.get(f"{address}?show={group_of(page)}")).text
    assert str(keys[0]) in left and str(keys[4]) not in left


async def test_a_form_is_asked_once_and_comes_back_with_what_is_wrong(world: World, browser: SignIn) -> None:
    keys = [str(key) for key in await deals_of(world, world.anna, 2, "Форма")]
    anna = await browser(world.anna)
    answer = await anna.post(f"{LIST}/bulk", data={"what": "put_off", "pk": keys})
    address = answer.headers["location"]
    wrong = await anna.post(address, data={"review_on": "32.13.2026"})
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text and "32.13.2026" in wrong.text
    form = await anna.get(address)
    once = re.findall(r'name="id" value="([^"]+)"', form.text)[0]
    told = {"review_on": "2031-01-01", "id": once}
    places = {(await anna.post(address, data=told)).headers["location"] for _time in range(2)}
    assert places == {f"/admin/bulk-change/details/{once}"}
    edit = (await anna.post(f"{LIST}/bulk", data={"what": "edit", "pk": keys})).headers["location"]
    page = (await anna.get(edit)).text
    assert 'name="title"' in page and 'name="stage"' not in page and 'name="code"' not in page
    assert (await anna.post(edit, data={})).status_code == 422
    assert (await anna.post(edit, data={"source": "x", "empty": "source"})).status_code == 422


async def test_strangers_have_no_part_in_it(world: World, browser: SignIn) -> None:
    keys = [str(key) for key in await deals_of(world, world.anna, 2, "Чужое")]
    anna, vera = await browser(world.anna), await browser(world.vera)
    chosen = await choose(anna, f"q={quote('Чужое')}")
    assert (await vera.post(f"{LIST}/bulk", data={"what": "edit", "selection": chosen["selection"]})).status_code == 409
    assert (await vera.get(f"{LIST}/chosen/{chosen['selection']}", params={"pk": keys})).status_code == 409
    address = await step(anna, "edit", {"source": "Тайна"}, pk=keys)
    for path in (address, under(address, "status"), under(address, "rows.csv")):
        assert (await vera.get(path)).status_code == 404
    for what in ("apply", "stop", "undo"):
        assert (await vera.post(under(address, what))).status_code == 404
    theirs = await step(vera, "edit", {"source": "Моё"}, pk=keys)
    page = (await vera.get(theirs)).text
    assert "Ничего не изменится." in page and "Чужое" not in page
    assert "больше не видна" in (await vera.get(f"{theirs}?show={group_of(page)}")).text


def group_of(page: str) -> str:
    """The first reason's name in addresses."""
    return str(re.findall(r"show=(\w{32})", page)[0])


async def test_who_may_not_is_offered_nothing_and_refused(world: World, browser: SignIn) -> None:
    await deals_of(world, world.anna, 1, "Право")
    boris, anna = await browser(world.boris), await browser(world.anna)
    assert (await boris.post(f"{LIST}/bulk", data={"what": "transfer", "pk": str(uuid4())})).status_code == 404
    assert 'value="export"' not in (await anna.get(f"{LIST}/list")).text, "sellers take no lists home"
    assert (await anna.post(f"{LIST}/bulk", data={"what": "export", "pk": str(uuid4())})).status_code == 404
    assert (await anna.post(f"{LIST}/bulk", data={"what": "edit"})).status_code == 409
    assert (await anna.post(f"{LIST}/bulk", data={"what": "edit", "pk": "x"})).status_code == 404


async def test_the_chosen_are_exported_and_the_results_too(world: World, browser: SignIn) -> None:
    keys = await deals_of(world, world.anna, 4, "=Выгрузка")
    head, anna = await browser(world.head), await browser(world.anna)
    answer = await head.post(f"{LIST}/bulk", data={"what": "export", "pk": [str(key) for key in keys[:3]]})
    rows = rows_of(await head.get(answer.headers["location"]))
    assert len(rows) == 4 and {row[0] for row in rows[1:]} == {
        (await get(world, world.head, Deal, key)).code for key in keys[:3]
    }
    answer = await head.post(f"{LIST}/bulk", data={"what": "export_book", "pk": [str(key) for key in keys[:3]]})
    book = openpyxl.load_workbook(io.BytesIO((await head.get(answer.headers["location"])).content))
    assert [row[0] for row in book.active.values] == [row[0] for row in rows]
    address = await step(head, "edit", {"source": "=1+1"}, pk=[str(key) for key in (*keys, uuid4())])
    await head.post(under(address, "apply"))
    rows = rows_of(await head.get(under(address, "rows.csv")))
    assert [row[2] for row in rows[1:]].count("Изменено") == 4 and len(rows) == 6
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    async with world.database.transaction(world.admin) as work:
        logged = select(events.c.record["bulk"].astext).where(events.c.type == "crm.deal.exported")
        assert address.rpartition("/")[2] in set(await work.scalars(logged))
    mine = await step(anna, "edit", {"source": "x"}, pk=str(keys[0]))
    assert (await anna.get(under(mine, "rows.csv"))).status_code == 403
    assert "rows.csv" not in (await anna.get(mine)).text


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200 and answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_large_ones_wait_for_the_worker_on_a_page_that_tells(
    world: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "bulk_at_once", 1)
    keys = [str(key) for key in await deals_of(world, world.anna, 5, "Очередь")]
    head = await browser(world.head)
    address = await step(head, "transfer", {"seller_id": str(world.boris.id)}, pk=keys)
    page = (await head.get(address)).text
    assert "Выясняем, что изменится" in page and "0 из 5" in page and "<progress" in page
    part = await head.get(under(address, "status"), headers={"HX-Request": "true"})
    assert "<html" not in part.text and "Остановить" in part.text
    assert (await head.post(under(address, "stop"))).status_code == 303
    over = await head.get(under(address, "status"), headers={"HX-Request": "true"})
    assert over.status_code == 204 and over.headers["hx-refresh"] == "true"
    assert "ничего не изменено" in (await head.get(address)).text
    monkeypatch.setitem(settings.__dict__, "bulk_at_most", 4)
    answer = await head.post(f"{LIST}/chosen?q={quote('Очередь')}", headers=JSON)
    assert answer.status_code == 409 and "4" in answer.json()["error"]


async def test_a_script_names_a_selection_at_the_verb_itself(world: World, browser: SignIn) -> None:
    keys = await deals_of(world, world.anna, 2, "Скрипт")
    head = await browser(world.head)
    chosen = await choose(head, f"q={quote('Скрипт')}")
    told = {"selection": chosen["selection"], "seller_id": str(world.boris.id)}
    answer = await head.post(f"{LIST}/verb/transfer", data=told)
    assert answer.status_code == 303 and await sellers(world, keys) == {world.anna.id}
    await head.post(under(answer.headers["location"], "apply"))
    assert await sellers(world, keys) == {world.boris.id}
    assert (await head.post(f"{LIST}/verb/close", data=told)).status_code == 404
    assert (await head.post(f"{LIST}/verb/transfer", data=told | {"seller_id": "x"})).status_code == 422


async def test_the_trash_is_emptied_back_into_the_list(world: World, browser: SignIn) -> None:
    keys = [str(key) for key in await deals_of(world, world.anna, 3, "Корзинка")]
    head = await browser(world.head)
    address = await step(head, "trash", pk=keys)
    assert "btn-danger" in (await head.get(address)).text
    await head.post(under(address, "apply"))
    trash = await head.get(f"{LIST}/list?trash=1")
    assert 'value="restore"' in trash.text and 'value="edit"' not in trash.text
    chosen = await choose(head, f"trash=1&q={quote('Корзинка')}")
    assert chosen["number"] == 3
    address = await step(head, "restore", selection=chosen["selection"], trash="1")
    await head.post(under(address, "apply"))
    for key in keys:
        assert (await get(world, world.head, Deal, UUID(key))).deleted_at is None


async def test_a_large_undo_from_anywhere_leads_to_its_page(
    world: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [str(key) for key in await deals_of(world, world.anna, 5, "Назад")]
    head = await browser(world.head)
    address = await step(head, "transfer", {"seller_id": str(world.boris.id)}, pk=keys)
    await head.post(under(address, "apply"))
    monkeypatch.setitem(settings.__dict__, "bulk_at_once", 1)
    async with world.database.transaction(world.head) as work:
        change = await work.get_record(BulkChange, UUID(address.rpartition("/")[2]))
    answer = await head.post(f"/admin/undo/{change.action_id}")
    assert answer.status_code == 303 and answer.headers["location"] == address
    assert "Отменяется" in (await head.get(address)).text
    assert (await head.post(under(address, "undo"))).status_code == 409
