"""Rows of instalments turned into payments and the commission on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from models.base import Record
from models.catalogue import Agreement
from models.choices import IncomeStatus, Origin, PaymentStatus, Settlement
from models.dates import day_before
from models.money import percent_of
from models.payment import Income
from models.payment import Payment as PaymentRecord


@dataclass(frozen=True)
class Owner:
    """Whose instalments they are: a policy that is being made or is here already."""

    policy_id: UUID
    deal_id: UUID
    row: Policy
    agreement: Agreement | None
    today: date


def make_payments(owner: Owner, rows: Iterable[Payment], known: set[int] | None = None) -> Iterator[Record]:
    """The payments of a policy with their commission; those whose number is `known` are here already."""
    rows = list(rows)
    for row in rows:
        if row.sequence not in (known or ()) and row.amount is not None and row.due_on is not None:
            payment = _payment(owner, row, row.amount, row.due_on)
            payment.covered_until = covered_until(row.due_on, rows, owner.row)
            yield payment
            if (income := _income(owner, row, payment)) is not None:
                yield income


def covered_until(due_on: date, rows: Iterable[Payment], policy: Policy) -> date | None:
    """The day before the next instalment falls due; the last one pays to the policy's end."""
    later = [row.due_on for row in rows if row.due_on is not None and row.due_on > due_on]
    return day_before(min(later)) if later else policy.ends_on


def _payment(owner: Owner, row: Payment, amount: Decimal, due_on: date) -> PaymentRecord:
    paid = row.paid or Decimal(0)
    return PaymentRecord(
        deal_id=owner.deal_id,
        policy_id=owner.policy_id,
        sequence=row.sequence,
        due_on=due_on,
        amount=amount,
        status=_status(paid, amount).value,
        paid_amount=paid,
        paid_on=(row.paid_on or due_on) if paid else None,
    )


def _status(paid: Decimal, amount: Decimal) -> PaymentStatus:
    if not paid:
        return PaymentStatus.PLANNED
    return PaymentStatus.PAID if paid >= amount else PaymentStatus.PARTIALLY_PAID


def _income(owner: Owner, row: Payment, payment: PaymentRecord) -> Income | None:
    """What came is received; what a paid or a living instalment should bring is expected."""
    rate, agreement = owner.row.commission_percent, owner.agreement
    is_alive = owner.row.ends_on is not None and owner.row.ends_on >= owner.today
    expected = percent_of(payment.amount, rate) if rate and (row.is_paid or is_alive) else Decimal(0)
    amount = row.commission or expected
    if not amount:
        return None
    income = Income(
        deal_id=owner.deal_id,
        payment_id=payment.id,
        origin=Origin.IMPORT.value,
        rate_percent=rate,
        base_amount=payment.amount,
        amount=amount,
    )
    if agreement is not None:
        income.settlement, income.vat_mode = agreement.settlement, agreement.vat_mode
    if row.commission:
        withheld = income.settlement == Settlement.WITHHELD
        income.status = (IncomeStatus.WITHHELD if withheld else IncomeStatus.RECEIVED).value
        income.received_amount = row.commission
        income.received_on = row.commission_on or row.paid_on or row.due_on
    return income
