"""A sum is asked about by key, by mouse and by thumb; an answer leads to the next one and back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.async_api import Page, expect

from models.payment import Income
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import Story, made, story
from tests.world import World

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    told = await story(reference.database, reference.anna, "сумм")
    line = {"deal_id": told.deal, "payment_id": told.payment, "amount": Decimal("12345.67")}
    await made(reference.database, reference.olga, Income, **line)
    return told


async def test_a_sum_is_asked_about_by_key_by_mouse_and_by_thumb(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport=WIDE)
    page = anna.page
    await page.goto("/admin/income/list")
    await by_key(page)
    await page.goto(f"/admin/deal/details/{deal.deal}")
    await along_the_sums(page)
    phone = (await at_desk("anna", viewport=PHONE, has_touch=True, color_scheme="dark")).page
    await phone.goto("/admin/income/list")
    await by_thumb(phone)
    assert not anna.complaints


async def by_key(page: Page) -> None:
    """In a row the key opens its sum; Escape leads back to the row."""
    drawer = page.locator("#why-drawer")
    await page.keyboard.press("j")
    await page.keyboard.press("=")
    await expect(drawer.get_by_role("heading", level=2)).to_contain_text("12 345,67")
    await expect(drawer).to_contain_text("Ольга Белова")
    assert await violations(page, "#why-drawer") == []
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(page.locator(".row-link").first).to_be_focused()
    sum_of_row = page.locator(".list .why").first
    await sum_of_row.focus()
    await expect(sum_of_row).to_have_attribute("title", "Почему такая сумма?")
    await page.keyboard.press("Enter")
    await expect(drawer).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sum_of_row).to_be_focused()


async def along_the_sums(page: Page) -> None:
    """From what was earned to the incomes, to the line, and back again."""
    drawer = page.locator("#why-drawer")
    heading = drawer.get_by_role("heading", level=2)
    await page.locator('#earned [data-why$="/earned"]').click()
    await expect(heading).to_contain_text("Заработок")
    await expect(drawer.get_by_role("button", name="Назад")).to_be_hidden()
    await drawer.locator('[data-why$="/incomes_expected"]').click()
    await expect(heading).to_contain_text("Доходы")
    await drawer.locator('[data-why^="income/"]').click()
    await expect(heading).to_contain_text("Сумма")
    await drawer.get_by_role("button", name="Назад").click()
    await expect(heading).to_contain_text("Доходы")
    assert await violations(page) == []
    await drawer.get_by_role("button", name="Закрыть").click()
    await expect(drawer).to_be_hidden()


async def by_thumb(page: Page) -> None:
    """On a phone the answer comes up from below and fits."""
    await page.locator(".list .why").first.tap()
    drawer = page.locator("#why-drawer")
    await expect(drawer.get_by_role("heading", level=2)).to_contain_text("12 345,67")
    place = await drawer.bounding_box()
    assert place is not None and place["y"] > 0 and round(place["width"]) == PHONE["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert await violations(page, "#why-drawer") == []
    await drawer.get_by_role("button", name="Закрыть").tap()
    await expect(drawer).to_be_hidden()
