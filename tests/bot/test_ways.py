"""Files and client data sent to the bot: nothing is kept, a one-time link leads into the panel, once and one person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text, update

from admin.app import Application
from admin.auth import cookies
from admin.auth.tokens import form_token
from jobs import telegram_files
from jobs.updates import receive
from models.actor import Actor
from models.deal import Deal
from models.document import Document
from models.people import OneTimeCode
from models.ways import GOOD_FOR
from settings import settings
from tests.bot.conftest import Phone, Telegram, buttons
from tests.trade import Begun, Trade, begin, get
from tests.world import World

ANNA = 502
SECRET = "Заповедный Аристарх +79031112233"
HOST = "http://panel.test"


@pytest.fixture
async def deals(world: World, trade: Trade, telegram: Telegram) -> list[Begun]:
    """Two deals of Anna's; those of other tests are over."""
    async with world.database.transaction(world.admin, action="tests.clean") as work:
        await work.execute(update(Deal).values(deleted_at=work.at))
    return [await begin(world, trade), await begin(world, trade)]


async def codes(world: World, deals: list[Begun]) -> list[str]:
    return [str((await get(world, world.anna, Deal, one.deal)).code) for one in deals]


async def send(telegram: Telegram, phone: Phone, name: str = "паспорт.pdf", content: bytes = b"%PDF-1.4\n") -> None:
    """Send a file."""
    await phone.client.post("/person/file", params={"chat": phone.chat, "name": name}, content=content)
    await telegram.settle()


async def browser(panel: Application, who: Actor) -> httpx.AsyncClient:
    """Somebody's browser, signed in."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url=HOST, headers={"Origin": HOST})
    token = (await panel.state.sessions.open(who)).token
    client.cookies.set(cookies.SESSION, token, domain="panel.test")
    client.headers["X-CSRF-Token"] = form_token(token)
    return client


async def link_in(phone: Phone) -> str:
    """The path of the newest link."""
    return buttons((await phone.with_button("В панель"))[0])["В панель"].removeprefix(settings.address)


async def test_a_file_is_answered_by_a_choice_and_a_link_and_kept_nowhere(
    world: World, telegram: Telegram, deals: list[Begun]
) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    await send(telegram, phone)
    first, second = await codes(world, deals)
    last = await phone.last()
    assert last["text"].startswith("Данные клиентов и файлы через Telegram не передаются")
    assert list(buttons(last)) == [second, first], "the newest deal first"
    await phone.press(first)
    await telegram.settle()
    last = await phone.last()
    assert last["text"] == f"{first}: ссылка откроет файлы сделки один раз, в течение десяти минут."
    assert list(buttons(last)) == ["В панель", "Другая сделка"]
    await phone.write(SECRET)
    await telegram.settle()
    assert f"{first}: ссылка" in (await phone.last())["text"], "the deal stays chosen"
    assert await told(telegram) == [{}]
    assert await documents(world, deals) == []


async def told(telegram: Telegram) -> list[Any]:
    """What the inbox still holds of what was said."""
    async with telegram.jobs.engine.connect() as connection:
        return list(await connection.scalars(text("SELECT DISTINCT told FROM audit.bot_updates")))


async def documents(world: World, deals: list[Begun]) -> list[Document]:
    async with world.database.transaction(world.anna) as work:
        mine = select(Document).where(Document.deal_id.in_([one.deal for one in deals]))
        return list(await work.scalars(mine))


async def test_what_is_sent_never_enters_the_inbox(world: World, telegram: Telegram) -> None:
    state, received = telegram.state, "SELECT told::text FROM audit.bot_updates"
    sent = await state.update(
        {
            "message": {
                "message_id": 1,
                "from": {"id": 7, "is_bot": False, "first_name": SECRET, "language_code": "ru"},
                "chat": {"id": 7, "type": "private", "first_name": SECRET},
                "caption": SECRET,
                "contact": {"phone_number": "+79031112233", "first_name": SECRET},
                "document": {"file_id": "f", "file_name": f"{SECRET}.pdf"},
                "photo": [{"file_id": "p"}],
            }
        }
    )
    telegram.taken.add(sent["update_id"])
    await receive(telegram.door, sent)
    async with telegram.jobs.engine.connect() as connection:
        (kept,) = list(await connection.scalars(text(received)))
    assert [word for word in ("7903", "Аристарх", "file", "contact", "caption") if word in kept] == []


async def test_one_deal_needs_no_choice_and_deal_chooses(world: World, telegram: Telegram, deals: list[Begun]) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    first, second = await codes(world, deals)
    await phone.write(f"/deal {first}")
    await telegram.settle()
    await send(telegram, phone)
    assert f"{first}: ссылка" in (await phone.last())["text"]
    await phone.press("Другая сделка")
    await telegram.settle()
    await phone.press(second)
    await telegram.settle()
    assert (await phone.last())["text"].startswith(f"{second}: ссылка")


async def test_a_link_leads_its_person_once_to_the_files(
    world: World, telegram: Telegram, panel: Application, deals: list[Begun]
) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    await phone.write(f"/deal {(await codes(world, deals))[0]}")
    await send(telegram, phone)
    path = await link_in(phone)
    anna, boris = await browser(panel, world.anna), await browser(panel, world.head)
    stranger = httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url=HOST)
    assert (await stranger.get(path)).headers["location"] == f"/admin/login?next={path}"
    assert (await stranger.post(path)).status_code in (303, 401, 403)
    assert (await boris.post(path)).status_code == 410, "another person's"
    for _preview in range(3):
        assert (await anna.get(path)).status_code == 200, "looking uses nothing up"
    await send(telegram, phone)
    path, earlier = await link_in(phone), path
    assert (await anna.post(earlier)).status_code == 410, "there is a newer one"
    answer = await anna.post(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/admin/deal/details/{deals[0].deal}#rows-document")
    assert (await anna.post(path)).status_code == 410, "once"
    assert ("telegram.follow", "panel", world.anna.id) in await followed(world)
    async with telegram.jobs.engine.connect() as connection:
        kept = await connection.scalars(text("SELECT args FROM audit.runs WHERE job = 'send_telegram'"))
    assert not [args for args in kept if "told" in args], "no link stays where it was sent from"


async def followed(world: World) -> list[tuple[str, str, Any]]:
    """Uses of codes in the log."""
    async with world.database.transaction(world.admin) as work:
        found = await work.execute(text("SELECT slug, via, actor_id FROM audit.actions WHERE slug = 'telegram.follow'"))
        return [(row.slug, row.via, row.actor_id) for row in found]


async def test_a_link_is_over_after_ten_minutes_and_new_opens_the_filled_form(
    world: World, telegram: Telegram, panel: Application, trade: Trade
) -> None:
    phone, anna = await telegram.linked(world.anna, ANNA), await browser(panel, world.anna)
    for said in ("/new", ">Автомобиль", ">КАСКО"):
        await (phone.press(said[1:]) if said.startswith(">") else phone.write(said))
        await telegram.settle()
    path = await link_in(phone)
    await move(world, GOOD_FOR + timedelta(seconds=1))
    assert (await anna.post(path)).status_code == 410
    await move(world, -GOOD_FOR - timedelta(seconds=1))
    answer = await anna.post(path)
    assert answer.headers["location"].startswith("/admin/intake/")
    form = (await anna.get(answer.headers["location"])).text
    assert f'value="{trade.kasko}" checked' in form


async def move(world: World, by: timedelta) -> None:
    """All of Anna's codes are older by so much."""
    async with world.database.transaction(world.admin, action="tests.late") as work:
        mine = update(OneTimeCode).where(OneTimeCode.user_id == world.anna.id)
        await work.execute(mine.values(expires_at=OneTimeCode.expires_at - by))


async def test_where_it_is_allowed_a_file_goes_into_the_deal(
    world: World, telegram: Telegram, deals: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_files", "deal")
    phone = await telegram.linked(world.anna, ANNA)
    await send(telegram, phone)
    first, _second = await codes(world, deals)
    await phone.press(first)
    await telegram.settle()
    assert (await phone.last())["text"] == f"{first}: файл в папке сделки."
    (document,) = await documents(world, deals)
    assert (document.name, document.deal_id, document.size) == ("паспорт.pdf", deals[0].deal, 9)
    assert document.uploaded_by_id == world.anna.id
    await send(telegram, phone, "setup.exe", b"MZ\x90\x00" + bytes(200))
    assert len(await documents(world, deals)) == 1
    assert (await phone.last())["text"] == "Программам не место в папке клиента."


async def test_each_file_goes_where_its_own_answer_says(
    world: World, telegram: Telegram, deals: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at a deal chooses no folder; a button belongs to one file, once."""
    monkeypatch.setitem(settings.__dict__, "telegram_files", "deal")
    phone = await telegram.linked(world.anna, ANNA)
    first, second = await codes(world, deals)
    await phone.write(f"/deal {first}")
    await telegram.settle()
    await send(telegram, phone, "раз.pdf", b"%PDF-1.4 1")
    await send(telegram, phone, "два.pdf", b"%PDF-1.4 2")
    assert await documents(world, deals) == [], "each is asked about"
    *_, one, two = await phone.messages()
    for message, code in ((one, second), (two, first), (two, second)):
        data = buttons(message)[code]
        await phone.post("/person/press", message=message["message_id"], data=data)
        await telegram.settle()
    assert "Этот файл больше не ждёт. Пришлите его ещё раз." in [
        told.told.get("text") for told in telegram.state.accepted
    ]
    where = {document.name: document.deal_id for document in await documents(world, deals)}
    assert where == {"раз.pdf": deals[1].deal, "два.pdf": deals[0].deal}


async def test_a_file_that_is_not_handed_over_is_not_passed_over_in_silence(
    world: World, telegram: Telegram, deals: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_files", "deal")
    monkeypatch.setattr(telegram_files, "TRIES", 1)
    phone = await telegram.linked(world.anna, ANNA)
    await send(telegram, phone)
    told = {"method": "getFile", "kind": "500", "times": 9}
    (await telegram.client.post("/control/faults", json=told)).raise_for_status()
    await phone.press((await codes(world, deals))[0])
    await telegram.settle()
    assert (await phone.last())["text"] == "Telegram не отдал файл вовремя. Добавьте его в панели."
    assert await documents(world, deals) == []


async def test_a_file_for_a_deal_that_is_no_longer_seen(
    world: World, telegram: Telegram, deals: list[Begun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_files", "deal")
    phone = await telegram.linked(world.vera, 503)
    await phone.post("/person/write", text="/tasks")
    await telegram.settle()
    message = (await phone.last())["message_id"]
    await send(telegram, phone)
    await phone.post("/person/press", message=message, data=f"at:{deals[0].deal}")
    await telegram.settle()
    assert telegram.state.accepted[-1].told["text"] == "Этой сделки среди ваших больше нет."
    assert await documents(world, deals) == []
