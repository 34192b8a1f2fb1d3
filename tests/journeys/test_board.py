"""A list as a board, as a calendar and with a record beside it: by the hand, by keys alone, on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.async_api import expect

from models.clock import today
from models.deal import Deal
from models.payment import Income
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import Story, made, story
from tests.trade import get
from tests.world import World

BOARD = "/admin/deal/list?as=board"


@pytest.fixture(scope="module")
async def begun(reference: World) -> Story:
    """A deal of Anna's, with an income that the accountant expects in the middle of this month."""
    return await story(reference.database, reference.anna, "доска")


async def test_a_card_is_dragged_refused_asked_and_taken_back(at_desk: SetUp, reference: World, begun: Story) -> None:
    head = await at_desk("head", viewport={"width": 2100, "height": 900})
    page, key = head.page, begun.deal
    await page.goto(BOARD)
    await expect(page.locator("#sum-draft")).to_have_text("1")
    lane = page.locator(".lane").filter(has=page.locator("#lane-won"))
    await page.locator(f"[data-key='{key}']").drag_to(lane)
    await expect(page.locator(".toast-problem")).to_contain_text("не переводят")
    await expect(page.locator(f"[data-value=draft] .bcard[data-key='{key}']")).to_be_visible()
    assert await violations(page) == []
    await page.locator(f"[data-key='{key}']").drag_to(page.locator(".lane[data-value=lost]"))
    await expect(page.locator("#modal [name=reason]")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(f"[data-value=draft] .bcard[data-key='{key}']")).to_be_visible()
    await page.locator(f"[data-key='{key}']").drag_to(page.locator(".lane[data-value=lost]"))
    await page.locator("#modal [name=reason]").fill("дорого")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"[data-value=lost] .bcard[data-key='{key}']")).to_be_visible()
    await expect(page.locator("#sum-lost")).to_have_text("1")
    assert (await get(reference, reference.head, Deal, key)).stage == "lost"
    await page.keyboard.press("z")
    await expect(page.locator(f"[data-value=draft] .bcard[data-key='{key}']")).to_be_visible()
    assert (await get(reference, reference.head, Deal, key)).stage == "draft"


async def test_by_keys_alone_a_card_goes_a_day_on_and_a_record_is_looked_at(
    at_desk: SetUp, reference: World, begun: Story
) -> None:
    day = today().replace(day=15)
    income = await made(
        reference.database, reference.olga, Income, deal_id=begun.deal, payment_id=begun.payment, kind="bonus",
        amount=100, expected_on=day,
    )  # fmt: skip
    olga = await at_desk("olga", viewport={"width": 1440, "height": 900})
    page = olga.page
    await page.goto("/admin/income/list?as=calendar&by=expected_on")
    await page.keyboard.press("j")
    await expect(page.locator(f"[id='at-{income.id}']")).to_be_focused()
    await page.keyboard.press("Shift+ArrowRight")
    await expect(page.locator(f"[id='day-{day + timedelta(days=1)}'] .bcard:not(.is-moving)")).to_be_visible()
    await expect(page.locator(".toast-done")).to_be_visible()
    await expect(page.locator(f"[id='at-{income.id}']")).to_be_focused()
    assert (await get(reference, reference.olga, Income, income.id)).expected_on == day + timedelta(days=1)
    await page.keyboard.press("z")
    await expect(page.locator(f"[id='day-{day}'] .bcard")).to_be_visible()
    await page.goto("/admin/deal/list")
    await page.keyboard.press("j")
    await page.keyboard.press("Space")
    await expect(page.locator("#peek-title")).to_contain_text("Клиент доска")
    await page.locator("[data-peek-split]").click()
    assert await violations(page) == []
    await page.locator("#peek [data-pin]").click()
    await expect(page.locator("#pins a")).to_contain_text("Дело доска")
    await page.goto("/admin/policy/list")
    await expect(page.locator("#peek-record")).to_be_visible()
    await page.keyboard.press("F6")
    await page.keyboard.press("Escape")
    await expect(page.locator("#peek")).to_be_hidden()


async def test_on_a_phone_a_menu_moves_a_card(at_desk: SetUp, begun: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 390, "height": 844}, has_touch=True)
    page = anna.page
    await page.goto(BOARD)
    await page.locator(f"[id='move-{begun.deal}']").click()
    await expect(page.locator("#modal .move-ways button").first).to_be_focused()
    assert await violations(page) == []
    await page.locator("#modal .move-ways button").first.click()
    await expect(page.locator("#modal form[action*='/verb/hand_off']")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
