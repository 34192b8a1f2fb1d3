"""What must be looked at before a month is closed. Another matter is one more entry of `CHECKS`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import text

from models.dates import add_months
from models.session import Work
from models.texts import N_


class Check(NamedTuple):
    """Rows that should not be left behind: `rows` selects their `day` and `amount`; `filters` show them in a list."""

    slug: str
    label: str
    rows: str
    identity: str
    """The list that has the rows."""
    filters: str
    """Of that list's address; `{first}` and `{last}` are the month's days."""


CHECKS = [
    Check(
        "unconfirmed", N_("Payments of clients that nobody has confirmed"),
        "SELECT paid_on AS day, paid_amount AS amount FROM crm.payments WHERE status = 'paid' AND deleted_at IS NULL",
        "payment", "status=paid&paid_on.from={first}&paid_on.to={last}",
    ),
    Check(
        "draft_statements", N_("Statements that are not posted"),
        "SELECT coalesce(period_to, crm.local_day(created_at)) AS day, total AS amount FROM crm.statements"
        " WHERE status = 'draft' AND deleted_at IS NULL",
        "statement", "status=draft",
    ),
    Check(
        "in_statement", N_("Commission in a statement, not received"),
        "SELECT coalesce(p.paid_on, p.due_on) AS day, i.amount - i.received_amount AS amount FROM crm.payment_incomes i"
        " JOIN crm.payments p ON p.id = i.payment_id"
        " WHERE i.status IN ('in_statement', 'disputed') AND i.deleted_at IS NULL",
        "income", "status=in_statement&status=disputed",
    ),
    Check(
        "approved", N_("Expenses that are approved and not paid out"),
        "SELECT coalesce(p.paid_on, p.due_on) AS day, e.amount FROM crm.payment_expenses e"
        " JOIN crm.payments p ON p.id = e.payment_id WHERE e.status = 'approved' AND e.deleted_at IS NULL",
        "expense", "status=approved",
    ),
    Check(
        "in_transit", N_("Premium of clients that is not passed on"),
        "SELECT collected_on AS day, amount FROM crm.transits WHERE status = 'collected' AND deleted_at IS NULL",
        "transit", "status=collected&collected_on.from={first}&collected_on.to={last}",
    ),
    Check(
        "bank", N_("Operations of the bank that nobody has looked at"),
        "SELECT day, abs(amount) AS amount FROM crm.bank_operations WHERE status = 'new'",
        "bank-operation", "status=new&day.from={first}&day.to={last}",
    ),
]  # fmt: skip
"""In the order in which an accountant goes through them."""

COUNTED = (
    "SELECT {place} AS place, date_trunc('month', day)::date AS month, count(*), coalesce(sum(amount), 0)"
    " FROM ({rows}) AS r WHERE day >= :first AND day < :next"
    " AND date_trunc('month', day)::date = ANY (:months) GROUP BY 2"
)


class Matter(NamedTuple):
    """What is open of one kind in one month: how many rows, and roubles."""

    check: Check
    month: date
    rows: int
    amount: Decimal


async def matters_of(work: Work, months: Iterable[date]) -> list[Matter]:
    """What is open in these months, by month and in the order of `CHECKS`; what is settled is left out."""
    wanted = list(months)
    if not wanted:
        return []
    union = " UNION ALL ".join(COUNTED.format(place=n, rows=check.rows) for n, check in enumerate(CHECKS))
    span = {"months": wanted, "first": min(wanted), "next": add_months(max(wanted), 1)}
    found = await work.execute(text(f"{union} ORDER BY 2 DESC, 1"), span)
    return [Matter(CHECKS[place], month, count, amount) for place, month, count, amount in found]
