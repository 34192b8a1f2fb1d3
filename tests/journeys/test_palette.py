"""The palette in a browser: everything by keys, in either layout, with focus where it should be."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import Story, story
from tests.world import World


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    return await story(reference.database, reference.anna, "палитры")


async def test_a_deal_is_reached_by_keys_alone_in_the_wrong_layout(at_desk: SetUp, deal: Story) -> None:
    page = (await at_desk("anna")).page
    await page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Имя, номер")
    await expect(field).to_be_focused()
    await page.keyboard.type("ltkj gfkbnhs")  # «дело палитры» on a Latin keyboard
    options = page.get_by_role("listbox", name="Найдено").get_by_role("option")
    await expect(options.first).to_contain_text("Дело палитры")
    await expect(options.first.locator("mark").first).to_have_text("Дело")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await expect(field).to_have_attribute("aria-activedescendant", str(await options.first.get_attribute("id")))
    await page.keyboard.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "false")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Клиент палитры")


async def test_enter_waits_for_what_was_typed(at_desk: SetUp, deal: Story) -> None:
    page = (await at_desk("anna")).page
    await page.keyboard.press("/")
    await page.keyboard.type("дело палитры")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"/admin/deal/details/{deal.deal}")


async def test_control_enter_opens_a_tab_and_escape_gives_focus_back(at_desk: SetUp, deal: Story) -> None:
    page = (await at_desk("anna")).page
    button = page.get_by_role("button", name="Найти или сделать")
    await button.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("дело палитры")
    await expect(page.get_by_role("option").first).to_contain_text("Дело палитры")
    async with page.context.expect_page() as opened:
        await page.keyboard.press("Control+Enter")
    await expect(await opened.value).to_have_url(f"/admin/deal/details/{deal.deal}")
    await expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(6):
        await page.keyboard.press("Tab")
    assert await page.evaluate(
        "document.activeElement === document.body || !!document.activeElement.closest('#palette')"
    )
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(button).to_be_focused()


async def test_verbs_of_the_page_and_commands(at_desk: SetUp, deal: Story) -> None:
    page = (await at_desk("anna")).page
    await page.goto(f"/admin/deal/details/{deal.deal}")
    await do(page, "отлож", "Отложить…")
    await expect(page.get_by_role("dialog").locator("[name=review_on]")).to_be_focused()
    await page.keyboard.press("Escape")
    await do(page, "язык", "Сменить язык: English")
    await expect(page.get_by_role("button", name="Find or do")).to_be_visible()
    await do(page, "русский", "Change the language: Русский")
    await expect(page.get_by_role("button", name="Найти или сделать")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
async def test_the_palette_is_accessible_and_fits(at_desk: SetUp, deal: Story, width: int, scheme: str) -> None:
    page = (await at_desk("anna", viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)).page
    await page.get_by_role("button", name="Найти или сделать").click()
    for typed in ("палитр", "такого нет нигде"):
        await page.get_by_role("combobox", name="Имя, номер").fill(typed)
        await expect(page.get_by_role("option").last).to_contain_text(f"«{typed}»")
        assert await violations(page, "#palette") == []
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def do(page: Page, typed: str, name: str) -> None:
    """Open the palette, type, wait for the first line, press Enter."""
    await page.wait_for_load_state()
    await page.keyboard.press("Control+k")
    await page.keyboard.type(typed)
    await expect(page.get_by_role("option").first).to_have_accessible_name(name)
    await page.keyboard.press("Enter")
