"""The bell: a number, a list, one that opens its place, and nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import delete

from models.actor import SYSTEM, Actor, Via
from models.notification import Notification
from tests.admin.conftest import SignIn
from tests.stories import Story, story
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "звонка")


@pytest.fixture
async def notice(world: World, deal: Story) -> AsyncIterator[UUID]:
    yield await ring(world, world.anna, deal)
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        await work.execute(delete(Notification))


async def ring(world: World, who: Actor, deal: Story) -> UUID:
    """Tell a person something."""
    async with world.database.transaction(SYSTEM, Via.JOB, "notify") as work:
        told = Notification(user_id=who.id, deal_id=deal.deal, event="task.done", title="Рассчитать: готово, <Борис>")
        told.body, told.url = "D-1 · Попов", f"/admin/deal/details/{deal.deal}"
        work.add(told)
    return told.id


async def test_what_is_unread_is_counted_and_opens_its_place(
    world: World, deal: Story, notice: UUID, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    assert "1 новое уведомление" in (await anna.get("/admin/bell/count")).text
    shown = (await anna.get("/admin/bell", headers=HX)).text
    assert "готово, &lt;Борис&gt;" in shown and "D-1 · Попов" in shown and "<html" not in shown
    opened = await anna.post(f"/admin/bell/open/{notice}")
    assert (opened.status_code, opened.headers["location"]) == (303, f"/admin/deal/details/{deal.deal}")
    assert "Новых уведомлений нет" in (await anna.get("/admin/bell/count")).text


async def test_all_are_read_at_once(world: World, deal: Story, notice: UUID, browser: SignIn) -> None:
    await ring(world, world.anna, deal)
    anna = await browser(world.anna)
    assert "2 новых уведомления" in (await anna.get("/admin/bell/count")).text
    assert "Новое" not in (await anna.post("/admin/bell/read", headers=HX)).text
    assert "Новых уведомлений нет" in (await anna.get("/admin/bell/count")).text


async def test_another_ones_are_not_there(world: World, notice: UUID, browser: SignIn) -> None:
    for other in (world.vera, world.head, world.admin):
        theirs = await browser(other)
        assert "готово" not in (await theirs.get("/admin/bell", headers=HX)).text
        assert (await theirs.post(f"/admin/bell/open/{notice}")).status_code == 404
    assert (await (await browser()).get("/admin/bell")).status_code in (303, 401)


async def test_an_empty_bell_says_what_will_be_here(world: World, browser: SignIn) -> None:
    vera = await browser(world.vera)
    page = await vera.get("/admin/bell")
    assert page.status_code == 200 and "Здесь появятся" in page.text
