"""A morning without a mouse: sign in, find the deal, hand it off, look at what the keys are."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import PASSWORD, SetUp
from tests.stories import Story, story
from tests.world import World


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    return await story(reference.database, reference.anna, "клавиш")


async def test_a_deal_is_found_and_handed_off_by_keys(at_desk: SetUp, deal: Story) -> None:
    page = (await at_desk()).page
    await sign_in(page)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("сделки")
    await page.keyboard.press("Enter")
    await arrive(page, "Сделки")
    await page.keyboard.press("/")
    await page.keyboard.type("клавиш")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("q="))
    await expect(page.locator("#results")).to_contain_text("Поиск: клавиш")
    await expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page.locator(".row-link").first).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("Enter")
    await arrive(page, "Клиент клавиш")
    await letters_open_forms(page)
    await the_deal_is_handed_off(page)
    await the_form_is_left_again(page)


async def sign_in(page: Page) -> None:
    """The name is focused already."""
    await page.goto("/login")
    await expect(page.get_by_label("Имя для входа")).to_be_focused()
    await page.keyboard.type("anna@demo.local")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await arrive(page, "Сегодня")


async def arrive(page: Page, heading: str) -> None:
    """The page is there and listens to keys."""
    await expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    await page.wait_for_load_state()


async def letters_open_forms(page: Page) -> None:
    """A verb's letter, on a Russian keyboard too; Esc closes, and focus is back where it was."""
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    await page.keyboard.press("Escape")
    for letter in ("p", "з"):
        await strike(page, letter, "KeyP")
        await expect(page.get_by_role("dialog").locator("[name=review_on]")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(page.locator("[data-key=p]")).to_be_focused()


async def strike(page: Page, letter: str, code: str) -> None:
    """A key of any layout."""
    keyboard = await page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        await keyboard.send("Input.dispatchKeyEvent", {"type": kind, "key": letter, "code": code})


async def the_deal_is_handed_off(page: Page) -> None:
    """`h`, a part of the name, Enter, Ctrl+Enter."""
    await page.keyboard.press("h")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("Борис")
    await expect(dialog.get_by_role("option", name="Борис Орлов")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("combobox")).to_have_value("Борис Орлов")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#record-head [aria-current=step]")).to_have_text("Расчёт")
    await expect(dialog).to_be_hidden()
    await expect(page.locator(":focus")).to_have_role("button")


async def the_form_is_left_again(page: Page) -> None:
    """`e` opens the form; Esc leaves the field, then the form."""
    await page.keyboard.press("e")
    await arrive(page, "Изменить")
    await expect(page.locator("form.record-form :focus")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("form.record-form :focus")).to_have_count(0)
    await page.keyboard.press("Escape")
    await arrive(page, "Клиент клавиш")
