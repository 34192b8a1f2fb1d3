"""What waits for money, read at once for all operations of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from models.session import Work

STATEMENTS = text(
    "SELECT s.id, s.insurer_id, s.total, coalesce(s.period_to, crm.local_day(s.created_at)) AS until"
    " FROM crm.statements s WHERE s.deleted_at IS NULL AND s.total > 0 AND s.insurer_id = ANY (:insurers)"
    " AND NOT EXISTS (SELECT FROM crm.bank_links l JOIN crm.bank_operations o ON o.id = l.operation_id"
    " WHERE l.statement_id = s.id AND o.status = 'matched')"
)
PAYMENTS = (
    "SELECT p.id, c.number_key, p.status, p.paid_on, p.due_on, k.inn, k.sort_key,"
    " CASE p.status WHEN 'paid' THEN p.paid_amount ELSE p.amount - p.paid_amount END AS amount"
    " FROM crm.payments p JOIN crm.policies c ON c.id = p.policy_id AND c.deleted_at IS NULL AND c.status <> 'annulled'"
    " JOIN crm.clients k ON k.id = c.client_id"
    " WHERE p.status IN ('paid', 'planned', 'partially_paid') AND p.deleted_at IS NULL AND {narrowed}"
    " ORDER BY p.status <> 'paid', p.due_on, p.id"
)
BY_NUMBER = text(PAYMENTS.format(narrowed="c.number_key = ANY (:keys)"))
BY_PAYER = text(
    PAYMENTS.format(
        narrowed="(k.inn = ANY (:inns) OR k.sort_key = ANY (:names))"
        " AND (p.amount - p.paid_amount = ANY (:amounts) OR p.paid_amount = ANY (:amounts))"
    )
)
TRANSITS = text(
    "SELECT t.id, t.amount, t.collected_on, c.insurer_id, c.number_key FROM crm.transits t"
    " JOIN crm.payments p ON p.id = t.payment_id JOIN crm.policies c ON c.id = p.policy_id"
    " WHERE t.status = 'collected' AND t.deleted_at IS NULL AND c.insurer_id = ANY (:insurers)"
    " ORDER BY t.collected_on, t.id"
)
EXPENSES = text(
    "SELECT e.id, e.amount, e.status, e.paid_on, coalesce(u.full_name, e.payee_name) AS payee"
    " FROM crm.payment_expenses e LEFT JOIN auth.users u ON u.id = e.payee_id"
    " WHERE e.deleted_at IS NULL AND e.amount > 0 AND coalesce(u.full_name, e.payee_name) IS NOT NULL"
    " AND (e.status = 'approved' OR e.status = 'paid' AND e.paid_on > CAST(:since AS date)"
    " AND NOT EXISTS (SELECT FROM crm.bank_links l WHERE l.expense_id = e.id))"
    " ORDER BY e.id"
)
INSURERS = text("SELECT id, inn, name FROM crm.insurers WHERE deleted_at IS NULL")
OWN = text("SELECT number FROM crm.bank_accounts WHERE deleted_at IS NULL")


class Asked(NamedTuple):
    """What the operations of a file name: policies, payers, sums; the first day."""

    keys: Sequence[str]
    inns: Sequence[str]
    names: Sequence[str]
    amounts: Sequence[Decimal]
    since: date


@dataclass
class Waiting:
    """Insurers and own accounts, and what is not linked to a confirmed operation yet; what is taken is taken once."""

    insurers: Sequence[Any]
    own: frozenset[str]
    statements: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_payer: list[Any] = field(default_factory=list)
    transits: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    expenses: list[Any] = field(default_factory=list)
    taken: set[UUID] = field(default_factory=set)

    def free(self, rows: Iterable[Any]) -> list[Any]:
        """Those that no operation of this file has taken."""
        return [row for row in rows if row.id not in self.taken]


async def waiting_for(work: Work, asked: Asked) -> Waiting:
    """Everything in seven statements, however many operations there are."""
    insurers = (await work.execute(INSURERS)).all()
    keys = {"insurers": [row.id for row in insurers]}
    found = Waiting(insurers, frozenset(await work.scalars(OWN)))
    for row in await work.execute(STATEMENTS, keys):
        found.statements[row.insurer_id].append(row)
    for row in await work.execute(BY_NUMBER, {"keys": list(asked.keys)}):
        found.by_number[row.number_key].append(row)
    payers = {"inns": list(asked.inns), "names": list(asked.names), "amounts": list(asked.amounts)}
    found.by_payer = list(await work.execute(BY_PAYER, payers))
    for row in await work.execute(TRANSITS, keys):
        found.transits[row.insurer_id].append(row)
    found.expenses = list(await work.execute(EXPENSES, {"since": asked.since}))
    return found
