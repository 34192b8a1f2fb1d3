"""Twelve hundred rows as one list: scrolled, walked by keys, ticked, edited and left, a few hundred of them here."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from models.client import Client
from models.session import Work
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.world import World

NUMBER = 1200
FILL = (
    "INSERT INTO crm.clients (id, name, phone, kind, created_by_id)"
    " SELECT uuidv7(), 'Ряд ' || lpad(n::text, 4, '0'), '+7929' || lpad(n::text, 7, '0'), 'person', :me"
    " FROM generate_series(1, :number) n"
)
LIST = "/admin/client/list?sort=name&q=Ряд"
SCROLL = "(box, top) => { box.scrollTop = top; }"
SEEN = """box => [...box.querySelectorAll("tbody:not(.space) tr")].filter(row => {
  const [own, whole] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
  return own.top >= whole.top + 30 && own.bottom <= whole.bottom;
}).map(row => [Number(row.getAttribute("aria-rowindex")), row.querySelector(".row-link").textContent])"""


@pytest.fixture(scope="module")
async def rows(reference: World) -> None:
    """Clients by one statement, numbered as they are listed."""
    async with reference.database.transaction(reference.admin, action="test.fill") as work:
        await work.execute(text(FILL), {"me": reference.admin.id, "number": NUMBER})


async def named(work: Work, name: str) -> Client:
    found = await work.scalars(text("SELECT id FROM crm.clients WHERE name = :name"), {"name": name})
    return await work.get_record(Client, found.one())


async def is_seen(page: Page, number: int) -> None:
    """The row of this number is in sight; all that are stand under their own numbers, and few others are here."""
    row = page.locator(f'.list tr[aria-rowindex="{number + 1}"] .row-link')
    await expect(row).to_have_text(f"Ряд {number:04}")
    await expect(row).to_be_in_viewport()
    seen = await page.locator(".table-box").evaluate(SEEN)
    assert len(seen) > 5 and all(name == f"Ряд {index - 1:04}" for index, name in seen)
    assert await page.locator(".list tbody:not(.space) tr").count() < 450


async def test_a_list_is_scrolled_and_walked_to_its_end_and_back(at_desk: SetUp, rows: None) -> None:
    admin = await at_desk("admin")
    page, press = admin.page, admin.page.keyboard.press
    await page.goto(LIST)
    table, box = page.locator("table.list"), page.locator(".table-box.long")
    await expect(table).to_have_attribute("aria-rowcount", str(NUMBER + 1))
    height = int(await box.evaluate("box => document.querySelector('.list tbody:not(.space) tr').offsetHeight"))
    for number in (900, 120, 131, 600):
        await box.evaluate(SCROLL, (number - 3) * height)
        await is_seen(page, number)
    assert await violations(page) == []
    await box.evaluate(SCROLL, 0)
    await is_seen(page, 2)
    await press("j")
    await press("ArrowRight")
    await expect(page.locator(".list td:focus")).to_have_count(1)
    for key, number in (("Control+End", NUMBER), ("ArrowUp", NUMBER - 1), ("Control+Home", 1), ("ArrowDown", 2)):
        await press(key)
        await expect(page.locator(f'.list tr[aria-rowindex="{number + 1}"] td:focus')).to_have_count(1)
        await is_seen(page, number)
    await press("PageDown")
    await expect(page.locator('.list tr:not([aria-rowindex="3"]) td:focus')).to_have_count(1)
    await box.evaluate(SCROLL, 500 * height)
    await is_seen(page, 505)
    await page.locator(".list tr", has_text="Ряд 0505").locator(".row-link").click()
    await expect(admin.head).to_contain_text("Ряд 0505")
    await page.go_back()
    await is_seen(page, 505)


async def test_ticks_cells_and_the_peek_go_along(at_desk: SetUp, reference: World, rows: None) -> None:
    admin = await at_desk("admin")
    page, press = admin.page, admin.page.keyboard.press
    await page.goto(f"{LIST}&col=name&col=phone")
    box, chosen = page.locator(".table-box.long"), page.locator("[data-bulk-count]")
    await press("j")
    await press("x")
    await expect(chosen).to_have_text("1")
    await press("ArrowRight")
    await press("F2")
    await page.locator("[data-cell-form] input[name=phone]").fill("+7 929 111-22-33")
    await box.evaluate(SCROLL, 30_000)
    await expect(page.locator("[data-cell-form]")).to_have_count(0)
    async with reference.database.transaction(reference.admin, action="client.update") as work:
        (await named(work, "Ряд 0840")).note = "пока смотрят"
    await press("ArrowDown")
    field = page.locator("[data-cell-form] input[name=phone]")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("+7 929 111-22-33")
    await press("Enter")
    await expect(page.locator(".list tr", has_text="Ряд 0001")).to_contain_text("111‑22‑33")
    await expect(page.locator('.list tr[aria-rowindex="2"] input[name=pk]')).to_be_checked()
    await press("a")
    await expect(chosen).to_have_text("1\u00a0200")
    await press("j")
    await press("Control+End")
    await expect(page.locator(f'.list tr[aria-rowindex="{NUMBER + 1}"] input[name=pk]')).to_be_checked()
    await press("Escape")
    await expect(page.locator("[data-bulk]")).to_be_hidden()
    await press("Space")
    for _step in range(2):
        await expect(page.locator("#peek-body")).to_be_visible()
        await page.locator('[data-peek-step="-1"]').click()
    await expect(page.locator("[data-peek-place]")).to_have_text(f"{NUMBER - 2} из {NUMBER}")
    await page.set_viewport_size({"width": 390, "height": 800})
    await page.wait_for_load_state()
    await expect(page.get_by_role("navigation", name="Страницы").get_by_role("link")).to_have_count(1)
