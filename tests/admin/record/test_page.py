"""A record's page is read in one statement, and its sections say what can be done with each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from models.deal.next_step import FACTS
from models.driver import Driver
from models.rights import rights
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story
from tests.world import World


async def test_the_page_is_one_statement_however_much_hangs_on_it(
    world: World, deal: Story, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ran = await browser(world.anna), []
    fetch = Driver.fetch

    async def noted(driver: Driver, statement: str, *values: Any) -> Sequence[Any]:
        ran.append(statement)
        return await fetch(driver, statement, *values)

    monkeypatch.setattr(Driver, "fetch", noted)
    page = await anna.get(f"/admin/deal/details/{deal.deal}")
    assert page.status_code == 200
    asked = [statement for statement in ran if "FROM crm.deals" in statement]
    assert [statement == FACTS for statement in asked] == [False, True], "the page, and its next step"
    assert len(ran) <= 4, "the session, the transaction's settings, the page, its next step"


async def test_the_head_and_the_sections_come_as_parts(world: World, deal: Story, browser: SignIn) -> None:
    parts = (await (await browser(world.anna)).get(f"/admin/deal/details/{deal.deal}", headers=HX)).text
    assert "<html" not in parts and 'id="record-head"' in parts
    assert f'id="row-{deal.policy}"' in parts and f'id="row-{deal.payment}"' in parts
    assert "Анна Сергеева" in parts


async def test_a_row_offers_what_the_role_may_do(world: World, deal: Story, browser: SignIn) -> None:
    address = f"/admin/deal/details/{deal.deal}"
    pay = f'id="pay-{str(deal.payment)[-12:]}"'
    assert pay in (await (await browser(world.anna)).get(address)).text
    from admin.views.record.children import table_of
    from admin.views.registry import view_named

    reader = replace(world.anna, rights=rights(("*:list", "*:read", "-payment.amount:read")))
    view = view_named("deal")
    child = next(child for child in view.children if child.identity == "payment")
    async with world.database.transaction(reader) as work:
        table = await table_of(work, reader, view, deal.deal, child)
    assert "amount" not in [field.name for field in table.fields]
    assert not any(row.offers.any for row in table.rows) and not table.may_add


async def test_what_is_written_is_shown_as_it_was_written(world: World, deal: Story, browser: SignIn) -> None:
    from models.deal import Need
    from tests.stories import made, reference

    _insurer, product = await reference(world.database, "угол")
    title = '<b>ОСАГО</b> & "Ко"'
    await made(world.database, world.anna, Need, deal_id=deal.deal, product_id=product, title=title)
    page = (await (await browser(world.anna)).get(f"/admin/deal/details/{deal.deal}")).text
    assert "<b>ОСАГО" not in page and "&lt;b&gt;ОСАГО&lt;/b&gt; &amp;" in page
