"""The page stays where it is: Undo of a message, and a menu that is open while something changes."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from models.changes import Change, apply
from models.deal import Deal
from tests.journeys.conftest import SetUp
from tests.stories import Story, story
from tests.world import World

SAVED = "document.body.dispatchEvent(new CustomEvent('saved', { bubbles: true, detail: {} }))"

SENT = "values => htmx.ajax('POST', '/admin/deal/verb/wait-for', { values, target: 'main', swap: 'none' })"
"""A verb whose toast is shown on whatever page is open."""


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    return await story(reference.database, reference.anna, "на месте")


async def test_an_open_menu_waits_and_is_drawn_anew_when_closed(at_desk: SetUp, deal: Story, reference: World) -> None:
    anna = await at_desk("anna")
    page = anna.page
    await page.goto(f"/admin/deal/details/{deal.deal}")
    await anna.head.wait_for()
    menu = anna.head.locator(".dropdown-menu")
    await anna.head.locator("#more").click()
    await expect(menu).to_be_visible()
    async with reference.database.transaction(reference.head, action="deal.update") as work:
        await apply(work, Change(Deal, deal.deal, {}, {"title": "Новое имя"}))
    async with page.expect_response(lambda answer: answer.url.endswith(f"/admin/deal/details/{deal.deal}")):
        await page.evaluate(SAVED)
    await page.wait_for_function("() => !document.querySelector('.htmx-request')")
    await expect(menu).to_be_visible()
    await expect(anna.head).not_to_contain_text("Новое имя")
    await page.keyboard.press("Escape")
    await expect(anna.head).to_contain_text("Новое имя")
    assert not anna.complaints


@pytest.mark.parametrize("where", ["deal/details/{deal}", "policy/details/{policy}", "client/details/{client}"])
async def test_undo_keeps_the_page(at_desk: SetUp, deal: Story, where: str) -> None:
    anna = await at_desk("anna", viewport={"width": 1000, "height": 500})
    page = anna.page
    await page.goto("/admin/" + where.format(deal=deal.deal, policy=deal.policy, client=deal.client))
    await anna.head.wait_for()
    await page.evaluate("scrollTo(0, 120); window.here = true")
    await page.evaluate(SENT, {"pk": str(deal.deal), "ball": "client"})
    await anna.undo()
    assert await page.evaluate("window.here && scrollY > 0")
    assert not anna.complaints


ANSWERED = "() => { window.asked = 0; window.confirm = () => (window.asked += 1) > 1 }"
"""The browser's own question is answered: no, then yes."""


async def test_a_dialog_asks_before_it_forgets(at_desk: SetUp, deal: Story) -> None:
    """Escape keeps what was typed unless one says so; nothing typed, nothing asked."""
    page = (await at_desk("anna")).page
    await page.goto(f"/admin/deal/details/{deal.deal}")
    await page.evaluate(ANSWERED)
    box = page.locator("#modal")
    field = box.locator("textarea")
    await page.locator(".put-off").click()
    await expect(field).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    assert await page.evaluate("window.asked") == 0
    await page.locator(".put-off").click()
    await expect(field).to_be_visible()
    await field.press_sequentially("Просил весной")
    await page.keyboard.press("Escape")
    await expect(field).to_have_value("Просил весной")
    await page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    assert await page.evaluate("window.asked") == 2
