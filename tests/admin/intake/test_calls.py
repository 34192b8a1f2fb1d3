"""A call over HTTP: found as one types, kept as one types, taken once, put right beside the field."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from models.client import Client
from models.deal import Deal, Need
from models.document import Document
from tests.admin.conftest import Browser, SignIn
from tests.admin.documents.conftest import JSON, pdf
from tests.trade import Trade, add, begin, reference_rows, rows
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


def typed(trade: Trade, **more: Any) -> dict[str, Any]:
    """A caller with a car, for the queue."""
    fields = {"id": str(uuid7()), "client.name": "Лебедева Вера Павловна", "client.phone": "89161234567"}
    return fields | {"thing.0.kind": "vehicle", "thing.0.products": str(trade.osago), "hand": "queue"} | more


async def matches(browser: Browser, **fields: str) -> str:
    """What is offered for what has been typed."""
    data = {f"client.{name}": value for name, value in fields.items()} | {"id": str(uuid7())}
    answer = await browser.post("/admin/intake/clients", data=data, headers=HX)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "spelling", ["8 (986) 117-46-63", "+7 986 117 46 63", "9861174663", "79861174663", "8-986-1174663"]
)
async def test_a_client_is_found_by_a_phone_however_it_is_written(
    world: World, trade: Trade, browser: SignIn, spelling: str
) -> None:
    if not await rows(world, Client, Client.phone == "+79861174663"):
        await begin(world, trade, name="Гусев Пётр", phone="+79861174663")
    found = await matches(await browser(world.anna), phone=spelling)
    assert "Гусев Пётр" in found and "pick:" in found


async def test_a_client_is_found_by_name_with_birth_date_and_by_inn(
    world: World, trade: Trade, browser: SignIn
) -> None:
    await begin(world, trade, name="Королёва Анна", inn="500100732259")
    anna = await browser(world.anna)
    assert "Королёва Анна" in await matches(anna, name="королева")
    assert "Королёва Анна" in await matches(anna, inn="500100732259")
    assert "Королёва Анна" not in await matches(anna, name="Королевич")


async def test_a_colleagues_client_is_told_of_by_one_bit_and_only_for_a_whole_number(
    world: World, trade: Trade, browser: SignIn
) -> None:
    begun = await begin(world, trade, name="Тайный Клиент", phone="+79031112233")
    vera, anna = await browser(world.vera), await browser(world.anna)
    told = await matches(vera, phone="8 903 111-22-33")
    assert "elsewhere" in told and "Тайный" not in told and str(begun.client) not in told
    assert "elsewhere" not in await matches(vera, phone="8 903 111-22")
    assert "elsewhere" not in await matches(vera, name="Тайный Клиент")
    assert "elsewhere" not in await matches(anna, phone="8 903 111-22-33")
    history = await anna.get(f"/admin/client/history/{begun.client}", headers=HX)
    assert world.vera.name in history.text


async def test_the_draft_comes_back_at_another_desk_and_a_stranger_gets_nothing(
    world: World, trade: Trade, browser: SignIn
) -> None:
    fields = typed(trade, note="Перезвонить в пять")
    anna = await browser(world.anna)
    state = await anna.post("/admin/intake/draft", data=fields, headers=HX)
    assert f"/admin/intake/{fields['id']}/clear" in state.text
    elsewhere = await browser(world.anna, "192.0.2.77")
    page = await elsewhere.get("/admin/intake")
    assert "Перезвонить в пять" in page.text and "Лебедева Вера Павловна" in page.text
    assert (await (await browser(world.vera)).get(f"/admin/intake/{fields['id']}")).status_code == 404
    assert "Перезвонить" not in (await anna.get("/admin/intake?new=1")).text
    await anna.post(f"/admin/intake/{fields['id']}/clear")
    assert "Перезвонить" not in (await anna.get("/admin/intake")).text
    await anna.post(f"/admin/intake/{fields['id']}/restore")
    assert "Перезвонить" in (await anna.get("/admin/intake")).text


async def test_a_call_sent_twice_is_one_deal_and_its_draft_is_over(world: World, trade: Trade, browser: SignIn) -> None:
    fields = typed(trade, **{"client.name": "Дважды Нажатый", "client.phone": ""})
    anna = await browser(world.anna)
    await anna.post("/admin/intake/draft", data=fields, headers=HX)
    answers = await asyncio.gather(*(anna.post("/admin/intake", data=fields) for _n in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    (client,) = await rows(world, Client, Client.name == "Дважды Нажатый")
    (deal,) = await rows(world, Deal, Deal.client_id == client.id)
    assert answers[0].headers["location"] == f"/admin/deal/details/{deal.id}"
    await anna.post("/admin/intake/draft", data=fields, headers=HX)
    assert "Дважды Нажатый" not in (await anna.get("/admin/intake")).text


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    world: World, trade: Trade, browser: SignIn
) -> None:
    bad = typed(trade, **{"client.phone": "12", "thing.0.vehicle.vin": "КОРОТКИЙ", "note": "Важные слова"})
    anna = await browser(world.anna)
    answer = await anna.post("/admin/intake", data=bad)
    assert answer.status_code == 422 and "Важные слова" in answer.text and "КОРОТКИЙ" in answer.text
    for name in ("client.phone", "thing.0.vehicle.vin"):
        assert re.search(rf'id="p-{re.escape(name)}"', answer.text) and f'aria-describedby="p-{name}"' in answer.text
    good = await anna.post("/admin/intake", data=bad | {"client.phone": "", "thing.0.vehicle.vin": ""})
    assert good.status_code == 303


async def test_a_chosen_client_shows_deals_and_objects_and_the_deal_goes_on(
    world: World, trade: Trade, browser: SignIn
) -> None:
    begun = await begin(world, trade, name="Старый Клиент")
    anna = await browser(world.anna)
    fields = typed(trade) | {"step": f"pick:{begun.client}"}
    form = await anna.post("/admin/intake/step", data=fields, headers=HX)
    assert "Старый Клиент" in form.text and "Kia Rio" in form.text and f'value="{begun.deal}"' in form.text
    foreign = await (await browser(world.vera)).post("/admin/intake/step", data=fields, headers=HX)
    assert foreign.status_code == 404
    going = {"client_id": str(begun.client), "deal_id": str(begun.deal), "thing.0.products": str(trade.osago)}
    answer = await anna.post("/admin/intake", data=typed(trade) | going)
    assert answer.headers["location"].endswith(str(begun.deal))
    assert len(await rows(world, Need, Need.deal_id == begun.deal)) == 3


async def test_who_opens_no_deals_takes_no_calls(world: World, browser: SignIn) -> None:
    stranger = await browser()
    assert (await stranger.get("/admin/intake")).status_code in (303, 401)
    assert "/admin/intake" in (await (await browser(world.anna)).get("/admin/")).text


async def test_a_contact_counts_as_the_clients_phone(world: World, trade: Trade, browser: SignIn) -> None:
    from models.client import ClientContact

    begun = await begin(world, trade, name="С Вторым Телефоном")
    await add(world, world.anna, ClientContact(client_id=begun.client, value="8 (917) 000-11-22"))
    assert "С Вторым Телефоном" in await matches(await browser(world.anna), phone="+79170001122")


async def test_files_that_were_gathered_lie_in_the_new_deals_folder(
    world: World, trade: Trade, browser: SignIn
) -> None:
    anna, upload = await browser(world.anna), str(uuid7())
    body = pdf("снилс")
    where = {"name": "СТС с двух сторон.pdf", "size": len(body), "offset": 0}
    staged = await anna.put(f"/admin/document/upload/{upload}", params=where, content=body, headers=JSON)
    assert staged.json()["state"] == "staged"
    fields = typed(trade, upload=upload, **{"client.name": "С Файлами", "client.phone": ""})
    await anna.post("/admin/intake/draft", data=fields, headers=HX)
    assert "СТС с двух сторон.pdf" in (await anna.get(f"/admin/intake/{fields['id']}")).text
    answer = await anna.post("/admin/intake", data=fields)
    assert answer.status_code == 303
    (document,) = await rows(world, Document, Document.name == "СТС с двух сторон.pdf")
    assert answer.headers["location"].endswith(str(document.deal_id))
