"""The list as a grid, by keyboard alone: a sum typed, a clash, a range added up, filled down, pasted, taken back."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, Route, expect
from sqlalchemy import select

from models.changes import Change, apply
from models.payment import Income, Payment
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import made, story
from tests.world import World

LIST = "/admin/income/list?col=note&col=amount&col=expected_on&col=settlement&sort=created_at&totals=1"
AMOUNTS = (Decimal("1000"), Decimal("2500.50"), Decimal("300"))
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
async def incomes(reference: World) -> list[UUID]:
    """Three incomes of one instalment, entered by the accountant."""
    begun = await story(reference.database, reference.anna, "сетка")
    return [
        (
            await made(
                reference.database, reference.olga, Income, deal_id=begun.deal, payment_id=begun.payment, kind="bonus",
                amount=amount, note=f"строка {n}",
            )
        ).id
        for n, amount in enumerate(AMOUNTS, start=1)
    ]  # fmt: skip


async def stored(world: World, keys: list[UUID]) -> list[Decimal]:
    async with world.database.transaction(world.admin) as work:
        found = {row.id: row.amount for row in await work.scalars(select(Income).where(Income.id.in_(keys)))}
    return [found[key] for key in keys]


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator("table.list tbody tr").nth(row).locator("th, td:not(.pick)").nth(column)


async def opened(page: Page) -> None:
    """The list, with the sum of the first row in focus."""
    await page.goto(LIST)
    await expect(page.locator("tfoot .totals")).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("ArrowRight")
    await expect(cell(page, 0, 1)).to_be_focused()


async def test_a_sum_is_typed_saved_refused_and_taken_back(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    olga = await at_desk("olga")
    page = olga.page
    await opened(page)
    await page.keyboard.press("1")
    await expect(cell(page, 0, 1).locator("input[name=amount]")).to_be_focused()
    await page.keyboard.type(" 200,75")
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(cell(page, 1, 1)).to_be_focused()
    await expect(cell(page, 0, 1)).to_contain_text("1 200,75")
    assert (await stored(reference, incomes))[0] == Decimal("1200.75")
    await page.keyboard.press("F2")
    await expect(cell(page, 1, 1).locator("input[name=amount]")).to_be_focused()
    await page.keyboard.type("много")
    await page.keyboard.press("Enter")
    await expect(cell(page, 1, 1).locator(".invalid-feedback, .form-problem").first).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(cell(page, 1, 1)).to_contain_text("2 500,50")
    await page.keyboard.press("z")
    await expect(olga.toast).to_contain_text("Отменено")
    assert await stored(reference, incomes) == list(AMOUNTS)


async def test_what_is_typed_faster_than_cells_open_and_save_counts(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    """Two sums in a row without looking up, on a slow line; then the first column, which is a link."""
    olga = await at_desk("olga")
    page = olga.page

    async def slowly(route: Route) -> None:
        await asyncio.sleep(0.3)
        await route.continue_()

    await page.route("**/cell/**", slowly)
    await opened(page)
    await page.keyboard.type("510\n620\n")
    await expect(cell(page, 2, 1)).to_be_focused()
    assert (await stored(reference, incomes))[:2] == [Decimal(510), Decimal(620)]
    await page.goto(LIST)
    await cell(page, 2, 0).evaluate("cell => { cell.tabIndex = -1; cell.focus(); }")
    await page.keyboard.press("F2")
    field = cell(page, 2, 0).locator("[name=note]")
    await field.fill("строка третья")
    await field.press("Enter")
    await expect(cell(page, 2, 0)).to_contain_text("строка третья")
    await set_back(reference, incomes)


async def set_back(world: World, keys: list[UUID]) -> None:
    """As the other tests know them."""
    async with world.database.transaction(world.admin, action="income.update") as work:
        for key, amount in zip(keys, AMOUNTS, strict=True):
            await apply(work, Change(Income, key, {}, {"amount": str(amount)}))


async def test_a_clash_in_a_cell_is_a_choice(at_desk: SetUp, reference: World, incomes: list[UUID]) -> None:
    olga = await at_desk("olga")
    page = olga.page
    await opened(page)
    await page.keyboard.press("F2")
    field = cell(page, 0, 1).locator("input[name=amount]")
    await expect(field).to_be_focused()
    async with reference.database.transaction(reference.admin, action="income.update") as work:
        await apply(work, Change(Income, incomes[0], {}, {"amount": "1111"}))
    await page.keyboard.type("2222")
    await page.keyboard.press("Enter")
    await expect(cell(page, 0, 1).locator(".clash")).to_contain_text("1 111,00")
    assert (await stored(reference, incomes))[0] == Decimal(1111)
    await field.focus()
    await page.keyboard.press("Enter")
    await expect(cell(page, 0, 1)).to_contain_text("2 222,00")
    async with reference.database.transaction(reference.admin, action="income.update") as work:
        await apply(work, Change(Income, incomes[0], {}, {"amount": str(AMOUNTS[0])}))


async def test_a_range_is_added_up_filled_down_and_pasted_by_a_preview(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    olga = await at_desk("olga")
    page = olga.page
    await opened(page)
    for _row in range(2):
        await page.keyboard.press("Shift+ArrowDown")
    await expect(page.locator("#range-bar")).to_contain_text("Σ 3 800,5")
    assert await violations(page) == []
    await page.keyboard.press("Control+d")
    preview = page.locator("#modal")
    await expect(preview).to_contain_text("2 500,50 ₽")
    assert await violations(page, "#modal") == []
    assert await stored(reference, incomes) == list(AMOUNTS)
    await page.keyboard.press("Enter")
    await expect(olga.toast).to_contain_text("изменены")
    assert await stored(reference, incomes) == [Decimal(1000)] * 3
    await page.keyboard.press("z")
    await expect(olga.toast).to_contain_text("Отменено")
    await opened(page)
    await page.evaluate(PASTE, "77,10\t31.12.2026\tУдержание из премии\nмного\t01.02.2027\tневесть что")
    await expect(preview).to_contain_text("77,10 ₽")
    await expect(preview.locator("td.late")).to_have_count(2)
    await page.keyboard.press("Enter")
    await expect(olga.toast).to_contain_text("4 ячейки")
    async with reference.database.transaction(reference.admin) as work:
        row = await work.get_record(Income, incomes[0])
        assert (row.amount, str(row.expected_on), row.settlement) == (Decimal("77.10"), "2026-12-31", "withheld")
        assert (await work.get_record(Payment, row.payment_id)).incomes_expected == sum(AMOUNTS[1:]) + row.amount


async def test_who_may_not_write_edits_no_cell(at_desk: SetUp, incomes: list[UUID]) -> None:
    boris = await at_desk("vera")
    answer = await boris.page.request.get(f"/admin/income/cell/{incomes[0]}/amount")
    assert answer.status == 404
    state = await (await at_desk("olga")).page.request.get(f"/admin/income/cell/{incomes[0]}/status")
    assert state.status == 409
