"""The rows of the instalments' sheet. A row finds its policy by number in any spelling.

A policy that was taken goes before one that was refused; a payment of refused policies alone is refused with them.
The same instalment of a policy again is a duplicate. Only rows that are taken count in the totals.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jobs.portfolio.columns import Row
from jobs.portfolio.policies import Policies, Policy, read_above_zero, read_amount, read_date, read_number
from jobs.portfolio.verdicts import Verdict
from models.identifiers import PolicyNumber
from models.russian import Unreadable, parse_number, parse_yes
from models.texts import N_, Text


@dataclass(slots=True, eq=False)
class Payment:
    """A row of the instalments' sheet; sums in roubles. `sequence` counts from 1 within the policy."""

    row: int
    number: PolicyNumber | None
    verdict: Verdict = Verdict.OK
    policy: Policy | None = None
    sequence: int = 0
    due_on: date | None = None
    amount: Decimal | None = None
    paid_on: date | None = None
    paid: Decimal | None = None
    commission: Decimal | None = None
    commission_on: date | None = None
    warnings: list[Text] = field(default_factory=list)

    @property
    def is_paid(self) -> bool:
        """Whether the client has paid anything."""
        return bool(self.paid)


class Payments:
    """All rows of the sheet in order."""

    def __init__(self, policies: Policies) -> None:
        self.rows: list[Payment] = []
        self._policies = policies
        self._instalments: defaultdict[int, dict[int, Payment]] = defaultdict(dict)

    def add(self, number: int, row: Row) -> None:
        """Judge one row of the sheet and keep it."""
        payment = _read(number, row)
        payment.verdict = self._verdict(payment, row)
        self.rows.append(payment)

    def _verdict(self, payment: Payment, row: Row) -> Verdict:
        known = self._policies.numbered(payment.number) if payment.number else []
        taken = [policy for policy in known if policy.verdict.taken]
        if len(taken) != 1:
            return Verdict.AMBIGUOUS_POLICY if taken else Verdict.REFUSED_POLICY if known else Verdict.UNKNOWN_POLICY
        payment.policy = taken[0]
        if payment.amount is None or payment.amount <= 0:
            return Verdict.BAD_AMOUNT
        if payment.due_on is None:
            return Verdict.BAD_DATE
        return self._verdict_in_order(payment, self._instalments[taken[0].row], row.get("sequence"))

    def _verdict_in_order(self, payment: Payment, earlier: dict[int, Payment], sequence: object) -> Verdict:
        payment.sequence = _sequence(sequence) or max(earlier, default=0) + 1
        if payment.sequence in earlier:
            return Verdict.DUPLICATE
        earlier[payment.sequence] = payment
        return Verdict.OK


def _read(number: int, row: Row) -> Payment:
    payment = Payment(number, read_number(row.get("policy"), row.get("series")))
    payment.due_on = read_date(row, "due_on", payment.warnings)
    payment.amount = read_amount(row, "amount", payment.warnings)
    payment.paid_on = read_date(row, "paid_on", payment.warnings)
    payment.commission = read_amount(row, "commission", payment.warnings) or None
    payment.commission_on = read_date(row, "commission_on", payment.warnings)
    _read_paid(payment, row)
    return payment


def _read_paid(payment: Payment, row: Row) -> None:
    """A sum, or «да»; a date alone means the whole instalment, a sum alone the planned date."""
    if "paid" in row:
        try:
            payment.paid = payment.amount if parse_yes(row["paid"]) else None
        except Unreadable:
            payment.paid = read_above_zero(row, "paid", payment.warnings)
    elif payment.paid_on:
        payment.paid = payment.amount
    if payment.paid and payment.paid_on is None:
        payment.paid_on = payment.due_on
        payment.warnings.append(Text(N_("Paid without a date: the planned one is taken")))
    if payment.paid and payment.amount is not None and payment.paid > payment.amount:
        text = N_("Paid {paid}, which is more than the planned {amount}")
        payment.warnings.append(Text(text, paid=payment.paid, amount=payment.amount))


def _sequence(value: object) -> int | None:
    try:
        number = parse_number(value)
    except Unreadable:
        return None
    return int(number) if number == int(number) and 0 < number < 1000 else None
