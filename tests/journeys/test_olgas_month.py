"""Olga's month: two statements, a new rate and its recalculation, an act, a pay-out; the pictures say what SQL says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from models import clock
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.journeys.reference import trade_of
from tests.rates.selling import worked_off
from tests.statements.conftest import HEAD, Insured, incomes_of, insured
from tests.trade import Trade
from tests.world import World

SPACE = "\N{NO-BREAK SPACE}"
PICTURED = {
    "planned": ("payments", "amount", "due_on", "status <> 'cancelled'"),
    "paid": ("payments", "paid_amount", "paid_on", "true"),
    "expected": ("payment_incomes", "amount", "expected_on", "status <> 'written_off'"),
    "received": ("payment_incomes", "received_amount", "received_on", "true"),
}
"""Columns of “premiums and commission by month” in their order: table, sum, its day, what counts."""
SUM = """
    SELECT coalesce(sum({amount}), 0) FROM crm.{table}
    WHERE deleted_at IS NULL AND {counts} AND extract(year FROM {day}) = :year
"""
PAID_OUT = "SELECT coalesce(sum(amount), 0) FROM crm.payment_expenses WHERE deleted_at IS NULL AND status = 'paid'"


@dataclass(frozen=True)
class Month:
    """What the month begins with: policies by what their insurer's file will say of them, and the files."""

    trade: Trade
    match: Insured
    wrong: Insured
    elsewhere: Insured
    waiting: Insured
    files: list[Path]


@pytest.fixture(scope="module")
async def month(reference: World, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Ингосстрах: a match, a wrong rate, a stranger's policy, and one that no file names. РЕСО: a match."""
    world, folder = reference, tmp_path_factory.mktemp("month")
    trade = await trade_of(world)
    match, wrong, waiting = [await insured(world, trade, premium) for premium in ("25000", "35000", "45000")]
    elsewhere = await insured(world, replace(trade, ingos=trade.reso), "50000")
    ours = [match.line(), wrong.line("6300", percent="18"), "МММ 0001234567;Чужой Человек;10000;20%;2000"]
    files = [folder / "Ингосстрах, ноябрь.csv", folder / "РЕСО-Гарантия, ноябрь.csv"]
    for file, lines in zip(files, (ours, [elsewhere.line(percent="16")]), strict=True):
        file.write_text("\n".join([HEAD, *lines]), encoding="cp1251")
    return Month(trade, match, wrong, elsewhere, waiting, files)


async def test_from_two_statements_to_a_pay_out(at_desk: SetUp, reference: World, month: Month) -> None:
    world, olga = reference, await at_desk("olga", viewport={"width": 1440, "height": 900})
    await two_statements_are_brought(olga, month)
    await exceptions_are_decided(olga)
    await both_are_posted(olga)
    assert await incomes_of(world, month.match) == [("received", Decimal(5000), Decimal(5000))]
    assert await incomes_of(world, month.wrong) == [("received", Decimal(6300), Decimal(6300))]
    assert await incomes_of(world, month.elsewhere) == [("received", Decimal(8000), Decimal(8000))]
    assert await incomes_of(world, month.waiting) == [("expected", Decimal(9000), Decimal(0))]
    await a_rate_changes(olga, month)
    await it_is_recalculated(olga, world)
    assert await incomes_of(world, month.waiting) == [("expected", Decimal(9900), Decimal(0))]
    assert await incomes_of(world, month.match) == [("received", Decimal(5000), Decimal(5000))]
    await an_act_is_signed(olga, await _number(world, month.trade.ingos_agreement))
    await shares_are_paid_out(olga, await at_desk("head"))
    await the_pictures_say_what_sql_says(olga.page, world)


async def two_statements_are_brought(olga: Person, month: Month) -> None:
    """At once, each by itself finds its insurer."""
    page = olga.page
    await page.goto("/admin/statements/new")
    await page.locator("#files").set_input_files(month.files)
    await page.get_by_role("button", name="Прочитать файлы").click()
    await expect(page.get_by_text("Прочитана и сверена")).to_have_count(2)


async def exceptions_are_decided(olga: Person) -> None:
    """The insurer's sum is taken, the stranger is left out."""
    page = olga.page
    await page.goto("/admin/statement/list")
    await page.get_by_role("link", name="Ингосстрах, ноябрь").click()
    lines = page.locator("tr[data-line]")
    await expect(lines).to_have_count(2)
    await page.wait_for_load_state()
    await page.keyboard.press("j")
    await page.keyboard.press("s")
    await expect(lines).to_have_count(1)
    await expect(page.locator("tr[data-line]:focus-within")).to_contain_text("Чужой Человек")
    await page.keyboard.press("i")
    await expect(page.get_by_role("link", name="Решить")).to_have_count(0)


async def both_are_posted(olga: Person) -> None:
    """Each in one step, after its sums were read."""
    page = olga.page
    for name, sums in (("Ингосстрах, ноябрь", "11 300,00"), ("РЕСО-Гарантия, ноябрь", "8 000,00")):
        await page.goto("/admin/statement/list")
        await page.get_by_role("link", name=name).click()
        await page.get_by_role("button", name="Провести решённое").click()
        asked = olga.dialog.get_by_role("row", name=re.compile("^К получению"))
        await expect(asked).to_contain_text(sums.replace(" ", SPACE))
        await olga.dialog.get_by_role("button", name="Провести решённое").click()
        await expect(page.locator(".badge.state").first).to_have_text("Проведена")


async def a_rate_changes(olga: Person, month: Month) -> None:
    """From today 22 instead of 20 percent; the window says whom it touches before anything is written."""
    page = olga.page
    await page.goto(f"/admin/commission-rule/details/{month.trade.ingos_kasko}")
    await page.get_by_role("button", name="Изменить ставку с даты").click()
    await olga.dialog.get_by_label("С какого дня").fill(clock.today().isoformat())
    await olga.dialog.get_by_label("Процент", exact=False).first.fill("22")
    await expect(olga.dialog.locator("#recalc-foreseen")).to_contain_text(f"9{SPACE}900,00")
    await olga.dialog.get_by_role("button", name="Изменить ставку с даты").click()
    await expect(page.locator("#modal")).to_be_hidden()


async def it_is_recalculated(olga: Person, world: World) -> None:
    """What is expected follows when it is applied; what has come stays."""
    page = olga.page
    await page.goto("/admin/recalculation/create")
    await page.get_by_role("button", name=re.compile("Создать|Посмотреть разницу")).click()
    await page.wait_for_url("**/admin/recalculation/details/*")
    run = UUID(page.url.rpartition("/")[2])
    await worked_off(world, run)
    shown = page.locator("section.recalc").first
    await expect(shown).to_contain_text(f"9{SPACE}900,00")
    await page.locator("h1").click()
    await page.keyboard.press("a")
    await expect(page.locator(".badge.state").first).not_to_have_text("Просмотрен")
    await worked_off(world, run)
    await expect(page.locator(".badge.state").first).to_have_text("Пересчитано")


async def _number(world: World, agreement: UUID) -> str:
    async with world.database.transaction(world.olga) as work:
        told = await work.scalar(text("SELECT number FROM crm.agreements WHERE id = :id"), {"id": agreement})
        return str(told)


async def an_act_is_signed(olga: Person, agreement: str) -> None:
    """Over this month: what Ингосстрах has paid and what it owes, at the new rate."""
    page = olga.page
    await page.goto("/admin/act/create")
    await page.get_by_role("combobox", name="Агентский договор").fill(agreement)
    await page.get_by_role("option").first.click()
    await page.get_by_label("Период с").fill(clock.today().replace(day=1).isoformat())
    await page.get_by_label("Период по").fill(clock.today().isoformat())
    await page.get_by_role("button", name="Создать").click()
    await expect(page.locator(".sum-line")).to_contain_text(f"21{SPACE}200,00")
    await page.locator("h1").click()
    await page.keyboard.press("a")
    await olga.dialog.get_by_role("button", name="Подписать акт").click()
    await expect(page.get_by_role("button", name="Исключить из акта")).to_have_count(0)


async def shares_are_paid_out(olga: Person, head: Person) -> None:
    """Sheets for everyone, approved by the head, paid."""
    page = olga.page
    await page.goto(f"/admin/payouts/make?month={clock.today():%Y-%m}")
    await page.get_by_role("button", name="Составить листы").click()
    await expect(olga.toast).to_contain_text("Составлен")
    await head.page.goto("/admin/")
    await head.page.get_by_role("button", name="Согласовать").first.click()
    await expect(head.toast).to_contain_text("Согласовать: лист выплат: Анна Сергеева")
    await page.goto("/admin/payout/list?status=approved")
    await page.locator("#results").get_by_role("link", name="Анна Сергеева").first.click()
    await page.get_by_role("button", name="Выплачен").click()
    await olga.dialog.get_by_role("button", name="Выплачен").click()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Выплачен")


async def the_pictures_say_what_sql_says(page: Page, world: World) -> None:
    """The year's premiums and commission, to the kopeck; a share of the money that came has been paid out."""
    await page.goto("/admin/dashboards?tab=business&period=year")
    total = page.locator("#money tr.total td")
    await expect(total.first).to_be_visible()
    shown = [Decimal(await total.nth(place).get_attribute("data-value") or "0") for place in range(len(PICTURED))]
    async with world.database.transaction(world.admin) as work:
        told = [
            await work.scalar(text(SUM.format(table=table, amount=amount, day=day, counts=counts)), _year())
            for table, amount, day, counts in PICTURED.values()
        ]
        paid = await work.scalar(text(PAID_OUT))
    assert shown == told
    assert told[3] == Decimal(19300)
    assert paid == Decimal(19300) * 30 / 100


def _year() -> dict[str, int]:
    return {"year": clock.today().year}
