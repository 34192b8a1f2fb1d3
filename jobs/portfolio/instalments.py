"""Rows of instalments turned into payments and the commission on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from models.base import Record
from models.catalogue import Agreement
from models.choices import IncomeStatus, Origin, PaymentStatus, Settlement, VatMode
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
    vat_modes: Sequence[tuple[date, str]]
    """VAT by its first days, in their order."""
    today: date

    def vat_on(self, day: date) -> str:
        """The VAT of a line of this day."""
        begun = [mode for first, mode in self.vat_modes if first <= day]
        return begun[-1] if begun else VatMode.NONE.value


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
    terms = {"settlement": agreement.settlement} if agreement is not None else {}
    return Income(
        deal_id=owner.deal_id,
        payment_id=payment.id,
        origin=Origin.IMPORT.value,
        rate_percent=rate,
        base_amount=payment.amount,
        amount=amount,
        vat_mode=owner.vat_on(payment.due_on),
        **terms,
        **_received(row, is_withheld=terms.get("settlement") == Settlement.WITHHELD),
    )


def _received(row: Payment, *, is_withheld: bool) -> dict[str, object]:
    if not row.commission:
        return {}
    return {
        "status": (IncomeStatus.WITHHELD if is_withheld else IncomeStatus.RECEIVED).value,
        "received_amount": row.commission,
        "received_on": row.commission_on or row.paid_on or row.due_on,
    }
