"""What somebody earns: shares that are paid out, that stand on sheets, and that still wait for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text

from models.choices import Choice
from models.payout import Payout
from models.session import Work
from models.texts import N_

NEWEST = 60
AT_MOST = 500
AHEAD = text(
    "SELECT e.id, e.kind, e.amount, c.id AS policy_id, c.number, k.name AS policyholder, s.name AS insurer,"
    " p.due_on, p.sequence,"
    " CASE WHEN p.status NOT IN ('paid', 'confirmed') THEN 'client'"
    " WHEN EXISTS (SELECT FROM crm.expense_rules r JOIN crm.payment_incomes i ON i.payment_id = e.payment_id"
    "  AND i.kind = 'commission' AND i.amount > 0 WHERE r.id = e.rule_id AND r.share_of = 'commission'"
    "  AND i.deleted_at IS NULL AND i.status IN ('expected', 'in_statement', 'partly', 'disputed')) THEN 'insurer'"
    " ELSE 'sheet' END AS waits_for"
    " FROM crm.payment_expenses e JOIN crm.payments p ON p.id = e.payment_id AND p.deleted_at IS NULL"
    " AND p.status <> 'cancelled'"
    " JOIN crm.policies c ON c.id = p.policy_id JOIN crm.clients k ON k.id = c.client_id"
    " JOIN crm.insurers s ON s.id = c.insurer_id"
    " WHERE e.payee_id = :person AND e.status IN ('expected', 'approved') AND e.deleted_at IS NULL"
    " AND NOT EXISTS (SELECT FROM crm.payout_lines l WHERE l.expense_id = e.id AND l.status = 'in')"
    " ORDER BY p.due_on, c.number, e.id LIMIT :most"
)
PAID = text(
    "SELECT coalesce(sum(total) FILTER (WHERE status = 'paid' AND paid_on >= :since), 0) AS paid,"
    " coalesce(sum(total) FILTER (WHERE status IN ('draft', 'approved')), 0) AS on_sheets"
    " FROM crm.payouts WHERE payee_id = :person"
)


class WaitsFor(Choice):
    """What a share waits for."""

    CLIENT = "client", N_("waits for the client's payment")
    INSURER = "insurer", N_("waits for the commission")
    SHEET = "sheet", N_("payable, on no sheet yet")


@dataclass(frozen=True)
class Ahead:
    """A share that stands on no sheet yet, in roubles, and what it waits for."""

    id: UUID
    kind: str
    amount: Decimal
    policy_id: UUID
    number: str | None
    policyholder: str
    insurer: str
    due_on: date
    sequence: int
    waits_for: WaitsFor


@dataclass(frozen=True)
class Earnings:
    """Somebody's sheets, the newest first, and what is ahead of them."""

    paid: Decimal
    """This year."""
    on_sheets: Decimal
    sheets: Sequence[Payout]
    ahead: Sequence[Ahead]

    def waiting(self, what: WaitsFor) -> Decimal:
        """The sum of what waits for this."""
        return sum((one.amount for one in self.ahead if one.waits_for == what), Decimal(0))


async def earnings_of(work: Work, person: UUID) -> Earnings:
    """As far as the actor sees: one's own sheets always, shares that are ahead where one sees their deals."""
    told = {"person": person, "since": work.today.replace(month=1, day=1), "most": AT_MOST}
    sums = (await work.execute(PAID, told)).one()
    sheets = select(Payout).where(Payout.payee_id == person, Payout.status != "cancelled")
    found = await work.scalars(sheets.order_by(Payout.period_to.desc(), Payout.id.desc()).limit(NEWEST))
    rows = (await work.execute(AHEAD, told)).mappings()
    ahead = [Ahead(**{**row, "waits_for": WaitsFor(row["waits_for"])}) for row in rows]
    return Earnings(sums.paid, sums.on_sheets, list(found), ahead)
