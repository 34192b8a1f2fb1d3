"""What the bookkeeping is told of a month: acts that were signed, commission that came, sheets that were paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from models.paper import Period
from models.session import Work

ACTS = text(
    "SELECT a.number, a.signed_on, e.name AS entity, i.name AS insurer, i.inn, i.kpp, g.number AS agreement,"
    " g.starts_on AS agreed_on, a.period_from, a.period_to, l.vat_mode, sum(l.commission) AS amount, sum(l.vat) AS vat"
    " FROM crm.acts a JOIN crm.act_lines l ON l.act_id = a.id AND l.status = 'in'"
    " JOIN crm.entities e ON e.id = a.entity_id JOIN crm.insurers i ON i.id = a.insurer_id"
    " JOIN crm.agreements g ON g.id = a.agreement_id"
    " WHERE a.status = 'signed' AND a.signed_on BETWEEN :first AND :last AND a.entity_id = :entity"
    " GROUP BY a.id, e.id, i.id, g.id, l.vat_mode ORDER BY a.signed_on, a.number, l.vat_mode"
)
RECEIPTS = text(
    "SELECT n.received_on, i.name AS insurer, i.inn, i.kpp, g.number AS agreement, n.settlement, n.vat_mode,"
    " sum(n.received_amount) AS amount, sum(crm.vat_in(n.received_amount, n.vat_mode)) AS vat, count(*) AS lines"
    " FROM crm.payment_incomes n JOIN crm.payments p ON p.id = n.payment_id JOIN crm.policies c ON c.id = p.policy_id"
    " LEFT JOIN crm.agreements g ON g.id = c.agreement_id"
    " JOIN crm.insurers i ON i.id = coalesce(g.insurer_id, c.insurer_id)"
    " WHERE n.received_on BETWEEN :first AND :last AND n.received_amount <> 0 AND n.deleted_at IS NULL"
    " AND coalesce(g.entity_id, :entity) = :entity"
    " GROUP BY n.received_on, i.id, g.id, n.settlement, n.vat_mode"
    " ORDER BY n.received_on, i.name, g.number, n.settlement, n.vat_mode"
)
PAYOUTS = text(
    "SELECT s.paid_on, s.payee, s.period_from, s.period_to, l.kind, sum(l.amount) AS amount, count(*) AS lines"
    " FROM crm.payouts s JOIN crm.payout_lines l ON l.payout_id = s.id AND l.status = 'in'"
    " WHERE s.status = 'paid' AND s.paid_on BETWEEN :first AND :last"
    " GROUP BY s.id, l.kind ORDER BY s.paid_on, s.payee, s.id, l.kind"
)


async def acts_of(work: Work, period: Period, entity: UUID) -> Sequence[RowMapping]:
    """Acts signed in these days, one row for each mode of VAT in it: sums of the frozen lines."""
    return await _rows(work, ACTS, period, entity)


async def receipts_of(work: Work, period: Period, entity: UUID) -> Sequence[RowMapping]:
    """Commission received in these days, by day, payer, agreement, settlement and mode of VAT."""
    return await _rows(work, RECEIPTS, period, entity)


async def payouts_of(work: Work, period: Period) -> Sequence[RowMapping]:
    """Sheets paid in these days, by what they were paid for."""
    found = await work.execute(PAYOUTS, {"first": period.first, "last": period.last})
    return found.mappings().all()


async def _rows(work: Work, statement: Any, period: Period, entity: UUID) -> Sequence[RowMapping]:
    found = await work.execute(statement, {"first": period.first, "last": period.last, "entity": entity})
    return found.mappings().all()
