"""The owner's morning on a phone in the dark: pictures are drawn, their figures open rows, nothing is in the way."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from seeds.demo.history import remember
from seeds.demo.story import Story
from seeds.demo.targets import plan
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.world import World

PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    const shades = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) shades.add(data.slice(at, at + 3).join())
    return shades.size
}"""
"""How many colours stand on a canvas."""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
async def past(reference: World) -> World:
    """Two years of deals and plans."""
    story = await Story.begin(reference.database)
    await remember(story)
    await plan(story)
    return reference


async def test_pictures_are_drawn_and_their_figures_lead_to_rows(at_desk: SetUp, past: World) -> None:
    person = await at_desk("olga", viewport={"width": 390, "height": 844}, color_scheme="dark", reduced_motion="reduce")
    page = person.page
    await page.goto("/admin/dashboards?tab=business&period=year")
    for slug in ("money", "overheads", "plan"):
        card = page.locator(f"#{slug}")
        await card.scroll_into_view_if_needed()
        await drawn(card)
    assert await page.evaluate(WIDER) <= 0
    assert await violations(page) == []
    money = page.locator("#money")
    before = await page.locator("#money canvas").evaluate("canvas => canvas.toDataURL()")
    await money.get_by_role("button", name="КВ").click()
    await expect(money.get_by_role("button", name="КВ")).to_have_attribute("aria-pressed", "true")
    assert await page.locator("#money canvas").evaluate("canvas => canvas.toDataURL()") != before
    await money.locator("summary").click()
    figure = money.locator("tr.total td a").nth(1)
    told = await figure.inner_text()
    await figure.click()
    await page.wait_for_url("**/admin/payment/list?*")
    await expect(page.locator("#results .chip")).not_to_have_count(0)
    assert re.fullmatch(r"[\d\s,]+", told)


async def drawn(card: Locator) -> None:
    """The canvas is there and not empty."""
    await expect(card.locator("figure[data-done]").first).to_be_visible()
    assert await card.locator("canvas").first.evaluate(PAINTED) > 3
