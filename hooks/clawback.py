"""Premium that goes back takes commission with it: of each line the share that is returned of what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from hooks.expected import expect_lines
from hooks.payments import NOT_PAID_OUT
from models.catalogue import Product
from models.choices import (
    ClientKind,
    ExpenseStatus,
    IncomeKind,
    IncomeStatus,
    Origin,
    PaymentStatus,
    Settlement,
    ShareOf,
)
from models.client import Client
from models.dates import days_covered, end_of_next_month
from models.inquiries import open_day
from models.money import money, split
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.refunds import Refund, claw_back, cooling_off_until, termination_refund
from models.rules import ExpenseRule
from models.verbs import Act


@dataclass(frozen=True)
class Termination:
    """How an early end is counted: days of cover used, what the insurer keeps, until when one may think it over."""

    used: int
    whole: int
    paid: Decimal
    kept_percent: Decimal
    refund: Refund
    thinking_until: date | None
    """The end of the cooling-off; none where the client is no person or the kind is compulsory."""
    is_thinking: bool


async def count_termination(
    act: Act, policy: Policy, paid: Decimal, last_day: date, kept: Decimal | None = None
) -> Termination:
    """Pro rata by days of `paid`, less the product's percentage, or another one; nothing is kept in the cooling-off.

    Bank of Russia 3854-U: an individual may think a voluntary insurance over. Raises `Invalid` for an odd percentage.
    """
    product = await act.work.get_record(Product, policy.product_id)
    client = await act.work.get_record(Client, policy.client_id)
    until = None
    if client.kind == ClientKind.PERSON and not product.is_compulsory:
        until = cooling_off_until(policy.sale_date or policy.starts_on, product.cooling_off_days)
    is_thinking = until is not None and last_day <= until
    usual = Decimal(0) if is_thinking else product.refund_withheld_percent
    percent = usual if kept is None else kept
    cover = (policy.starts_on, policy.ends_on)
    return Termination(
        days_covered(policy.starts_on, min(last_day, policy.ends_on)),
        days_covered(*cover),
        paid,
        percent,
        termination_refund(policy.premium, max(paid, Decimal(0)), cover, last_day, percent),
        until,
        is_thinking,
    )


def paid_of(payments: Sequence[Payment]) -> Decimal:
    """What the client has paid and was not promised back, in roubles."""
    promised = (p.amount for p in payments if p.amount < 0 and p.status == PaymentStatus.PLANNED)
    return sum((p.paid_amount for p in payments), Decimal(0)) + sum(promised, Decimal(0))


async def take_back(act: Act, policy: Policy, payments: Sequence[Payment], returned: Decimal, why: str) -> list[Income]:
    """Negative lines, one for each commission of a paid instalment, in a month that is open; each names the line that
    it takes back. Shares that are not paid out follow the commission, paid ones are taken back likewise."""
    paid = [payment for payment in payments if payment.paid_amount > 0]
    shares = dict(zip(paid, split(returned, [payment.paid_amount for payment in paid]), strict=True)) if paid else {}
    day = await open_day(act.work, act.today)
    lines = []
    for payment, share in shares.items():
        for income in await _commissions(act, payment):
            amount = claw_back(income.amount, payment.amount, share)
            if amount:
                lines.append(_negative(income, amount, share, payment, day))
        await _take_shares_back(act, payment, share, why)
    act.work.add_all(lines)
    await act.work.flush()
    await expect_lines(act, policy, paid)
    return lines


async def _commissions(act: Act, payment: Payment) -> list[Income]:
    statement = select(Income).where(
        Income.payment_id == payment.id,
        Income.kind == IncomeKind.COMMISSION,
        Income.amount > 0,
        Income.status != IncomeStatus.WRITTEN_OFF,
        Income.deleted_at.is_(None),
    )
    return list(await act.work.scalars(statement))


def _negative(income: Income, amount: Decimal, returned: Decimal, payment: Payment, day: date) -> Income:
    rate = income.rate_percent if income.rate_percent is not None else money(income.amount * 100 / payment.amount)
    return Income(
        deal_id=income.deal_id,
        payment_id=income.payment_id,
        amount=amount,
        expected_on=day if income.settlement == Settlement.WITHHELD else end_of_next_month(day),
        settlement=income.settlement,
        vat_mode=income.vat_mode,
        origin=Origin.RULE,
        rule_id=income.rule_id,
        rate_percent=rate,
        base_amount=-returned,
        reverses_id=income.id,
    )


async def _take_shares_back(act: Act, payment: Payment, returned: Decimal, why: str) -> None:
    """A share of commission that is paid out already comes back by a negative line; others become smaller."""
    statement = (
        select(Expense)
        .join(ExpenseRule, ExpenseRule.id == Expense.rule_id)
        .where(Expense.payment_id == payment.id, Expense.deleted_at.is_(None), Expense.amount > 0)
        .where(ExpenseRule.share_of == ShareOf.COMMISSION, Expense.origin == Origin.RULE)
    )
    for expense in list(await act.work.scalars(statement)):
        if expense.status in NOT_PAID_OUT:
            expense.put_away(act)
        elif expense.status == ExpenseStatus.PAID:
            amount = claw_back(expense.amount, payment.amount, returned)
            told = {"kind": expense.kind, "payee_id": expense.payee_id, "payee_name": expense.payee_name}
            act.work.add(
                Expense(deal_id=payment.deal_id, payment_id=payment.id, amount=amount, note=why or None, **told)
            )
