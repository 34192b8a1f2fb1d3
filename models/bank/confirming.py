"""What follows when a person confirms what an operation is: the verbs of what it is money of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text

from models.bank.finding import Found
from models.choices import ExpenseStatus, IncomeStatus, PaymentStatus, TransitStatus
from models.errors import Refused
from models.payment import Expense, Income, Payment, Transit
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Paid
from models.payment.transit import PassedOn
from models.texts import N_
from models.verbs import Act

if TYPE_CHECKING:
    from models.bank.operation import BankLink

INCOMES = text(
    "SELECT l.income_id, sum(l.commission) AS commission FROM crm.statement_lines l"
    " JOIN crm.payment_incomes i ON i.id = l.income_id AND i.deleted_at IS NULL"
    " WHERE l.statement_id = :statement AND l.commission IS NOT NULL AND l.verdict IS DISTINCT FROM 'duplicate'"
    " AND i.status IN ('in_statement', 'partly', 'received', 'withheld')"
    " AND NOT EXISTS (SELECT FROM crm.bank_links b WHERE b.income_id = i.id)"
    " GROUP BY l.income_id ORDER BY l.income_id"
)
"""Incomes of a statement whose money nobody has seen yet."""
IS_DRAFT = text("SELECT 1 FROM crm.statements WHERE id = :statement AND status = 'draft'")


async def carry_out(act: Act, day: date, link: BankLink) -> list[Found]:
    """Do what the money of a link means; gives the incomes whose money has been seen."""
    if link.statement_id is not None:
        return [found async for found in _see_commission(act, day, link.statement_id)]
    if link.payment_id is not None:
        await _take_premium(act, day, link.payment_id, link.amount)
    elif link.transit_id is not None:
        transit = await act.work.get_record(Transit, link.transit_id, lock=True)
        if transit.status == TransitStatus.COLLECTED:
            await _do(act, transit, "pass_on", PassedOn(passed_on=day))
    elif link.expense_id is not None:
        expense = await act.work.get_record(Expense, link.expense_id, lock=True)
        if expense.status != ExpenseStatus.PAID:
            await _do(act, expense, "pay", PaidOut(paid_on=day))
    return []


async def _see_commission(act: Act, day: date, statement: UUID) -> AsyncIterator[Found]:
    """The money of a posted statement is here: what it named and nobody has received is received now."""
    if await act.work.scalar(IS_DRAFT, {"statement": statement}):
        raise Refused(N_("Post the statement first: its lines are not decided yet."))
    for key, commission in (await act.work.execute(INCOMES, {"statement": statement})).all():
        income = await act.work.get_record(Income, key, lock=True)
        if income.status == IncomeStatus.IN_STATEMENT:
            await _do(act, income, "receive", Received(received_on=day))
        yield Found("income_id", key, commission)


async def _take_premium(act: Act, day: date, key: UUID, amount: Decimal) -> None:
    """The client's money: entered where nobody has, and confirmed."""
    payment = await act.work.get_record(Payment, key, lock=True)
    if payment.status in (PaymentStatus.PLANNED, PaymentStatus.PARTIALLY_PAID):
        await _do(act, payment, "pay", Paid(paid_on=day, amount=amount))
        await act.work.settle()  # what follows a payment looks at it before it is confirmed
    if payment.status == PaymentStatus.PAID:
        await _do(act, payment, "confirm")


async def _do(act: Act, record: Any, name: str, asked: Any = None) -> None:
    await type(record).__verbs__[name].do(record, act, asked)
