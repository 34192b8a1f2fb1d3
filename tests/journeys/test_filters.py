"""A list is narrowed, sorted, coloured and grouped by keyboard; the address has it all, and a saved list keeps it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.crowd import deals_of
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.world import World

ANNAS, BORISES = 6, 3
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
async def deals(reference: World) -> None:
    """Deals of two kinds."""
    await deals_of(reference, reference.anna, ANNAS, "Каско")
    await deals_of(reference, reference.anna, BORISES, "Прочее")


async def add(page: Page, adder: Locator, label: str) -> None:
    """A condition from the list of fields, by its words."""
    await expect(adder.locator("option").nth(1)).to_be_attached()
    await adder.focus()
    await adder.select_option(label=label)


async def clean(page: Page) -> None:
    """axe has nothing against the page, and nothing sticks out of it sideways; the panel's foot lies over nothing."""
    await page.evaluate("document.querySelectorAll('.filter-sheet').forEach(one => one.scrollTo({ top: 1e6 }))")
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_list_is_narrowed_sorted_coloured_and_grouped(at_desk: SetUp, deals: None) -> None:
    head = await at_desk("head")
    page, keyboard = head.page, head.page.keyboard
    await page.goto("/admin/deal/list")
    filters, view = page.locator("summary", has_text="Фильтр"), page.locator("summary", has_text="Вид")
    rows = page.locator(".list .row-link")
    await filters.focus()
    await keyboard.press("Enter")
    drafts = page.locator('[data-condition="stage"] [data-facet="draft"]')
    await expect(drafts).to_have_text(str(ANNAS + BORISES))
    await expect(page.locator("[data-facet-total]")).to_have_text(f"Строк: {ANNAS + BORISES}")
    await page.get_by_role("button", name="Добавить группу").focus()
    await keyboard.press("Enter")
    group = page.locator('[data-prefix="or.1."]')
    await expect(group.locator("select[data-add]")).to_be_focused()
    await add(page, group.locator("select[data-add]"), "Тема")
    await expect(group.locator('[name="or.1.title"]')).to_be_focused()
    await keyboard.type("Прочее")
    await page.get_by_role("button", name="Добавить группу").focus()
    await keyboard.press("Enter")
    other = page.locator('[data-prefix="or.2."]')
    await expect(other.locator("select[data-add]")).to_be_focused()
    await add(page, other.locator("select[data-add]"), "Обзор")
    await expect(other.locator('select[name="or.2.next_review_at"]')).to_be_focused()
    await other.locator('select[name="or.2.next_review_at"]').select_option(value="overdue")
    await expect(page.locator("[data-facet-total]")).to_have_text(f"Строк: {BORISES}")
    await clean(page)
    await keyboard.press("Enter")
    await page.locator(".filter-end:visible .btn-primary").press("Enter")
    await expect(rows).to_have_count(BORISES)
    await expect(page.locator(".chip").first).to_contain_text("Либо: Тема: Прочее")
    await expect(page).to_have_url(re.compile(r"or\.1\.title=.*or\.2\.next_review_at=overdue"))
    await sorted_further_and_coloured(page, view)


async def sorted_further_and_coloured(page: Page, view: Locator) -> None:
    """The other half: how the rows look."""
    keyboard = page.keyboard
    await page.locator('th[data-name="stage"] a').focus()
    await keyboard.press("Enter")
    await expect(page.locator('th[data-name="stage"]')).to_have_attribute("aria-sort", "ascending")
    await page.locator('th[data-name="code"] a').focus()
    await keyboard.press("Shift+Enter")
    await expect(page.locator('th[data-name="code"] .place')).to_have_text("2")
    await expect(page.locator('th[data-name="code"] a')).to_be_focused()
    await expect(page).to_have_url(re.compile(r"sort=stage(%2C|,)code"))
    await view.focus()
    await keyboard.press("Enter")
    await page.get_by_label("Добавить цвет").select_option(label="Красный")
    red = page.locator('[data-prefix="tint.red."]')
    await expect(red.locator("select[data-add]")).to_be_focused()
    await add(page, red.locator("select[data-add]"), "Этап")
    await red.get_by_label("Черновик").press("Space")
    await page.get_by_label("Плотно").press("Space")
    await clean(page)
    await page.locator(".filter-end:visible .btn-primary").press("Enter")
    await expect(page.locator(".list tr.tone-red")).to_have_count(BORISES)
    await expect(page.locator(".list.compact")).to_be_visible()
    await expect(page.locator(".chip", has_text="Красный: Этап: Черновик")).to_be_visible()
    await expect(page.locator('th[data-name="code"] .place')).to_have_text("2")
    await clean(page)


@pytest.mark.parametrize("how", [{}, PHONE], ids=["desk", "phone"])
async def test_groups_open_their_rows_and_lead_to_their_list(
    at_desk: SetUp, deals: None, how: dict[str, object]
) -> None:
    anna = await at_desk("anna", color_scheme="dark", **how)
    page, keyboard = anna.page, anna.page.keyboard
    await page.goto("/admin/deal/list?group=stage&sort=code")
    line = page.get_by_role("button", name="Черновик")
    await line.focus()
    await keyboard.press("Enter")
    await expect(page.locator(".group-rows .row-link")).to_have_count(ANNAS + BORISES)
    await keyboard.press("j")
    await expect(page.locator(".group-rows .row-link").first).to_be_focused()
    await keyboard.press("x")
    await expect(page.locator("[data-bulk-count]")).to_have_text("1")
    await clean(page)
    await keyboard.press("Escape")
    await line.press("Enter")
    await expect(page.locator(".group-rows .row-link")).to_have_count(0)
    await page.locator(".group-number").first.press("Enter")
    await expect(page).to_have_url(re.compile(r"/list\?sort=code&stage=draft$"))
    await expect(page.locator(".list .row-link")).to_have_count(ANNAS + BORISES)
    await page.locator("summary", has_text="Фильтр").press("Enter")
    await expect(page.locator('[data-condition="stage"] [data-facet="draft"]')).to_have_text(str(ANNAS + BORISES))
    await clean(page)


@pytest.mark.parametrize("how", [{}, PHONE], ids=["desk", "phone"])
async def test_what_a_list_opens_is_accessible(at_desk: SetUp, deals: None, how: dict[str, object]) -> None:
    head = await at_desk("head", **how)
    page = head.page
    await page.goto("/admin/deal/list")
    for name in ("Вид", "Столбцы", "Выгрузить", "Сохранить список"):
        summary = page.locator("summary", has_text=name)
        await summary.press("Enter")
        await expect(summary.locator("xpath=..")).to_have_attribute("open", "")
        await clean(page)
        await summary.press("Enter")
