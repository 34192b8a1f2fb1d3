"""What waits for money in the records: of a statement, of a policy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import text

from models.bank.kinds import BankKind
from models.errors import Invalid
from models.texts import N_

if TYPE_CHECKING:
    from models.session import Work

STATEMENT = text("SELECT id, insurer_id FROM crm.statements WHERE id = :id AND deleted_at IS NULL")
OF_POLICY = {
    BankKind.PREMIUM: (
        "payment_id",
        "SELECT id, CASE status WHEN 'paid' THEN paid_amount ELSE amount - paid_amount END AS amount FROM crm.payments"
        " WHERE policy_id = :policy AND status IN ('paid', 'planned', 'partially_paid') AND deleted_at IS NULL"
        " ORDER BY status <> 'paid', sequence",
    ),
    BankKind.PASSED_ON: (
        "transit_id",
        "SELECT t.id, t.amount FROM crm.transits t JOIN crm.payments p ON p.id = t.payment_id"
        " WHERE p.policy_id = :policy AND t.status = 'collected' AND t.deleted_at IS NULL ORDER BY p.sequence",
    ),
    BankKind.PAY_OUT: (
        "expense_id",
        "SELECT e.id, e.amount FROM crm.payment_expenses e JOIN crm.payments p ON p.id = e.payment_id"
        " WHERE p.policy_id = :policy AND e.deleted_at IS NULL AND e.amount > 0 AND (e.status = 'approved'"
        " OR e.status = 'paid' AND NOT EXISTS (SELECT FROM crm.bank_links l WHERE l.expense_id = e.id))"
        " ORDER BY p.sequence, e.id",
    ),
}
BY_POLICY = frozenset(OF_POLICY)


class Found(NamedTuple):
    """A record that an operation is money of: the column of the link, its key, and roubles."""

    column: str
    id: UUID
    amount: Decimal


class KnownStatement(NamedTuple):
    """A statement that somebody chose."""

    id: UUID
    insurer_id: UUID


async def statement(work: Work, key: UUID) -> KnownStatement:
    """The statement and its insurer. Raises `Invalid` where there is none."""
    row = (await work.execute(STATEMENT, {"id": key})).first()
    if row is None:
        raise Invalid.at("statement_id", N_("There is no such record."))
    return KnownStatement(row.id, row.insurer_id)


async def of_policy(work: Work, kind: str, policy: UUID, amount: Decimal) -> list[Found]:
    """What of a policy waits for a sum: the one of this very sum, else all in their order while the sum lasts."""
    column, query = OF_POLICY[BankKind(kind)]
    rows = [Found(column, row.id, row.amount) for row in await work.execute(text(query), {"policy": policy})]
    if exact := [row for row in rows if row.amount == amount]:
        return exact[:1]
    return fill(rows, amount)


def fill(rows: list[Found], amount: Decimal) -> list[Found]:
    """The first rows that a sum covers; the last one perhaps in part."""
    taken: list[Found] = []
    for row in rows:
        if amount <= 0:
            break
        part = min(row.amount, amount)
        taken.append(row._replace(amount=part))
        amount -= part
    return taken
