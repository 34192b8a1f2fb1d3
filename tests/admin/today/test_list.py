"""What is on the list, in which order, in which words, and for whom."""

from __future__ import annotations

from html import unescape

import pytest
from sqlalchemy import text

from models.errors import Denied
from tests.admin.conftest import Browser, SignIn
from tests.admin.today.conftest import HX, Morning, listed
from tests.world import World

OF_SOMEBODY = text("SELECT count(*) FROM crm.attention WHERE user_id = :who")


@pytest.fixture(scope="module")
async def anna(world: World, morning: Morning, browser: SignIn) -> Browser:
    return await browser(world.anna)


async def test_late_money_comes_first_the_largest_on_top(anna: Browser, morning: Morning) -> None:
    found = await listed(anna)
    assert found[:2] == [morning.overdue, morning.small]
    assert found.index(morning.returned) > 1
    assert found[-1] == morning.renewal
    assert morning.queued not in found
    assert morning.of_boris not in found


async def test_each_row_says_why_it_is_there(anna: Browser, morning: Morning) -> None:
    page = unescape((await anna.get("/admin/")).text).replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "взнос 2 из 2",
        "просрочено на 1 день",
        "30 000,00 ₽",
        "полис кончается через",
        "вернул Борис Орлов: нет ПТС",
    ):
        assert words in page
    assert "Сегодня" in page
    assert f'hx-get="/admin/payment/verb/pay?pk={morning.overdue}"' in page
    assert f'hx-get="/admin/renewal/verb/ask_calculation?pk={morning.renewal}"' in page


async def test_kinds_are_filters_in_the_address(anna: Browser, morning: Morning) -> None:
    assert await listed(anna, "/admin/?kind=renewal") == [morning.renewal]
    assert set(await listed(anna, "/admin/?kind=instalment")) == {morning.overdue, morning.small}
    assert await listed(anna, "/admin/?kind=statement") == []


async def test_vera_sees_nothing_of_anna(world: World, anna: Browser, morning: Morning, browser: SignIn) -> None:
    vera = await browser(world.vera)
    for address in ("/admin/", f"/admin/?who=team&person={world.anna.id}", "/admin/?who=queue"):
        assert await listed(vera, address) == []
    assert "На сегодня ничего" in (await vera.get("/admin/")).text


async def test_an_executor_has_the_tasks_and_takes_from_the_queue(
    world: World, morning: Morning, browser: SignIn
) -> None:
    boris = await browser(world.boris)
    mine = await listed(boris)
    assert morning.of_boris in mine
    assert morning.overdue not in mine
    assert await listed(boris, "/admin/?who=queue") == [morning.queued]
    assert "Взять" in (await boris.get("/admin/?who=queue")).text
    taken = await boris.post("/admin/task/verb/accept", data={"pk": str(morning.queued)}, headers=HX)
    assert taken.status_code == 200
    assert morning.queued in await listed(boris)
    assert await listed(boris, "/admin/?who=queue") == []


async def test_a_head_sees_the_team_and_each_persons_load(world: World, morning: Morning, browser: SignIn) -> None:
    head = await browser(world.head)
    assert {morning.overdue, morning.of_boris} <= set(await listed(head, "/admin/?who=team"))
    assert morning.overdue not in await listed(head, f"/admin/?who=team&person={world.boris.id}")
    page = (await head.get("/admin/?who=team")).text
    assert "Анна Сергеева" in page
    assert "Вера Климова" not in page


async def test_everybodys_list_is_the_same_by_either_path(
    world: World, morning: Morning, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many people are walked by money instead of by person; the order is one."""
    admin = await browser(world.admin)
    by_person = await listed(admin, "/admin/?who=team")
    assert morning.overdue in by_person
    monkeypatch.setattr("admin.today.pages.PEOPLE_AT_ONCE", 0)
    assert await listed(admin, "/admin/?who=team") == by_person


async def test_whose_matters_one_may_read_is_the_databases_matter(world: World, morning: Morning) -> None:
    """The table itself shows Vera nothing of Anna's, and nobody writes it."""
    seen = {}
    for name in ("anna", "boris", "vera", "head", "olga"):
        async with world.database.transaction(getattr(world, name)) as work:
            seen[name] = await work.scalar(OF_SOMEBODY, {"who": world.anna.id})
    assert seen["anna"] == seen["head"] == seen["olga"] > 0
    assert seen["boris"] == seen["vera"] == 0
    with pytest.raises(Denied):
        async with world.database.transaction(world.admin) as work:
            await work.execute(text("DELETE FROM crm.attention"))
