"""What must always be true of the data: asked every night, and by the tests after their stories."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text

from models.actor import SYSTEM, Via
from models.session import Database

SHOWN = 3


class Invariant(NamedTuple):
    """A sentence and the statement that finds who breaks it, as text that people can look up."""

    sentence: str
    breakers: str


class Untrue(Exception):
    """Something that must always be true is not; the message says what, how often, and for which records."""


INVARIANTS = (
    Invariant(
        "The instalments of an issued policy sum up to its premium",
        "SELECT coalesce(c.number, c.id::text) FROM crm.policies c JOIN crm.payments p ON p.policy_id = c.id"
        " AND p.deleted_at IS NULL AND p.status <> 'cancelled'"
        " WHERE c.status = 'issued' AND c.deleted_at IS NULL"
        " GROUP BY c.id HAVING sum(p.amount) <> c.premium",
    ),
    Invariant(
        "No issued policy is without instalments",
        "SELECT coalesce(c.number, c.id::text) FROM crm.policies c WHERE c.status = 'issued' AND c.deleted_at IS NULL"
        " AND c.premium > 0 AND NOT EXISTS (SELECT FROM crm.payments p WHERE p.policy_id = c.id"
        " AND p.deleted_at IS NULL AND p.status <> 'cancelled')",
    ),
    Invariant(
        "What is paid of an instalment is what its state says",
        "SELECT p.id::text FROM crm.payments p WHERE p.deleted_at IS NULL AND CASE p.status"
        " WHEN 'planned' THEN p.paid_amount <> 0 WHEN 'cancelled' THEN p.paid_amount <> 0"
        " WHEN 'partially_paid' THEN p.paid_amount = 0 OR abs(p.paid_amount) >= abs(p.amount)"
        " ELSE abs(p.paid_amount) < abs(p.amount) END",
    ),
    Invariant(
        "A payment's totals are those of its lines",
        "SELECT p.id::text FROM crm.payments p"
        " LEFT JOIN (SELECT payment_id, sum(amount) FILTER (WHERE status <> 'written_off') AS expected,"
        " sum(received_amount) AS received FROM crm.payment_incomes WHERE deleted_at IS NULL GROUP BY payment_id) i"
        " ON i.payment_id = p.id"
        " LEFT JOIN (SELECT payment_id, sum(amount) FILTER (WHERE status <> 'cancelled') AS expected,"
        " sum(amount) FILTER (WHERE status = 'paid') AS paid FROM crm.payment_expenses WHERE deleted_at IS NULL"
        " GROUP BY payment_id) e ON e.payment_id = p.id"
        " WHERE (p.incomes_expected, p.incomes_received, p.expenses_expected, p.expenses_paid) IS DISTINCT FROM"
        " (coalesce(i.expected, 0), coalesce(i.received, 0), coalesce(e.expected, 0), coalesce(e.paid, 0))",
    ),
    Invariant(
        "No more is received than was expected, or it is explained",
        "SELECT i.id::text FROM crm.payment_incomes i WHERE i.deleted_at IS NULL AND i.note IS NULL"
        " AND abs(i.received_amount) > abs(i.amount) + 0.01 AND i.status <> 'disputed'"
        " AND NOT EXISTS (SELECT FROM crm.statement_lines l WHERE l.income_id = i.id)",
    ),
    Invariant(
        "Nothing is expected of an instalment that is cancelled, nor by rule of a refund",
        "SELECT p.id::text FROM crm.payments p JOIN crm.payment_incomes i ON i.payment_id = p.id"
        " AND i.deleted_at IS NULL AND i.status = 'expected' WHERE p.status = 'cancelled'"
        " UNION ALL SELECT p.id::text FROM crm.payments p JOIN crm.payment_expenses e ON e.payment_id = p.id"
        " AND e.deleted_at IS NULL AND e.status = 'expected' WHERE p.status = 'cancelled'"
        " UNION ALL SELECT p.id::text FROM crm.payments p JOIN crm.payment_incomes i ON i.payment_id = p.id"
        " AND i.deleted_at IS NULL AND i.origin = 'rule' WHERE p.amount < 0",
    ),
    Invariant(
        "No rule has two living lines on one instalment",
        "SELECT payment_id::text FROM crm.payment_incomes WHERE deleted_at IS NULL AND rule_id IS NOT NULL"
        " AND reverses_id IS NULL AND origin = 'rule' GROUP BY payment_id, rule_id, kind HAVING count(*) > 1"
        " UNION ALL SELECT payment_id::text FROM crm.payment_expenses WHERE deleted_at IS NULL AND rule_id IS NOT NULL"
        " AND origin = 'rule' AND status <> 'cancelled' GROUP BY payment_id, rule_id, kind HAVING count(*) > 1",
    ),
    Invariant(
        "A statement's total is that of its lines",
        "SELECT s.title FROM crm.statements s JOIN crm.statement_lines l ON l.statement_id = s.id"
        " WHERE s.deleted_at IS NULL AND s.total IS NOT NULL GROUP BY s.id"
        " HAVING sum(coalesce(l.commission, 0)) <> s.total",
    ),
    Invariant(
        "An act's totals are those of its lines",
        "SELECT a.title FROM crm.acts a LEFT JOIN crm.act_lines l ON l.act_id = a.id AND l.status = 'in'"
        " WHERE a.status <> 'cancelled' GROUP BY a.id HAVING (a.line_count, a.premium, a.commission, a.vat)"
        " IS DISTINCT FROM (count(l.id), coalesce(sum(l.premium), 0), coalesce(sum(l.commission), 0),"
        " coalesce(sum(l.vat), 0))",
    ),
    Invariant(
        "A pay-out sheet's total is that of its lines",
        "SELECT s.payee FROM crm.payouts s LEFT JOIN crm.payout_lines l ON l.payout_id = s.id AND l.status = 'in'"
        " WHERE s.status <> 'cancelled' GROUP BY s.id"
        " HAVING (s.line_count, s.total) IS DISTINCT FROM (count(l.id), coalesce(sum(l.amount), 0))",
    ),
    Invariant(
        "An endorsement's difference stands among the instalments",
        "SELECT e.number FROM crm.endorsements e WHERE e.deleted_at IS NULL AND e.difference_paid = 'one_more'"
        " AND NOT EXISTS (SELECT FROM crm.payments p WHERE p.endorsement_id = e.id)",
    ),
    Invariant(
        "Seller and executor are members of their deal",
        "SELECT d.code FROM crm.deals d WHERE NOT EXISTS (SELECT FROM crm.deal_members m"
        " WHERE (m.user_id, m.deal_id, m.reason) = (d.seller_id, d.id, 'seller'))"
        " OR d.executor_id IS NOT NULL AND NOT EXISTS (SELECT FROM crm.deal_members m"
        " WHERE (m.user_id, m.deal_id, m.reason) = (d.executor_id, d.id, 'executor'))",
    ),
    Invariant(
        "Who sees a deal sees its client",
        "SELECT d.code FROM crm.deals d JOIN crm.deal_members m ON m.deal_id = d.id"
        " WHERE NOT EXISTS (SELECT FROM crm.client_members c"
        " WHERE (c.user_id, c.client_id, c.deal_id) = (m.user_id, d.client_id, d.id))",
    ),
    Invariant(
        "Of a need at most one calculation is confirmed",
        "SELECT n.title FROM crm.needs n JOIN crm.calculations c ON c.need_id = n.id AND c.status = 'confirmed'"
        " AND c.deleted_at IS NULL GROUP BY n.id HAVING count(*) > 1",
    ),
)


async def check_invariants(database: Database) -> None:
    """Raises `Untrue` naming each invariant that does not hold."""
    broken = []
    async with database.transaction(SYSTEM, Via.JOB) as work:
        for one in INVARIANTS:
            found = list(await work.scalars(text(one.breakers)))
            if found:
                broken.append(f"{one.sentence}: not so for {len(found)}, among them {', '.join(found[:SHOWN])}.")
    if broken:
        raise Untrue(" ".join(broken))
