"""Who may not read a sum hears neither the number nor why; what one does not see is not there."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from models.choices import ExpenseKind
from models.payment import Expense, Income
from models.people import Role
from models.policy import Policy
from models.session import Database
from tests.admin.conftest import SignIn
from tests.admin.why.conftest import HX, status, why
from tests.trade import Trade, begin, drafted, instalments, issue, rows
from tests.world import World


@pytest.fixture(scope="module")
async def policy(world: World, trade: Trade) -> Policy:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000.00")
    await issue(world, policy)
    return policy


@pytest.fixture(scope="module")
async def income(world: World, policy: Policy) -> Income:
    (found,) = await rows(world, Income, Income.deal_id == policy.deal_id)
    assert isinstance(found, Income)
    return found


async def test_another_teams_sum_is_not_there(world: World, policy: Policy, income: Income, browser: SignIn) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    payment = (await instalments(world, policy))[0]
    asked = [("income", income.id, "amount"), ("payment", payment.id, "amount"), ("policy", policy.id, "premium"),
             ("deal", policy.deal_id, "earned"), ("deal", policy.deal_id, "payment:amount"),
             ("payment", payment.id, "policy_id.premium"), ("client", policy.client_id, "owed")]  # fmt: skip
    for one in asked:
        assert await status(anna, *one) == 200, one
        assert await status(vera, *one) == 404, one
    assert (await vera.get(f"/admin/earned/deal/{policy.deal_id}", headers=HX)).status_code == 404
    assert (await (await browser()).get(f"/admin/why/income/{income.id}/amount")).status_code in (302, 303, 401)


@pytest.mark.parametrize(
    "address",
    ["income/{key}/note", "income/{key}/nothing", "income/{key}/deal_id", "income/{key}/rate_percent",
     "income/{key}/rule_id.percent", "income/{key}/note.amount", "nothing/{key}/amount", "credential/{key}/amount",
     "income/{none}/amount", "income/{key}/reverses_id.amount", "income/{key}/earned", "income/{key}/expense:amount",
     "income/{key}/nothing:", "income/not-a-key/amount"],
)  # fmt: skip
async def test_what_is_no_sum_is_not_there(world: World, income: Income, browser: SignIn, address: str) -> None:
    anna = await browser(world.anna)
    path = address.format(key=income.id, none=uuid7())
    assert (await anna.get(f"/admin/why/{path}", headers=HX)).status_code == 404


async def test_a_hidden_field_takes_number_and_why_with_it(
    world: World, policy: Policy, income: Income, browser: SignIn
) -> None:
    """On the page, in the strip, in totals and in what other sums tell of it; the others stay."""
    payment = (await instalments(world, policy))[0]
    (share,) = await rows(world, Expense, Expense.deal_id == policy.deal_id, Expense.kind == ExpenseKind.SELLER_SHARE)
    hidden = (
        "-income.amount:read",
        "-income.received_amount:read",
        "-payment.incomes_*:read",
        "-expense-rule.percent:read",
    )
    async with world.database.transaction(world.admin, action="role.update") as work:
        role = (await work.scalars(select(Role).where(Role.slug == "seller"))).one()
        before, role.grants = role.grants, [*role.grants, *hidden]
    try:
        anna = await browser(world.anna)
        gone = [("income", income.id, "amount"), ("income", income.id, "received_amount"),
                ("payment", payment.id, "incomes_expected"), ("deal", policy.deal_id, "incomes_expected"),
                ("deal", policy.deal_id, "earned"), ("deal", policy.deal_id, "vat"),
                ("deal", policy.deal_id, "payment:incomes_expected")]  # fmt: skip
        for one in gone:
            assert await status(anna, *one) == 404, one
        strip = (await anna.get(f"/admin/earned/deal/{policy.deal_id}", headers=HX)).text
        assert "premium" in strip and "expenses_expected" in strip
        assert not any(f'/{name}"' in strip for name in ("incomes_expected", "incomes_received", "earned", "vat"))
        page = (await anna.get(f"/admin/deal/details/{policy.deal_id}")).text
        assert "incomes_expected" not in page and "200,00" not in page
        told = await why(anna, "expense", share.id, "amount")
        assert "60,00 ₽" in told and "КВ, от которого взята доля" not in told and "Процент 30" not in told
        assert await status(anna, "payment", payment.id, "amount") == 200
    finally:
        async with world.database.transaction(world.admin, action="role.update") as work:
            (await work.scalars(select(Role).where(Role.slug == "seller"))).one().grants = before


async def test_the_log_of_what_not_everybody_reads_tells_nothing_of_itself(
    world: World, database: Database, income: Income
) -> None:
    """The function behind versions speaks of the catalogue only: of lines, clients and people it has nothing."""
    asked = text("SELECT count(*) FROM audit.changes_since(:target, :key, '-infinity')")
    async with world.database.transaction(world.olga, action="income.update") as work:
        (await work.get_record(Income, income.id)).note = "Сверить"
    async with world.database.transaction(world.vera) as work:
        for target in ("crm.payment_incomes", "crm.clients", "auth.users", "nothing.at_all", "'; DROP"):
            assert await work.scalar(asked, {"target": target, "key": income.id}) == 0


async def test_a_rule_is_nothing_to_who_may_not_read_rules(world: World, income: Income, browser: SignIn) -> None:
    async with world.database.transaction(world.admin, action="role.update") as work:
        role = (await work.scalars(select(Role).where(Role.slug == "executor"))).one()
        before, role.grants = role.grants, [*role.grants, "-commission-rule:*", "-payment:read"]
    boris = await browser(world.boris)
    told = await why(boris, "income", income.id, "amount")
    assert "1 000,00 ₽ × 20 % = 200,00 ₽" in told and "Ингосстрах, КАСКО" not in told
    async with world.database.transaction(world.admin, action="role.update") as work:
        (await work.scalars(select(Role).where(Role.slug == "executor"))).one().grants = before
