"""Sheets for everyone by one form, one's own earnings, and the month for 1C, read back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text

from models import clock
from models.payment import Expense, Income
from models.payment.expense import PaidOut
from models.payout import Payout
from tests.admin.conftest import Browser, SignIn
from tests.papers import MONTH, TODAY, draft, earned, make, on_sheet, sign
from tests.trade import Trade, reference_rows
from tests.world import World

THIS = f"{MONTH.first:%Y-%m}"
BEFORE = f"{MONTH.first - timedelta(days=1):%Y-%m}"
GAP = "\u00a0"


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def shares(world: World, trade: Trade) -> list[Expense]:
    """Anna has earned two shares; one more waits for its commission."""
    found = [await earned(world, trade), await earned(world, trade, "70000.00")]
    return [*found, await earned(world, trade, "90000.00", received=False)]


@pytest.fixture(scope="module")
async def olga(world: World, browser: SignIn) -> Browser:
    return await browser(world.olga)


async def sheets(world: World) -> list[Payout]:
    async with world.database.transaction(world.olga) as work:
        return list(await work.scalars(select(Payout).order_by(Payout.id)))


async def test_from_what_is_owed_to_what_was_paid(
    world: World, shares: list[Expense], olga: Browser, browser: SignIn
) -> None:
    """Olga makes the sheets, the head finds them in Today, Olga pays, Anna sees what she has earned."""
    shown = (await olga.get(f"/admin/payouts/make?month={THIS}")).text.replace(GAP, " ")
    assert "Анна Сергеева" in shown
    assert "7 200,00 ₽" in shown
    assert "Выплачивать некому" in (await olga.get(f"/admin/payouts/make?month={BEFORE}")).text
    assert (await olga.post("/admin/payouts/make", data={"month": THIS, "payee": "nobody"})).status_code == 303
    assert await sheets(world) == []
    made = await olga.post("/admin/payouts/make", data={"month": THIS, "payee": str(world.anna.id)})
    assert made.headers["location"] == f"/admin/payout/list?period_to={MONTH.last.isoformat()}"
    (sheet,) = await sheets(world)
    assert (sheet.payee, sheet.total, sheet.status) == ("Анна Сергеева", Decimal("7200.00"), "draft")
    listed = (await olga.get(made.headers["location"])).text
    assert "Анна Сергеева" in listed
    assert "/admin/undo/" in listed

    head, anna = await browser(world.head), await browser(world.anna)
    assert [await waits(one) for one in (head, olga, anna)] == [True, False, False]
    await on_sheet(world, world.head, sheet, "approve")
    assert [await waits(one) for one in (head, olga, anna)] == [False, True, False]
    async with world.database.transaction(world.olga) as work:
        kinds = await work.scalars(text("SELECT kind FROM crm.attention WHERE kind IN ('approve', 'pay_out')"))
        assert list(kinds) == [], "what stands on a sheet is decided there"

    await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    page = (await anna.get("/admin/earnings")).text.replace(GAP, " ")
    for told in ("7 200,00 ₽", "5 400,00 ₽", "ждёт комиссии", f"/admin/payout/details/{sheet.id}"):
        assert told in page, told
    assert "Попов" not in (await (await browser(world.vera)).get("/admin/earnings")).text


async def waits(who: Browser) -> bool:
    """Whether Anna's sheet stands in somebody's Today."""
    return "лист выплат: Анна Сергеева" in (await who.get("/admin/")).text


async def test_only_who_counts_makes_sheets(world: World, browser: SignIn) -> None:
    for who in (world.anna, world.head):
        theirs = await browser(who)
        assert (await theirs.get("/admin/payouts/make")).status_code == 404
        assert (await theirs.post("/admin/payouts/make", data={"month": THIS})).status_code == 404


async def test_what_is_above_the_limit_of_a_role_waits_for_the_owner(
    world: World, trade: Trade, browser: SignIn
) -> None:
    async with world.database.transaction(world.admin, action="role.update") as work:
        await work.execute(text("UPDATE auth.roles SET approval_limit = 5000 WHERE slug = 'head'"))
    for premium in ("80000.00", "90000.00"):
        await earned(world, trade, premium)
    head, admin = [
        (await (await browser(who)).get("/admin/")).text.replace(GAP, " ") for who in (world.head, world.admin)
    ]
    assert ["4 800,00 ₽" in page for page in (head, admin)] == [True, True]
    assert ["5 400,00 ₽" in page for page in (head, admin)] == [False, True]


def as_rows(sheet: Any) -> list[dict[str, Any]]:
    """A sheet's rows by its labels."""
    labels, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(labels, row, strict=True)) for row in found]


def total(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(row["Сумма"])) for row in rows), Decimal(0))


async def test_the_month_for_1c_is_what_the_tables_say(
    world: World, trade: Trade, shares: list[Expense], olga: Browser
) -> None:
    sheets_made, _action = await make(world)
    for sheet in sheets_made:
        await on_sheet(world, world.admin, sheet, "approve")
        await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    await sign(world, await draft(world, trade))
    page = (await olga.get(f"/admin/ledger?month={THIS}")).text
    assert "Реализация" in page
    answer = await olga.get(f"/admin/ledger/1c.xlsx?month={THIS}")
    assert f"{clock.today():%Y-%m}" in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Реализация", "Поступление", "Выплаты"]
    sales, receipts, payouts = (as_rows(book[name]) for name in book.sheetnames)
    assert [(row["Номер"], row["Контрагент"], row["Договор"], row["Ставка НДС"]) for row in sales] == [
        (1, "Ингосстрах", "АД-1", "Без НДС")
    ]
    async with world.database.transaction(world.olga) as work:
        incomes = list(await work.scalars(select(Income)))
        paid = await work.scalar(text("SELECT sum(amount) FROM crm.payment_expenses WHERE status = 'paid'"))
    assert total(sales) == sum(income.amount for income in incomes)
    assert total(receipts) == sum(income.received_amount for income in incomes)
    assert total(payouts) == paid
    assert {row["Дата"].date() for row in (*sales, *receipts, *payouts)} == {TODAY}
