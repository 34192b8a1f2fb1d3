"""A morning on Today without a mouse: along the rows, a letter, the row leaves, Undo brings it back in its place."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from models import clock
from models.payment import Payment
from tests.journeys.conftest import SetUp
from tests.stories import Story, story
from tests.world import World

WORDS = ("первый", "второй", "третий")


@pytest.fixture(scope="module")
async def dues(reference: World) -> list[Story]:
    """Three instalments of Anna's that are late, each by a day more."""
    found = []
    for late, word in enumerate(WORDS, start=1):
        one = await story(reference.database, reference.anna, word)
        async with reference.database.transaction(reference.anna, action="payment.update") as work:
            payment = await work.get_record(Payment, one.payment)
            payment.due_on = clock.today() - timedelta(days=late)
        found.append(one)
    return found


async def test_rows_keys_a_verb_and_undo(at_desk: SetUp, dues: list[Story]) -> None:
    page = await morning(at_desk)
    rows = page.locator("#today .matter", has_text="взнос")
    await expect(rows).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    first, second = [await rows.nth(n).get_attribute("id") for n in (0, 1)]
    await expect(row_of(page)).to_have_id(str(first))
    await page.evaluate("window.stays = true")
    await expect(page.locator("#n-today")).not_to_be_empty()
    counted = int((await page.locator("#n-today").inner_text()).split()[0])
    await pay(page)
    await expect(rows).to_have_count(2)
    await expect(row_of(page)).to_have_id(str(second))
    await expect(page.locator("#n-today")).to_contain_text(str(counted - 1))
    await page.locator(".toast-line").get_by_role("button", name="Отменить").click()
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_have_id(str(first))
    await expect(page.locator("#n-today")).to_contain_text(str(counted))
    assert await page.evaluate("window.stays")


async def test_enter_opens_the_deal(at_desk: SetUp, dues: list[Story]) -> None:
    page = await morning(at_desk)
    await expect(page.locator("#today .matter").first).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/admin/deal/details/*")


async def test_a_proposed_day_fills_the_field(at_desk: SetUp, dues: list[Story]) -> None:
    page = await morning(at_desk)
    await expect(page.locator("#today .matter", has_text="взнос")).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("p")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="через неделю").click()
    await expect(dialog.locator("[name=remind_on]")).to_have_value((clock.today() + timedelta(days=7)).isoformat())
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#today .matter", has_text="взнос")).to_have_count(2)


async def morning(at_desk: SetUp) -> Page:
    """Anna's first page, which listens to keys."""
    page = (await at_desk("anna")).page
    await page.wait_for_load_state()
    return page


async def pay(page: Page) -> None:
    """`a` asks for the day and the sum, which are there already."""
    await page.keyboard.press("a")
    await expect(page.get_by_role("dialog").locator("[name=paid_on]")).to_be_focused()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog")).to_be_hidden()


def row_of(page: Page) -> Locator:
    """The row that has the focus."""
    return page.locator("#today .matter:focus-within")
