"""Questions that verbs ask before they act; each answers with a reason, or with nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, text

from models.dates import add_months
from models.errors import Refused
from models.texts import N_

if TYPE_CHECKING:
    from models.session import Work

LIVE_POLICY = text(
    "SELECT number FROM crm.policies WHERE deal_id = :deal AND status IN ('draft', 'issued')"
    " AND ends_on >= :today AND deleted_at IS NULL LIMIT 1"
)
MONEY_OWED = text(
    "SELECT 1 FROM crm.payments WHERE deal_id = :deal AND deleted_at IS NULL"
    " AND status IN ('planned', 'partially_paid')"
    " UNION ALL SELECT 1 FROM crm.payment_incomes WHERE deal_id = :deal AND deleted_at IS NULL"
    " AND status IN ('expected', 'in_statement', 'partly', 'disputed')"
    " UNION ALL SELECT 1 FROM crm.payment_expenses WHERE deal_id = :deal AND deleted_at IS NULL"
    " AND status IN ('expected', 'approved') LIMIT 1"
)
CLOSED = text(
    "SELECT 1 FROM crm.closed_months WHERE reopened_at IS NULL"
    " AND month = date_trunc('month', CAST(:day AS timestamp))::date"
)
PAID_IN_CLOSED = text(
    "SELECT m.month FROM audit.events e"
    " JOIN audit.actions a ON a.id = e.action_id AND a.undone_by IS NULL AND a.undoes IS NULL"
    " JOIN crm.closed_months m ON m.reopened_at IS NULL AND m.month ="
    " date_trunc('month', coalesce(e.changes -> 'paid_on' ->> 1, e.record ->> 'paid_on')::timestamp)::date"
    " WHERE e.record_id = :payment AND e.\"table\" = 'crm.payments' AND e.op IN ('insert', 'update')"
    " AND e.seq > coalesce((SELECT max(r.seq) FROM audit.events r"
    " JOIN audit.actions b ON b.id = r.action_id AND b.undone_by IS NULL AND b.undoes IS NULL"
    " WHERE r.record_id = :payment AND r.\"table\" = 'crm.payments' AND r.op = 'update'"
    " AND r.changes ? 'paid_on' AND r.changes -> 'paid_on' ->> 1 IS NULL), 0) ORDER BY m.month LIMIT 1"
)
"""A closed month in which a part of a payment came: the log knows each part, the row only the last."""
POLICY_OF = text(
    "SELECT id FROM crm.policies WHERE calculation_id = :calculation AND status <> 'annulled'"
    " AND deleted_at IS NULL LIMIT 1"
)
READY = text(
    "SELECT 1 FROM crm.calculations WHERE deal_id = :deal AND deleted_at IS NULL"
    " AND status IN ('ready', 'offered', 'confirmed', 'refused') AND created_at >= :since LIMIT 1"
)
ISSUED = text("SELECT 1 FROM crm.policies WHERE id = :policy AND status = 'issued' LIMIT 1")
KIND = text("SELECT slug FROM tasks.task_kinds WHERE id = :kind")
WAITS_FOR_INCOME = text(
    "SELECT 1 FROM crm.payment_expenses e JOIN crm.expense_rules r ON r.id = e.rule_id AND r.share_of = 'commission'"
    " JOIN crm.payment_incomes i ON i.payment_id = e.payment_id AND i.kind = 'commission' AND i.amount > 0"
    " WHERE e.id = :expense AND i.deleted_at IS NULL"
    " AND i.status IN ('expected', 'in_statement', 'partly', 'disputed') LIMIT 1"
)
SHEET_OF = text(
    "SELECT s.payee FROM crm.payout_lines l JOIN crm.payouts s ON s.id = l.payout_id"
    " WHERE l.expense_id = :expense AND l.status = 'in' LIMIT 1"
)
APPROVAL_LIMIT = text(
    "SELECT r.approval_limit FROM auth.users u JOIN auth.roles r ON r.id = u.role_id WHERE u.id = :person"
)
NEXT_EVENT = text(
    "SELECT 1 FROM crm.review_days(ARRAY[CAST(:deal AS uuid)]) WHERE reason <> 'manual' OR day > :today LIMIT 1"
)


OF_ANOTHER_CLIENT = text(
    "SELECT 1 FROM crm.policies WHERE deal_id = :deal AND client_id <> :client AND deleted_at IS NULL"
    " UNION ALL SELECT 1 FROM crm.needs n LEFT JOIN crm.insured_objects o ON o.id = n.insured_object_id"
    " WHERE n.deal_id = :deal AND n.insured_object_id IS NOT NULL AND n.deleted_at IS NULL"
    " AND o.client_id IS DISTINCT FROM :client LIMIT 1"
)
PARENTS = ("deal_id", "policy_id", "payment_id")
MONEY_MOVED = (
    "SELECT 1 FROM crm.payments p WHERE p.{key} = :record AND p.deleted_at IS NULL AND (p.paid_amount > 0"
    " OR p.status IN ('partially_paid', 'paid', 'confirmed')"
    " OR EXISTS (SELECT FROM crm.payment_incomes i WHERE i.payment_id = p.id AND i.deleted_at IS NULL"
    " AND (i.received_amount <> 0 OR i.status IN ('partly', 'received', 'withheld')))"
    " OR EXISTS (SELECT FROM crm.payment_expenses e WHERE e.payment_id = p.id AND e.deleted_at IS NULL"
    " AND e.status = 'paid')"
    " OR EXISTS (SELECT FROM crm.transits t WHERE t.payment_id = p.id AND t.deleted_at IS NULL"
    " AND t.status IN ('collected', 'passed_on'))) LIMIT 1"
)
MONEY_UNDER = {
    identity: text(MONEY_MOVED.format(key=key))
    for identity, key in (("deal", "deal_id"), ("policy", "policy_id"), ("payment", "id"))
}


async def hangs_on_trash(work: Work, record: Any) -> bool:
    """Whether the deal, policy or instalment that a record cannot be without lies in the trash."""
    columns = record.__table__.columns
    for name in PARENTS:
        if name in columns and not columns[name].nullable:
            parent = next(key.column.table for key in columns[name].foreign_keys if key.column.name == "id")
            gone = parent.c.deleted_at.is_not(None)
            if await work.scalar(select(parent.c.id).where(parent.c.id == getattr(record, name), gone)) is not None:
                return True
    return False


async def has_moved_money(work: Work, record: Any) -> bool:
    """Whether money has been paid, received or passed on under a deal, a policy or an instalment."""
    statement = MONEY_UNDER.get(record.__identity__)
    return statement is not None and await work.scalar(statement, {"record": record.id}) is not None


async def keeps_another_client(work: Work, deal: UUID, client: UUID) -> bool:
    """Whether policies or insured things of a deal are another client's."""
    return await work.scalar(OF_ANOTHER_CLIENT, {"deal": deal, "client": client}) is not None


async def why_open(work: Work, deal: UUID) -> str | None:
    """Why a deal cannot be closed: a policy is alive, or money is owed."""
    if await work.scalar(LIVE_POLICY, {"deal": deal, "today": work.today}) is not None:
        return N_("A policy of this deal is still alive.")
    if await work.scalar(MONEY_OWED, {"deal": deal}):
        return N_("Money is still owed on this deal.")
    return None


async def is_closed_month(work: Work, day: date) -> bool:
    """Whether the month of a day is closed."""
    return await work.scalar(CLOSED, {"day": day}) is not None


async def must_be_open_month(work: Work, day: date) -> None:
    """Raises `Refused` when the month of the day is closed; after closing only dated reversals come."""
    if await is_closed_month(work, day):
        raise Refused(N_("{month} is closed; money in it no longer moves."), month=f"{day:%m.%Y}")


async def open_day(work: Work, day: date) -> date:
    """The day itself, or the first day of the next month that is not closed."""
    while await work.scalar(CLOSED, {"day": day}):
        day = add_months(day.replace(day=1), 1)
    return day


async def closed_month_of_parts(work: Work, payment: UUID, paid_on: date | None) -> date | None:
    """The first closed month in which any part of an instalment was paid, the last part's being `paid_on`."""
    if paid_on is not None and await is_closed_month(work, paid_on):
        return paid_on.replace(day=1)
    month: date | None = await work.scalar(PAID_IN_CLOSED, {"payment": payment})
    return month


async def policy_of(work: Work, calculation: UUID) -> UUID | None:
    """The policy made from a calculation."""
    found: UUID | None = await work.scalar(POLICY_OF, {"calculation": calculation})
    return found


async def why_unfinished(work: Work, task: Any) -> str | None:
    """What a task still lacks: a ready calculation (or an insurer's refusal), an issued policy."""
    kind = await work.scalar(KIND, {"kind": task.kind_id})
    if kind == "calculate" and not await work.scalar(READY, {"deal": task.deal_id, "since": task.created_at}):
        return N_("No calculation is ready yet: enter one, or the insurer's refusal.")
    if kind == "issue" and task.policy_id and not await work.scalar(ISSUED, {"policy": task.policy_id}):
        return N_("The policy is not issued yet: enter its number and days.")
    return None


async def waits_for_income(work: Work, expense: UUID) -> bool:
    """Whether a share of commission, by its rule, comes before the commission itself."""
    return await work.scalar(WAITS_FOR_INCOME, {"expense": expense}) is not None


async def sheet_of(work: Work, expense: UUID) -> str | None:
    """Whose pay-out sheet an expense stands on."""
    found: str | None = await work.scalar(SHEET_OF, {"expense": expense})
    return found


async def approval_limit(work: Work) -> Decimal | None:
    """Roubles up to which the actor may approve; none: any sum."""
    found: Decimal | None = await work.scalar(APPROVAL_LIMIT, {"person": work.actor.id})
    return found


async def has_next_event(work: Work, deal: UUID) -> bool:
    """Whether anything brings a deal back by itself; a date set by hand that has come does not. Needs scope `all`."""
    return await work.scalar(NEXT_EVENT, {"deal": deal, "today": work.today}) is not None
