"""What a deal, a policy, a client or an agreement earns, read from its lines. Premium in passing is told beside it:
it is the insurer's, never income, revenue or VAT (domain.md, "Words")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from models.session import Work

OF = {
    "deal": "p.deal_id = :key",
    "policy": "p.policy_id = :key",
    "client": "c.client_id = :key",
    "agreement": "c.agreement_id = :key",
}
"""Which instalments belong to a record of an identity; `c` is their policy."""
SUMS = """
    WITH p AS MATERIALIZED (
        SELECT p.id, p.amount, p.paid_amount, p.status <> 'cancelled' AND c.status IN ('issued', 'cancelled') AS stands
        FROM crm.payments p JOIN crm.policies c ON c.id = p.policy_id
        WHERE {of} AND p.deleted_at IS NULL AND c.deleted_at IS NULL
    ), i AS (
        SELECT sum(i.amount) FILTER (WHERE i.status <> 'written_off') AS expected, sum(i.received_amount) AS received,
               sum(round(i.amount * v.rate / (100 + v.rate), 2)) FILTER (WHERE i.status <> 'written_off') AS vat
        FROM p JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
        CROSS JOIN LATERAL (SELECT CASE i.vat_mode WHEN 'none' THEN 0 ELSE i.vat_mode::numeric END AS rate) v
    ), e AS (
        SELECT sum(e.amount) FILTER (WHERE e.status <> 'cancelled') AS expected,
               sum(e.amount) FILTER (WHERE e.status = 'paid') AS paid
        FROM p JOIN crm.payment_expenses e ON e.payment_id = p.id AND e.deleted_at IS NULL
    ), t AS (
        SELECT sum(t.amount) AS passing, sum(t.amount) FILTER (WHERE t.status = 'passed_on') AS passed
        FROM p JOIN crm.transits t ON t.payment_id = p.id AND t.deleted_at IS NULL
    ), d AS (
        SELECT sum(p.amount) FILTER (WHERE p.stands) AS premium, sum(p.paid_amount) AS paid FROM p
    )
    SELECT coalesce(d.premium, 0), coalesce(d.paid, 0), coalesce(i.expected, 0), coalesce(i.received, 0),
           coalesce(e.expected, 0), coalesce(e.paid, 0), coalesce(i.vat, 0),
           coalesce(t.passing, 0), coalesce(t.passed, 0)
    FROM d, i, e, t
"""
MONTHS = text("""
    SELECT date_trunc('month', coalesce(i.received_on, i.expected_on))::date AS month,
           sum(i.amount) FILTER (WHERE i.status <> 'written_off') AS expected, sum(i.received_amount) AS received
    FROM crm.policies c
    JOIN crm.payments p ON p.policy_id = c.id AND p.deleted_at IS NULL
    JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
    WHERE c.agreement_id = :key AND c.deleted_at IS NULL
    GROUP BY 1 ORDER BY 1 DESC NULLS LAST LIMIT :most
""")


@dataclass(frozen=True)
class Earnings:
    """Roubles. Expected is everything that is to come and has come; written off and cancelled lines are not in it."""

    premium: Decimal
    """Of policies that were issued, without cancelled instalments."""
    premium_paid: Decimal
    incomes_expected: Decimal
    incomes_received: Decimal
    expenses_expected: Decimal
    expenses_paid: Decimal
    vat: Decimal
    """The VAT that the expected incomes contain."""
    transit: Decimal
    """Premium that passes through the brokerage; in no other figure here but the client's premium."""
    transit_passed: Decimal

    @property
    def earned(self) -> Decimal:
        """Incomes less expenses, those to come with those that came."""
        return self.incomes_expected - self.expenses_expected

    @property
    def earned_so_far(self) -> Decimal:
        """What came less what went out."""
        return self.incomes_received - self.expenses_paid


@dataclass(frozen=True)
class Month:
    """An agreement's incomes by the day that they came or are expected; no month where no day is known."""

    month: date | None
    expected: Decimal
    received: Decimal


async def earnings_of(work: Work, identity: str, key: UUID) -> Earnings:
    """The sums of what the actor sees of a record. Raises `KeyError` for an identity that has none."""
    found = await work.execute(text(SUMS.format(of=OF[identity])), {"key": key})
    return Earnings(*found.one())


async def months_of(work: Work, agreement: UUID, most: int = 24) -> list[Month]:
    """The newest months of an agreement's incomes."""
    found = await work.execute(MONTHS, {"key": agreement, "most": most})
    return [Month(row.month, row.expected or Decimal(0), row.received or Decimal(0)) for row in found]
