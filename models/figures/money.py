"""Premiums and commission by month: what was planned, what has come, what is to come. Transit stands apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from models.choices import IncomeStatus, PaymentStatus
from models.dates import add_months
from models.figures.asked import Asked, ask, month_of
from models.session import Work
from models.task.report import Period

OPEN_INCOMES = (IncomeStatus.EXPECTED, IncomeStatus.IN_STATEMENT, IncomeStatus.PARTLY, IncomeStatus.DISPUTED)
"""Lines whose money has not come in whole."""
COUNTED_INCOMES = tuple(status for status in IncomeStatus if status != IncomeStatus.WRITTEN_OFF)
OPEN_PAYMENTS = (PaymentStatus.PLANNED, PaymentStatus.PARTIALLY_PAID)
COUNTED_PAYMENTS = tuple(status for status in PaymentStatus if status != PaymentStatus.CANCELLED)
OPEN = "IN ('expected', 'in_statement', 'partly', 'disputed')"
AHEAD = 12
"""Months of a forecast, the present one included."""

# ruff: noqa: S608 - statements are put together of our own pieces; what is asked for are their parameters.

BY_DAY = """
SELECT p.due_on AS day, 'planned' AS what, sum(p.amount) AS amount
FROM crm.payments p WHERE p.due_on BETWEEN :first AND :last AND p.status <> 'cancelled' {payments p} GROUP BY 1
UNION ALL
SELECT p.paid_on, 'paid', sum(p.paid_amount)
FROM crm.payments p WHERE p.paid_on BETWEEN :first AND :last {payments p} GROUP BY 1
UNION ALL
SELECT i.expected_on, 'expected', sum(i.amount)
FROM crm.payment_incomes i
WHERE i.expected_on BETWEEN :first AND :last AND i.status <> 'written_off' {payment_incomes i} GROUP BY 1
UNION ALL
SELECT i.received_on, 'received', sum(i.received_amount)
FROM crm.payment_incomes i WHERE i.received_on BETWEEN :first AND :last {payment_incomes i} GROUP BY 1
UNION ALL
SELECT t.collected_on, 'collected', sum(t.amount)
FROM crm.transits t WHERE t.collected_on BETWEEN :first AND :last {transits t} GROUP BY 1
UNION ALL
SELECT t.passed_on, 'passed_on', sum(t.amount)
FROM crm.transits t WHERE t.passed_on BETWEEN :first AND :last {transits t} GROUP BY 1"""
"""By day: a month for each row took a third of the time."""
TO_COME = f"""
SELECT greatest(p.due_on, :today - 1) AS day, 'premium' AS what, sum(p.amount - p.paid_amount) AS amount
FROM crm.payments p
WHERE p.status IN ('planned', 'partially_paid') AND p.due_on <= :last {{payments p}} GROUP BY 1
UNION ALL
SELECT CASE WHEN i.expected_on IS NOT NULL THEN greatest(i.expected_on, :today - 1) END, 'commission',
       sum(i.amount - i.received_amount)
FROM crm.payment_incomes i
WHERE i.status {OPEN} AND (i.expected_on <= :last OR i.expected_on IS NULL) {{payment_incomes i}} GROUP BY 1"""
"""By day, what is overdue as of yesterday."""


class Month(NamedTuple):
    """A month's money in roubles: premium planned and paid, commission expected and received; transit in and out."""

    first: date
    planned: Decimal
    paid: Decimal
    expected: Decimal
    received: Decimal
    collected: Decimal
    passed_on: Decimal


class Coming(NamedTuple):
    """What is to come within some days: premium that clients owe, commission that insurers owe, in roubles.

    Without a first day it was due before today, without a last one nobody has said when it comes.
    """

    first: date | None
    last: date | None
    premium: Decimal
    commission: Decimal


async def by_month(work: Work, asked: Asked) -> list[Month]:
    """The period's months in their order."""
    found: dict[date, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in await ask(work, BY_DAY, asked):
        found[row["day"].replace(day=1)][row["what"]] += row["amount"]
    return [Month(month, *(found[month][name] for name in Month._fields[1:])) for month in asked.months]


async def forecast(work: Work, asked: Asked) -> list[Coming]:
    """What is overdue, then the present month and those after it, then what has no day."""
    today, month = asked.today, asked.today.replace(day=1)
    months = [month_of(add_months(month, n)) for n in range(AHEAD)]
    found: dict[date | None, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in await ask(work, TO_COME, replace(asked, period=Period(today, months[-1].last))):
        found[_place(row["day"], today)][row["what"]] += row["amount"]
    yesterday = today - timedelta(days=1)
    spans: list[tuple[date | None, date | None]] = [(None, yesterday)]
    spans += [(max(one.first, today), one.last) for one in months]
    spans.append((None, None))
    places = [date.min, *(one.first for one in months), None]
    return [
        Coming(*span, *(found[place][name] for name in Coming._fields[2:]))
        for place, span in zip(places, spans, strict=True)
    ]


def _place(day: date | None, today: date) -> date | None:
    """The month of a day; what is overdue comes before all of them."""
    if day is None:
        return None
    return date.min if day < today else day.replace(day=1)
