"""Olga and the administrator in one list: who has which record open, who writes where, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, expect

from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from models.changes import Change, apply
from models.payment import Income
from settings import settings
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import made, story
from tests.world import World

LIST = "/admin/income/list?col=note&col=amount&col=expected_on&sort=created_at"


@pytest.fixture(scope="module", autouse=True)
def valkey() -> Iterator[None]:
    """Where presence is kept."""
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture(scope="module")
async def incomes(reference: World) -> list[UUID]:
    """Two incomes of one instalment."""
    begun = await story(reference.database, reference.anna, "вдвоём")
    keys = {"deal_id": begun.deal, "payment_id": begun.payment, "kind": "bonus"}
    rows = [
        await made(reference.database, reference.olga, Income, amount=amount, note=f"строка {n}", **keys)
        for n, amount in enumerate((1000, 2000), start=1)
    ]
    return [row.id for row in rows]


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator("table.list tbody tr").nth(row).locator("th, td:not(.pick)").nth(column)


async def stand(page: Page, row: int) -> None:
    """The focus on a row's sum."""
    await page.keyboard.press("j")
    await page.locator("table.list .row-link").nth(row).focus()
    await page.keyboard.press("ArrowRight")
    await expect(cell(page, row, 1)).to_be_focused()


async def begun(page: Page, row: int) -> Locator:
    """The editor of a row's sum, open."""
    await stand(page, row)
    await page.keyboard.press("F2")
    field = cell(page, row, 1).locator("input[name=amount]")
    await expect(field).to_be_focused()
    return field


async def test_in_a_list_one_sees_who_writes_in_which_cell_and_who_has_which_record_open(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    olga, admin = await at_desk("olga"), await at_desk("admin")
    name = reference.admin.name
    for person in (olga, admin):
        await person.page.goto(LIST)
    await begun(admin.page, 0)
    framed = cell(olga.page, 0, 1)
    await expect(framed).to_have_attribute("data-said", f"{name} правит это")
    await expect(framed).to_have_accessible_description(f"{name} правит это")
    await expect(olga.page.locator("#live-said")).to_contain_text(f"{name} правит «Сумма»: строка 1")
    assert await violations(olga.page) == []
    await admin.page.keyboard.press("Escape")
    await expect(framed).not_to_have_class("written")
    await admin.page.keyboard.press("ArrowLeft")
    await admin.page.keyboard.press(" ")
    await expect(olga.page.locator("table.list th.visited")).to_have_attribute("data-said", f"{name} здесь")
    await olga.page.goto(f"/admin/income/details/{incomes[0]}")
    await expect(olga.page.locator(".presence")).to_contain_text(f"{name} здесь")
    await expect(admin.page.locator("#peek .presence")).to_contain_text(f"{reference.olga.name} здесь")
    await admin.page.goto(f"/admin/income/edit/{incomes[0]}")
    await admin.page.locator("form.record-form [name=amount]").focus()
    await expect(olga.page.locator("#record-head .written")).to_have_attribute("data-said", f"{name} правит это")
    assert await violations(olga.page) == []
    await admin.page.context.close()
    await expect(olga.page.locator(".written")).to_have_count(0)
    await expect(olga.page.locator(".presence")).not_to_contain_text(name)


async def test_an_open_cell_says_what_became_of_it_and_the_second_chooses(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    olga, admin = await at_desk("olga"), await at_desk("admin")
    for person in (olga, admin):
        await person.page.goto(LIST)
    field = await begun(olga.page, 1)
    await field.fill("2 222")
    await begun(admin.page, 1)
    await expect(cell(olga.page, 1, 1)).to_have_attribute("data-said", f"{reference.admin.name} правит это")
    await admin.page.keyboard.type("3333")
    await admin.page.keyboard.press("Enter")
    await expect(cell(olga.page, 1, 1).locator(".cell-news")).to_contain_text("3 333,00")
    await expect(field).to_have_value("2 222")
    assert await violations(olga.page) == []
    await field.press("Enter")
    await expect(cell(olga.page, 1, 1).locator(".clash")).to_contain_text("3 333,00")
    await olga.page.keyboard.press("Escape")
    await expect(cell(olga.page, 1, 1)).to_contain_text("3 333,00")


async def test_who_types_over_what_they_have_not_seen_is_asked(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    """The list shows something else than is stored; the digit replaces what stands there unseen."""
    page = (await at_desk("olga")).page
    await page.goto(LIST)
    await stand(page, 0)
    await page.evaluate("document.querySelector('table.list tbody tr td:not(.pick)').textContent = '1,00 ₽'")
    await page.keyboard.type("5")
    await expect(cell(page, 0, 1).locator(".cell-news")).to_contain_text("1 000,00")
    await page.keyboard.press("Enter")
    await expect(cell(page, 0, 1).locator(".clash")).to_contain_text("1 000,00")
    async with reference.database.transaction(reference.admin) as work:
        assert (await work.get_record(Income, incomes[0])).amount == 1000


async def test_what_was_changed_since_the_preview_is_shown_in_it_once_more(
    at_desk: SetUp, reference: World, incomes: list[UUID]
) -> None:
    olga = await at_desk("olga")
    page = olga.page
    await page.goto(LIST)
    await stand(page, 0)
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("Control+d")
    preview = page.locator("#modal")
    await expect(preview).to_contain_text("1 000,00")
    async with reference.database.transaction(reference.admin, action="income.update") as work:
        await apply(work, Change(Income, incomes[1], {}, {"amount": "4444"}))
    await page.keyboard.press("Enter")
    await expect(preview.get_by_role("alert")).to_contain_text("другие изменили")
    await expect(preview.locator(".news-cell")).to_contain_text("4 444,00")
    assert await violations(page, "#modal") == []
    await preview.get_by_role("button", name="Изменить 1 ячейку").click()
    await expect(olga.toast).to_contain_text("изменена")
    async with reference.database.transaction(reference.admin) as work:
        assert (await work.get_record(Income, incomes[1])).amount == 1000
