"""The head gives the deals of a seller who left to another: chosen, previewed, done and taken back without a mouse."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from models.deal import Deal
from tests.crowd import deals_of
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.world import World

NUMBER = 40


@pytest.fixture(scope="module")
async def deals(reference: World) -> Sequence[UUID]:
    """Deals of Anna's on two pages, and some of another kind that no step may touch."""
    await deals_of(reference, reference.anna, 3, "Прочее")
    return await deals_of(reference, reference.anna, NUMBER, "Наследство")


async def sellers(world: World, keys: Sequence[UUID]) -> set[UUID]:
    async with world.database.transaction(world.admin) as work:
        return set(await work.scalars(select(Deal.seller_id).where(Deal.id.in_(keys))))


async def clean(page: Page) -> None:
    """axe has nothing against the page as it stands."""
    assert await violations(page) == []


async def test_deals_are_given_away_by_keys_alone(at_desk: SetUp, reference: World, deals: Sequence[UUID]) -> None:
    head = await at_desk("head")
    page, keyboard = head.page, head.page.keyboard
    await page.goto("/admin/deal/list?rows=pages&q=Наследство")
    head.clicks.afresh()
    await rows_are_chosen(page)
    await keyboard.press("b")
    await expect(page.locator('.bulk button[name="what"]').first).to_be_focused()
    while not await page.locator('button[value="transfer"]:focus').count():
        await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Сделки: Передать другим")
    await clean(page)
    await page.wait_for_load_state()
    await expect(page.get_by_role("combobox", name="Продавец")).to_be_focused()
    await keyboard.type("Борис")
    await expect(page.get_by_role("option", name="Борис Орлов")).to_be_visible()
    await keyboard.press("Enter")
    await keyboard.press("Control+Enter")
    await expect(page.locator("#apply")).to_be_focused()
    await expect(page.locator(".verdict-line")).to_have_text(f"Изменится {NUMBER} записей")
    await expect(page.locator(".changes tbody tr").first).to_contain_text("Анна Сергеева")
    await clean(page)
    assert await sellers(reference, deals) == {reference.anna.id}
    await keyboard.press("Enter")
    await expect(page.locator("#toasts")).to_contain_text(f"Выполнено: {NUMBER} записей")
    assert await sellers(reference, deals) == {reference.boris.id}
    await expect(page.locator("[data-bulk]")).to_be_hidden()
    await keyboard.press("z")
    await expect(page.locator("#toasts")).to_contain_text("Отменено")
    assert await sellers(reference, deals) == {reference.anna.id}
    assert head.clicks.number == 0


async def rows_are_chosen(page: Page) -> None:
    """One, a range, the page, all that match; it survives paging and sorting, not another search, and Esc clears it."""
    keyboard, said = page.keyboard, page.locator("#chosen-said")
    count = page.locator("[data-bulk-count]")
    for stroke in ("j", "x", "j", "j", "X"):
        await keyboard.press(stroke)
    await expect(count).to_have_text("3")
    await expect(said).to_have_text("Выбрано: 3")
    await keyboard.press("Escape")
    await expect(page.locator("[data-bulk]")).to_be_hidden()
    await keyboard.press("a")
    await expect(count).to_have_text("25")
    await keyboard.press("a")
    await expect(count).to_have_text(str(NUMBER))
    await expect(said).to_have_text(f"Выбрано: {NUMBER}")
    await clean(page)
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390, "the bar stays on a phone's screen"
    await clean(page)
    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.goto("/admin/deal/list?rows=pages&q=Наследство&page=2&sort=-code")
    await expect(count).to_have_text(str(NUMBER))
    boxes = page.locator('.list input[name="pk"]')
    await expect(page.locator('.list input[name="pk"]:checked')).to_have_count(NUMBER - 25)
    await page.wait_for_load_state()
    await keyboard.press("j")
    await keyboard.press("x")
    await expect(count).to_have_text(str(NUMBER - 1))
    await expect(boxes.first).not_to_be_checked()
    await keyboard.press("x")
    await expect(count).to_have_text(str(NUMBER))
    await page.goto("/admin/deal/list?rows=pages&q=Прочее")
    await expect(page.locator("[data-bulk]")).to_be_hidden()
    await page.goto("/admin/deal/list?rows=pages&q=Наследство")
    await expect(count).to_have_text(str(NUMBER))
    await page.wait_for_load_state()
