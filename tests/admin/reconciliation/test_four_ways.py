"""Expected, statement, bank and pay-out stand beside each other, and each difference is told by what explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import text

from models import clock
from models.bank import BankAccount, BankKind, BankLink, BankOperation
from models.catalogue import Entity
from models.dates import add_months
from models.payment import Expense, Income, Payment
from models.payment.expense import PaidOut
from models.payment.income import Received, Withheld
from models.payment.record import Paid
from models.reconciliation import Asked, Row, lines_of, rows_of, strays_of
from models.statement import Statement, StatementLine
from tests.admin.conftest import SignIn
from tests.trade import Trade, add, begin, do, drafted, instalments, issue, reference_rows, rows
from tests.world import World

D = Decimal
TODAY = clock.today()
MONTH = add_months(TODAY.replace(day=1), -1)
DAY = MONTH + timedelta(days=9)
ASKED = Asked(MONTH, add_months(MONTH, 1))


@dataclass(frozen=True)
class Sold:
    """An instalment of last month and its commission of 20 %."""

    payment: Payment
    income: Income


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def sold(world: World, trade: Trade, premium: str, *, paid: bool = True) -> Sold:
    policy = await drafted(world, await begin(world, trade), trade.ingos, premium, starts_on=DAY)
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    if paid:
        await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=DAY))
    (income,) = await rows(world, Income, Income.payment_id == payment.id)
    return Sold(payment, income)


@pytest.fixture(scope="module")
async def told(world: World, trade: Trade) -> dict[str, Sold]:
    """One line of each kind, two strays, and a share that was paid out."""
    premiums = {
        "settled": "1000", "other_sum": "2000", "not_seen": "3000", "not_told": "4000", "by_hand": "5000",
        "withheld": "6000", "not_paid": "7000",
    }  # fmt: skip
    made = {part: await sold(world, trade, premium, paid=part != "not_paid") for part, premium in premiums.items()}
    statement = Statement(
        insurer_id=trade.ingos,
        title="Ведомость",
        file_name="x",
        file_sha256=uuid4().hex,
        status="posted",
        period_to=DAY,
    )
    await add(world, world.olga, statement)
    lines = [("settled", D(200), "match"), ("other_sum", D(350), "wrong rate"), ("not_seen", D(600), "match")]
    await add(
        world,
        world.olga,
        *(
            StatementLine(statement_id=statement.id, row=n, commission=c, income_id=made[part].income.id, verdict=said)
            for n, (part, c, said) in enumerate(lines)
        ),
        StatementLine(statement_id=statement.id, row=9, commission=D(33), verdict="unknown policy", paid_on=DAY),
        StatementLine(
            statement_id=statement.id, row=10, commission=D(200), income_id=made["settled"].income.id,
            verdict="duplicate", paid_on=DAY,
        ),
    )  # fmt: skip
    for part in ("settled", "by_hand"):
        await do(world, world.olga, Income, made[part].income.id, "receive", Received(received_on=DAY))
    await do(world, world.olga, Income, made["withheld"].income.id, "withhold", Withheld(received_on=DAY))
    await see(world, trade, made)
    (share,) = await rows(world, Expense, Expense.payment_id == made["settled"].payment.id)
    await do(world, world.head, Expense, share.id, "approve")
    await do(world, world.olga, Expense, share.id, "pay", PaidOut(paid_on=DAY))
    return made


async def see(world: World, trade: Trade, made: dict[str, Sold]) -> None:
    """The bank has shown two commissions, and 77 more."""
    (entity,) = await rows(world, Entity)
    account = BankAccount(entity_id=entity.id, number="40702810900000012345")
    await add(world, world.olga, account)
    operation = BankOperation(
        account_id=account.id, day=DAY, amount=D(627), purpose="КВ", fingerprint="x", status="matched",
        kind=BankKind.COMMISSION.value, insurer_id=trade.ingos, reasons=[],
    )  # fmt: skip
    await add(world, world.olga, operation)
    seen = (("settled", D(200)), ("other_sum", D(350)))
    await add(
        world,
        world.olga,
        *(BankLink(operation_id=operation.id, income_id=made[p].income.id, amount=amount) for p, amount in seen),
    )


async def row(world: World, asked: Asked = ASKED) -> Row:
    async with world.database.transaction(world.olga) as work:
        (found,) = await rows_of(work, asked)
        return found


async def test_the_differences_add_up_to_the_kopeck(world: World, trade: Trade, told: dict[str, Sold]) -> None:
    one = await row(world)
    assert (one.insurer_id, one.month, one.lines) == (trade.ingos, MONTH, 7)
    assert (one.expected, one.told, one.seen, one.received, one.paid_out) == (5600, 1150, 550, 2400, 60)
    assert (one.stray_told, one.stray_seen) == (233, 77)
    assert (one.not_told, one.other_sum, one.not_seen) == (800, 50, 600)
    assert (one.without_statement, one.withheld, one.not_paid, one.paid_early) == (1000, 1200, 1400, 0)
    explained = one.not_told + one.other_sum + one.without_statement + one.withheld + one.not_paid
    assert one.expected - one.told == explained
    assert one.statements - one.bank == one.not_seen + one.stray_told - one.stray_seen
    assert not one.is_settled


async def test_the_sums_are_those_of_plain_statements(world: World, told: dict[str, Sold]) -> None:
    one = await row(world)
    async with world.database.transaction(world.olga) as work:
        plain = {
            name: await work.scalar(text(f"SELECT coalesce(sum({what}), 0) FROM {where}"))
            for name, what, where in (
                ("received", "received_amount", "crm.payment_incomes WHERE deleted_at IS NULL"),
                ("statements", "commission", "crm.statement_lines"),
                ("bank", "amount", "crm.bank_operations"),
                ("paid_out", "amount", "crm.payment_expenses WHERE status = 'paid'"),
                ("expected", "amount", "crm.payment_incomes WHERE deleted_at IS NULL AND status <> 'written_off'"),
            )
        }
    assert {name: getattr(one, name) for name in plain} == plain


async def test_each_line_says_how_far_it_has_come(world: World, told: dict[str, Sold]) -> None:
    async with world.database.transaction(world.olga) as work:
        lines = await lines_of(work, ASKED, most=100)
        strays = await strays_of(work, ASKED)
        nothing = await rows_of(work, Asked(ASKED.next, add_months(ASKED.next, 1)))
    parts = {line.id: line.part for line in lines}
    assert parts == {one.income.id: part for part, one in told.items()}
    assert lines[-1].part == "settled" and lines[-1].paid_out == 60
    assert sorted((one.kind, one.amount) for one in strays) == [("bank", 77), ("statement", 33), ("statement", 200)]
    assert nothing == []


async def test_insurer_and_entity_narrow(world: World, trade: Trade, told: dict[str, Sold]) -> None:
    (entity,) = await rows(world, Entity)
    assert (await row(world, Asked(*ASKED.values.values()))).expected == 5600
    same = Asked(MONTH, ASKED.next, trade.ingos, entity.id)
    assert (await row(world, same)).expected in (0, 5600)
    async with world.database.transaction(world.olga) as work:
        assert await rows_of(work, Asked(MONTH, ASKED.next, trade.reso)) == []


async def test_the_pages_and_workbooks_show_it(
    world: World, trade: Trade, told: dict[str, Sold], browser: SignIn
) -> None:
    olga = await browser(world.olga)
    at = f"/admin/reconciliation/{trade.ingos}/{MONTH:%Y-%m}"
    page = (await olga.get(f"/admin/reconciliation?insurer={trade.ingos}&from={MONTH:%Y-%m}")).text
    assert "5\u00a0600,00" in page and at in page
    assert (await olga.get("/admin/reconciliation?open=1&from=x&to=2026-13&entity=y")).status_code == 200
    month = (await olga.get(at)).text
    for sum_ in ("1\u00a0383,00", "350,00", "77,00"):
        assert sum_ in month or sum_ in page
    only = (await olga.get(f"{at}?show=other_sum")).text
    assert str(told["other_sum"].income.id) in only and str(told["settled"].income.id) not in only
    assert str(told["settled"].income.id) not in (await olga.get(f"{at}?show=beyond")).text
    for address in (f"/admin/reconciliation/{uuid4()}/{MONTH:%Y-%m}", f"/admin/reconciliation/{trade.ingos}/2026-99"):
        assert (await olga.get(address)).status_code == 404
    book = openpyxl.load_workbook(BytesIO((await olga.get("/admin/reconciliation.xlsx")).content))
    figures = [cell.value for cell in book.worksheets[0][2]]
    assert 5600 in figures and 233 + 1150 in figures
    lines = openpyxl.load_workbook(BytesIO((await olga.get(f"{at}.xlsx")).content))
    assert [sheet.max_row for sheet in lines.worksheets] == [8, 4]


async def test_it_is_the_accountants(world: World, trade: Trade, browser: SignIn) -> None:
    for who in (world.anna, world.boris, world.head):
        person = await browser(who)
        for end in ("", ".xlsx", f"/{trade.ingos}/{MONTH:%Y-%m}", f"/{trade.ingos}/{MONTH:%Y-%m}.xlsx"):
            assert (await person.get(f"/admin/reconciliation{end}")).status_code == 403
