"""Olga drops an insurer's file, decides by letters what is not as expected, posts in one step, and takes it back."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from models.session import Database
from tests.journeys.conftest import SetUp
from tests.journeys.reference import trade_of
from tests.statements.conftest import HEAD, Insured, incomes_of, insured
from tests.trade import Trade
from tests.world import World


@pytest.fixture(scope="module")
async def trade(reference: World) -> Trade:
    return await trade_of(reference)


@pytest.fixture(scope="module")
async def file(reference: World, trade: Trade, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Insured]]:
    """A match, a wrong rate, a part, the match again."""
    known = [await insured(reference, trade, premium) for premium in ("25000", "35000", "45000")]
    match, wrong, part = known
    lines = [
        match.line(), wrong.line("6300", percent="18"), part.line("4000", premium="20000"), match.line(),
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("brought") / "Ингосстрах, октябрь.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="cp1251")
    return path, known


async def focused(page: Page) -> str:
    """The row of the line that has the focus."""
    row = page.locator("tr[data-line]:focus-within th")
    await expect(row).to_have_count(1)
    return await row.inner_text()


async def test_a_statement_from_its_file_to_the_money(
    at_desk: SetUp, database: Database, reference: World, file: tuple[Path, list[Insured]]
) -> None:
    path, (match, wrong, part) = file
    page = (await at_desk("olga")).page
    await page.goto("/admin/statement/list")
    await page.get_by_role("link", name="Загрузить ведомость").first.click()
    await page.locator("#files").set_input_files(path)
    await page.get_by_role("button", name="Прочитать файлы").click()
    await page.wait_for_url("**/admin/statements/*-*-*")
    lines = page.locator("tr[data-line]")
    await expect(lines).to_have_count(3)
    await page.wait_for_load_state()
    await page.keyboard.press("j")
    assert await focused(page) == "3"
    await page.keyboard.press("s")
    await expect(lines).to_have_count(2)
    assert await focused(page) == "4"
    await page.keyboard.press("a")
    await expect(lines).to_have_count(1)
    assert await focused(page) == "5"
    await page.keyboard.press("x")
    await page.locator(".bulk").get_by_role("button", name="Не учитывать").click()
    await expect(page.get_by_role("link", name="Решить")).to_have_count(0)
    await page.get_by_role("button", name="Провести решённое").click()
    dialog = page.locator("#modal")
    sums = dialog.get_by_role("row", name=re.compile("^К получению"))
    await expect(sums).to_contain_text("15\N{NO-BREAK SPACE}300,00")
    await dialog.get_by_role("button", name="Провести решённое").click()
    await expect(page.locator(".badge.state").first).to_have_text("Проведена")
    assert await incomes_of(reference, match) == [("received", Decimal(5000), Decimal(5000))]
    assert await incomes_of(reference, wrong) == [("received", Decimal(6300), Decimal(6300))]
    assert await incomes_of(reference, part) == [("partly", Decimal(9000), Decimal(4000))]
    await page.locator(".toast-line", has_text="Провести").get_by_role("button", name="Отменить").click()
    await expect(page.locator(".badge.state").first).to_have_text("Черновик")
    assert await incomes_of(reference, wrong) == [("expected", Decimal(7000), Decimal(0))]
