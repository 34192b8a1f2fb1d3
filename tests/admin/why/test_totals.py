"""Instalments to the kopeck, totals that tie with their lines, what was earned; premium in passing is in none of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models import clock
from models.calculation import Calculation
from models.choices import Collector, VatMode
from models.earnings import earnings_of
from models.payment import Income, Payment, Transit
from models.payment.income import Received
from models.policy import Policy
from models.policy.record import Terms
from models.statement import Statement, StatementLine
from tests.admin.conftest import SignIn
from tests.admin.why.conftest import HX, status, why, words
from tests.trade import Trade, add, begin, do, drafted, instalments, issue, pay, rows, variant
from tests.world import World

PREMIUM = "100001.01"


@pytest.fixture(scope="module")
async def policy(world: World, trade: Trade) -> Policy:
    """In force, its first instalment paid at the brokerage's desk, its commission received with VAT in it."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, PREMIUM, plan="40-20-20-20")
    for part in await instalments(world, policy):
        async with world.database.transaction(world.anna, action="payment.update") as work:
            (await work.get_record(Payment, part.id)).collected_by = Collector.BROKER
    await issue(world, policy)
    first = (await instalments(world, policy))[0]
    await pay(world, first)
    (income,) = await rows(world, Income, Income.payment_id == first.id)
    async with world.database.transaction(world.olga, action="income.update") as work:
        (await work.get_record(Income, income.id)).vat_mode = VatMode.TWENTY_TWO
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=clock.today()))
    return policy


async def test_each_instalment_says_which_kopeck_it_has(world: World, policy: Policy, browser: SignIn) -> None:
    anna = await browser(world.anna)
    parts = await instalments(world, policy)
    assert [part.amount for part in parts] == [Decimal(x) for x in ("40000.40", "20000.21", "20000.20", "20000.20")]
    second, third = [await why(anna, "payment", part.id, "amount") for part in parts[1:3]]
    assert "по графику «40/20/20/20 за год»" in second and "100 001,01 ₽ × 20 из 100 = 20 000,21 ₽" in second
    assert "причитающееся вместе с ней, 60 000,61 ₽, без причитавшегося до неё, 40 000,40 ₽" in second
    assert "= 20 000,20 ₽" in third and "80 000,81 ₽, без причитавшегося до неё, 60 000,61 ₽" in third


async def test_what_is_left_after_a_correction_is_told_of_the_others(
    world: World, trade: Trade, browser: SignIn
) -> None:
    """What is paid keeps its sum; the others share what is left, and the premium says who changed it."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000.00", plan="40-20-20-20")
    await issue(world, policy)
    await pay(world, (await instalments(world, policy))[0])
    (now,) = await rows(world, Policy, Policy.id == policy.id)
    terms = Terms(premium=Decimal("1300.00"), starts_on=now.starts_on, ends_on=now.ends_on, plan=now.plan)
    await do(world, world.anna, Policy, policy.id, "correct", terms)
    anna = await browser(world.anna)
    told = await why(anna, "payment", (await instalments(world, policy))[1].id, "amount")
    assert "Оплаченные взносы сохраняют сумму; на остальные приходится 900,00 ₽" in told
    assert "900,00 ₽ × 260 из 780 = 300,00 ₽" in told
    told = await why(anna, "policy", policy.id, "premium")
    assert "было 1 000,00 ₽, в полисе – 1 300,00 ₽" in told and "исправлены условия полиса" in told


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("incomes_expected", "8 000,08"),
        ("incomes_received", "8 000,08"),
        ("expenses_expected", "2 400,02"),
        ("expenses_paid", "0,00"),
    ],
)
async def test_a_payments_totals_tie_with_their_lines(
    world: World, policy: Policy, browser: SignIn, name: str, amount: str
) -> None:
    first = (await instalments(world, policy))[0]
    assert f"Итого сходится {amount} ₽" in await why(await browser(world.anna), "payment", first.id, name)


FIGURES = {
    "premium": "100 001,01",
    "premium_paid": "40 000,40",
    "incomes_expected": "20 000,20",
    "incomes_received": "8 000,08",
    "expenses_expected": "6 000,05",
    "expenses_paid": "0,00",
    "earned": "14 000,15",
    "earned_so_far": "8 000,08",
    "vat": "1 442,64",
    "transit": "100 001,01",
    "transit_passed": "0,00",
}


@pytest.mark.parametrize("identity", ["deal", "policy", "client"])
async def test_what_was_earned_stands_on_the_page_and_each_figure_ties(
    world: World, policy: Policy, browser: SignIn, identity: str
) -> None:
    anna = await browser(world.anna)
    key = {"deal": policy.deal_id, "policy": policy.id, "client": policy.client_id}[identity]
    assert f"/admin/earned/{identity}/{key}" in (await anna.get(f"/admin/{identity}/details/{key}")).text
    strip = words((await anna.get(f"/admin/earned/{identity}/{key}", headers=HX)).text)
    for name, amount in FIGURES.items():
        assert f"{amount} ₽" in strip, name
        if (identity, name) != ("policy", "premium"):
            told = await why(anna, identity, key, name)
            assert f"Итого сходится {amount} ₽" in told and "расходится" not in told, name
    assert "деньги страховщика" in strip


async def test_premium_in_passing_is_no_profit_no_revenue_and_bears_no_vat(
    world: World, policy: Policy, browser: SignIn
) -> None:
    """With and without it every other figure is the same: in the summary, in totals, in the sums of sections."""
    anna = await browser(world.anna)

    async def figures() -> tuple[object, ...]:
        async with world.database.transaction(world.olga) as work:
            found = await earnings_of(work, "deal", policy.deal_id)
        parts = await instalments(world, policy)
        totals = [(p.incomes_expected, p.incomes_received, p.expenses_expected, p.expenses_paid) for p in parts]
        sums = [await why(anna, "deal", policy.deal_id, f"payment:{name}") for name in ("amount", "incomes_expected")]
        return (found.incomes_expected, found.expenses_expected, found.earned, found.vat, totals, sums, found.premium)

    there = await figures()
    passing = await rows(world, Transit, Transit.deal_id == policy.deal_id)
    assert sum(one.amount for one in passing) == Decimal(PREMIUM)
    async with world.database.transaction(world.admin, action="transit.trash") as work:
        for one in passing:
            (await work.get_record(Transit, one.id)).put_away(work.act())
    assert await figures() == there
    async with world.database.transaction(world.admin, action="transit.restore") as work:
        for one in passing:
            (await work.get_record(Transit, one.id)).deleted_at = None
    told = await why(anna, "transit", passing[0].id, "amount")
    assert "не доход, не выручка и не облагаются НДС" in told and "Весь взнос" in told
    assert "ни в одной из этих сумм" in await why(anna, "deal", policy.deal_id, "earned")


async def test_the_total_of_a_section_is_told_by_its_rows(world: World, policy: Policy, browser: SignIn) -> None:
    anna = await browser(world.anna)
    page = (await anna.get(f"/admin/deal/details/{policy.deal_id}")).text
    assert f'data-why="deal/{policy.deal_id}/payment:amount"' in page
    told = await why(anna, "deal", policy.deal_id, "payment:amount")
    assert "взнос 4" in told and "Итого сходится 100 001,01 ₽" in told
    assert await status(anna, "deal", policy.deal_id, "payment:note") == 404
    assert await status(anna, "deal", policy.deal_id, "statement:total") == 404


async def test_a_statement_and_its_line_lead_to_each_other_and_to_the_income(
    world: World, trade: Trade, policy: Policy, browser: SignIn
) -> None:
    income = (await rows(world, Income, Income.deal_id == policy.deal_id))[1]
    file = {"file_name": "november.xlsx", "file_sha256": "a" * 64}
    statement = Statement(insurer_id=trade.ingos, title="Ноябрь", total=Decimal("4010.04"), **file)
    told_of = {"statement_id": statement.id, "row": 7, "number": "А 1", "commission": Decimal("4000.04")}
    lines = [
        StatementLine(**told_of, income_id=income.id),
        StatementLine(**told_of | {"row": 8, "number": "А 2", "commission": Decimal(10)}),
    ]
    await add(world, world.olga, statement)
    await add(world, world.olga, *lines)
    olga, anna = await browser(world.olga), await browser(world.anna)
    told = await why(olga, "statement", statement.id, "total")
    assert "строка 7 · А 1" in told and "Итого сходится 4 010,04 ₽" in told
    told = await why(olga, "statement-line", lines[0].id, "commission")
    assert "Строка 7 файла november.xlsx, ведомость Ноябрь" in told and "Сопоставлено со строкой КВ, 4 000,04 ₽" in told
    assert "Строка ведомости: А 1" in await why(olga, "income", income.id, "amount")
    assert "ведомост" not in (await why(anna, "income", income.id, "amount")).lower()
    assert await status(anna, "statement", statement.id, "total") == 404


async def test_the_client_owes_what_the_page_says(world: World, policy: Policy, browser: SignIn) -> None:
    anna = await browser(world.anna)
    page = (await anna.get(f"/admin/client/details/{policy.client_id}")).text
    assert f'data-why="client/{policy.client_id}/owed"' in page
    assert "Итого сходится 60 000,61 ₽" in await why(anna, "client", policy.client_id, "owed")
    assert "Итого сходится 100 001,01 ₽" in await why(anna, "client", policy.client_id, "premium_living")


async def test_an_agreement_shows_its_months_and_each_ties(
    world: World, trade: Trade, policy: Policy, browser: SignIn
) -> None:
    olga = await browser(world.olga)
    page = (await olga.get(f"/admin/agreement/details/{trade.ingos_agreement}")).text
    for child in ("commission-rule", "statement"):
        assert f"/admin/agreement/children/{trade.ingos_agreement}/{child}" in page
    month = f"{clock.today():%Y-%m}"
    shown = words((await olga.get(f"/admin/agreement/{trade.ingos_agreement}/months", headers=HX)).text)
    assert f"{clock.today():%m.%Y} 8 000,08 ₽ 8 000,08 ₽" in shown
    told = await why(olga, "agreement", trade.ingos_agreement, f"month_received:{month}")
    assert "Итого сходится 8 000,08 ₽" in told
    entity = (await olga.get("/admin/entity/list")).text
    assert "Без НДС" in entity
    vera = await browser(world.vera)
    months = words((await vera.get(f"/admin/agreement/{trade.ingos_agreement}/months", headers=HX)).text)
    assert "8 000,08" not in months, "sums of what one sees"


async def test_money_at_stake_is_the_largest_variant(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    await add(
        world,
        world.anna,
        variant(begun, begun.kasko, trade.ingos, "50000"),
        variant(begun, begun.osago, trade.reso, "70000"),
    )
    anna = await browser(world.anna)
    assert "РЕСО" in await why(anna, "deal", begun.deal, "at_stake")
    assert "70 000,00 ₽" in await why(anna, "deal", begun.deal, "at_stake")
    (calculation,) = await rows(world, Calculation, Calculation.deal_id == begun.deal, Calculation.premium == 70000)
    async with world.database.transaction(world.anna, action="calculation.update") as work:
        (await work.get_record(Calculation, calculation.id)).commission_percent = Decimal("12.5")
    assert "70 000,00 ₽ × 12,5 % = 8 750,00 ₽" in await why(anna, "calculation", calculation.id, "commission")
