"""Lists in the menu with their number, and messages of what enters a list: by one's own rights, once, together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from admin.following import keys
from admin.following.lookout import look_through_all
from models.actor import Actor
from models.changes import Change, apply
from models.client import Client
from models.following import FollowedView
from models.notification import Notification, Preference
from models.people import SavedView, TelegramLink
from seeds.reference import plant
from settings import settings
from tests.admin.conftest import SignIn
from tests.stories import made
from tests.trade import add
from tests.world import World

AT_ONCE = timedelta(0)
HX = {"HX-Request": "true"}


@pytest.fixture(scope="module", autouse=True)
async def templates(world: World) -> None:
    """The words of messages."""
    await plant(world.database)


@pytest.fixture
async def saved(world: World) -> SavedView:
    """Anna's list of clients from the site, lent to everyone she works with; each test has an own word for it."""
    word = f"сайт-{uuid4().hex}"
    row = await made(
        world.database,
        world.anna,
        SavedView,
        identity="client",
        name=f"С сайта {word}",
        query=f"q={word}",
        lent_to="team",
    )
    assert isinstance(row, SavedView)
    return row


def word_of(saved: SavedView) -> str:
    return saved.query.removeprefix("q=")


async def follow(browser: SignIn, who: Actor, saved: SavedView, what: str = "tells", on: str = "1") -> int:
    answer = await (await browser(who)).post(
        f"/admin/following/{saved.id}", data={"what": what, "on": on}, follow_redirects=False
    )
    return answer.status_code


async def new_client(world: World, who: Actor, saved: SavedView, name: str) -> Client:
    row = await made(world.database, who, Client, name=f"{name} {word_of(saved)}")
    assert isinstance(row, Client)
    return row


async def look(world: World, pause: timedelta = AT_ONCE) -> int:
    return await look_through_all(world.database, rest=AT_ONCE, pause=pause)


async def heard(world: World, who: Actor, saved: SavedView) -> Sequence[Any]:
    async with world.database.transaction(who) as work:
        mine = select(Notification).where(Notification.user_id == who.id, Notification.event == "view.entered")
        found = await work.scalars(mine.order_by(Notification.created_at))
        return [one for one in found if str(saved.id) in (one.url or "")]


async def numbers(browser: SignIn, who: Actor) -> dict[str, str]:
    """The lists of somebody's menu by name."""
    page = await (await browser(who)).get("/admin/today/numbers?fresh=1", headers=HX)
    found = re.findall(r"<span>([^<]*)</span><span class=\"count\">([^<]*)</span>", page.text)
    return {name: number.strip() for name, number in found}


async def test_a_list_in_the_menu_counts_what_its_person_sees(world: World, saved: SavedView, browser: SignIn) -> None:
    for n in range(3):
        await new_client(world, world.anna, saved, f"Клиент {n}")
    assert [await follow(browser, who, saved, "is_pinned") for who in (world.anna, world.boris)] == [303, 303]
    assert (await numbers(browser, world.anna))[saved.name] == "3"
    assert (await numbers(browser, world.boris))[saved.name] == "0"
    await new_client(world, world.anna, saved, "Ещё")
    assert (await numbers(browser, world.anna))[saved.name] == "4"
    assert await follow(browser, world.anna, saved, "is_pinned", "0") == 303
    assert saved.name not in await numbers(browser, world.anna)
    assert saved.name in await numbers(browser, world.boris)


async def test_the_menu_stops_counting_where_it_says_more(
    world: World, saved: SavedView, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        await new_client(world, world.anna, saved, f"Клиент {n}")
    await follow(browser, world.anna, saved, "is_pinned")
    for place in ("admin.following.keys.MOST_SHOWN", "admin.today.counters.MOST_SHOWN"):
        monkeypatch.setattr(place, 2)
    assert (await numbers(browser, world.anna))[saved.name] == "2+"


async def test_a_list_that_is_not_lent_is_nothing_to_others(world: World, saved: SavedView, browser: SignIn) -> None:
    assert await follow(browser, world.vera, saved) == 404
    assert (await (await browser(world.vera)).get(f"/admin/following/{saved.id}")).status_code == 404
    assert await follow(browser, world.boris, saved) == 303
    lead = await (await browser(world.boris)).get(f"/admin/following/{saved.id}", follow_redirects=False)
    assert lead.headers["location"].startswith("/admin/client/list?q=")
    for wrong in ({"what": "user_id", "on": "1"}, {}):
        answer = await (await browser(world.boris)).post(f"/admin/following/{saved.id}", data=wrong)
        assert answer.status_code == 404


async def test_what_enters_is_told_once_and_many_as_one_message(
    world: World, saved: SavedView, browser: SignIn
) -> None:
    await new_client(world, world.admin, saved, "Прежний")
    own = await made(world.database, world.olga, SavedView, identity="client", name="Новые клиенты", query=saved.query)
    await follow(browser, world.olga, own)
    assert await look(world) == 0
    new = [await new_client(world, world.anna, saved, f"Клиент {n}") for n in range(5)]
    assert await look(world) == 1
    (told,) = await heard(world, world.olga, own)
    assert told.title == "Новые клиенты: новых записей 5"
    assert "Клиент" in told.body and told.body.endswith("…") and told.read_at is None
    assert await look(world) == 0
    async with world.database.transaction(world.anna, action="client.update") as work:
        await apply(work, Change(Client, new[0].id, {}, {"name": "Ушёл"}))
    assert await look(world) == 0
    async with world.database.transaction(world.anna, action="client.update") as work:
        await apply(work, Change(Client, new[0].id, {}, {"name": f"Вернулся {word_of(saved)}"}))
    assert await look(world) == 1
    assert [one.title for one in await heard(world, world.olga, own)][1:] == ["Новые клиенты: новых записей 1"]


async def test_within_ten_minutes_no_second_message_comes_and_nothing_is_lost(
    world: World, saved: SavedView, browser: SignIn
) -> None:
    own = await made(world.database, world.olga, SavedView, identity="client", name="Подряд", query=saved.query)
    await follow(browser, world.olga, own)
    pause = timedelta(minutes=10)
    for n in range(3):
        await new_client(world, world.anna, saved, f"Клиент {n}")
        assert await look(world, pause) == (1 if n == 0 else 0)
    assert await look(world) == 1
    assert [one.title for one in await heard(world, world.olga, own)] == [
        "Подряд: новых записей 1", "Подряд: новых записей 2",
    ]  # fmt: skip


async def test_nobody_hears_of_their_own_doing_nor_of_what_they_do_not_see(
    world: World, saved: SavedView, browser: SignIn
) -> None:
    await follow(browser, world.anna, saved)
    await follow(browser, world.boris, saved)
    await new_client(world, world.anna, saved, "Свой")
    assert await look(world) == 0
    assert list(await heard(world, world.anna, saved)) == list(await heard(world, world.boris, saved)) == []


async def test_a_list_that_asks_for_something_else_now_begins_anew(
    world: World, saved: SavedView, browser: SignIn
) -> None:
    own = await made(world.database, world.olga, SavedView, identity="client", name="Другой", query="q=ничего-такого")
    await follow(browser, world.olga, own)
    await new_client(world, world.anna, saved, "Клиент")
    async with world.database.transaction(world.olga, action="saved-view.update") as work:
        await apply(work, Change(SavedView, own.id, {}, {"query": saved.query}))
    assert await look(world) == 0
    await new_client(world, world.anna, saved, "Второй")
    assert await look(world) == 1


async def test_who_may_no_longer_list_or_has_left_hears_nothing(
    world: World, saved: SavedView, browser: SignIn
) -> None:
    own = await made(world.database, world.head, SavedView, identity="client", name="Команда", query=saved.query)
    await follow(browser, world.head, own)
    await new_client(world, world.anna, saved, "Клиент")
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(text("UPDATE auth.users SET is_active = false WHERE id = :head"), {"head": world.head.id})
    assert await look(world) == 0
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(text("UPDATE auth.users SET is_active = true WHERE id = :head"), {"head": world.head.id})
    assert await look(world) == 1


async def test_a_list_that_is_too_long_is_not_followed(
    world: World, saved: SavedView, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2):
        await new_client(world, world.anna, saved, f"Клиент {n}")
    monkeypatch.setattr(keys, "MOST_KNOWN", 1)
    assert await follow(browser, world.anna, saved) in (303, 409)
    async with world.database.transaction(world.anna) as work:
        mine = select(FollowedView).where(FollowedView.saved_view_id == saved.id)
        assert await work.scalar(mine) is None


async def test_a_list_that_is_not_what_it_says_has_no_number_and_no_news(world: World, browser: SignIn) -> None:
    wrong = await made(world.database, world.anna, SavedView, identity="deal", name="Не та", query="stage=nothing")
    assert await follow(browser, world.anna, wrong, "is_pinned") == 303
    assert (await numbers(browser, world.anna))["Не та"] == ""
    assert await follow(browser, world.anna, wrong) in (303, 409)
    async with world.database.transaction(world.anna) as work:
        mine = select(FollowedView.tells).where(FollowedView.saved_view_id == wrong.id)
        assert await work.scalar(mine) is False


async def test_telegram_says_how_many_and_neither_names_nor_what_the_list_asks_for(
    world: World, saved: SavedView, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_token", "1:x")
    own = await made(world.database, world.olga, SavedView, identity="client", name="В чат", query=saved.query)
    await add(world, world.olga, TelegramLink(user_id=world.olga.id, chat_id=77))
    await follow(browser, world.olga, own)
    await new_client(world, world.anna, saved, "Клиент")
    assert await look(world) == 1
    async with world.database.transaction(world.admin) as work:
        run = await work.scalar(text("SELECT args::text FROM audit.runs WHERE job = 'send_telegram'"))
    assert "новых в вашем списке 1" in run and word_of(saved) not in run and "Клиент " not in run
    wish = {"event": "view.entered", "is_wanted": False}
    await add(world, world.olga, *[Preference(user_id=world.olga.id, channel=c, **wish) for c in ("panel", "telegram")])
    await new_client(world, world.anna, saved, "Второй")
    assert await look(world) == 0
