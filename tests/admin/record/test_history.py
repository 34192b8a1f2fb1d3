"""History: sentences, changes in words, undo beside them, nothing that the reader may not see."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import select

from models.changes import Change, apply
from models.client import Client
from models.log import events
from models.policy import Policy
from models.rights import rights
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story, made
from tests.world import World


async def test_a_deal_tells_everything_that_happened_in_it(world: World, deal: Story, browser: SignIn) -> None:
    async with world.database.transaction(world.anna, action="policy.update") as work:
        await apply(work, Change(Policy, deal.policy, {}, {"premium": "99000", "insurer_id": str(deal.insurer)}))
    anna = await browser(world.anna)
    page = await anna.get(f"/admin/deal/history/{deal.deal}")
    assert page.status_code == 200
    assert "100\u00a0000,00\u00a0₽" in page.text and "99\u00a0000,00\u00a0₽" in page.text
    assert "Анна Сергеева" in page.text and "/admin/undo/" in page.text
    assert str(deal.insurer) not in page.text
    part = await anna.get(f"/admin/deal/history/{deal.deal}", headers=HX)
    assert "<html" not in part.text and "{who}" not in part.text


async def test_a_time_beyond_the_calendar_is_no_time(deal: Story, world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for beyond in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "x"):
        page = await anna.get(f"/admin/deal/history/{deal.deal}?before={beyond}")
        assert page.status_code == 404


async def test_a_key_is_shown_by_its_title(world: World, deal: Story, browser: SignIn) -> None:
    from tests.stories import reference

    insurer, _product = await reference(world.database, "Новый")
    async with world.database.transaction(world.anna, action="policy.update") as work:
        await apply(work, Change(Policy, deal.policy, {}, {"insurer_id": str(insurer)}))
    page = await (await browser(world.anna)).get(f"/admin/policy/history/{deal.policy}")
    assert "Страховщик Новый" in page.text and "Страховщик страниц" in page.text


async def test_hidden_fields_stay_hidden(world: World, browser: SignIn) -> None:
    client = await made(world.database, world.anna, Client, name="С телефоном")
    async with world.database.transaction(world.anna, action="client.update") as work:
        await apply(work, Change(Client, client.id, {}, {"phone": "89298277534", "passport": "4500 123456"}))
    blind = replace(world.anna, rights=rights((*world.anna.rights.grants, "-client.passport:read")))
    page = await (await browser(world.anna)).get(f"/admin/client/history/{client.id}")
    assert "4500 123456" in page.text
    from admin.views.record.history import entries_of
    from admin.views.registry import view_named

    async with world.database.transaction(blind) as work:
        entries, _more = await entries_of(work, blind, view_named("client"), client.id, None, 10)
    told = [line.new for entry in entries for line in entry.lines]
    assert any("929" in new for new in told) and not any("4500" in new for new in told)


async def test_opening_a_card_leaves_a_row(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    assert (await anna.get(f"/admin/client/details/{deal.client}")).status_code == 200
    async with world.database.transaction(world.anna) as work:
        noted = select(events.c.actor_id).where(events.c.type == "crm.client.opened", events.c.record_id == deal.client)
        assert list(await work.scalars(noted)) == [world.anna.id]


async def test_a_card_that_is_opened_again_and_again_is_one_line(world: World, deal: Story, browser: SignIn) -> None:
    boris = await browser(world.boris)
    anna = await browser(world.anna)
    for person in (anna, anna, anna, boris, anna):
        await person.get(f"/admin/client/details/{deal.client}")
    page = (await anna.get(f"/admin/client/history/{deal.client}")).text
    assert len(re.findall(r"Анна Сергеева: открыта карточка клиента × \d", page)) == 1


async def test_both_languages(world: World, deal: Story, browser: SignIn) -> None:
    english = replace(world.anna, locale="en")
    page = await (await browser(english)).get(f"/admin/deal/details/{deal.deal}")
    assert page.status_code == 200
