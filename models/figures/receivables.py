"""What is owed to the brokerage and to insurers, by age: commission of each insurer, instalments of each client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from models.choices import Choice
from models.figures.asked import Asked, ask
from models.figures.money import OPEN
from models.session import Work
from models.texts import N_

# ruff: noqa: S608 - statements are put together of our own pieces; what is asked for are their parameters.


class Age(Choice):
    """Days since it was to come."""

    MONTH = "month", N_("0–30 days")
    TWO = "two", N_("31–60 days")
    THREE = "three", N_("61–90 days")
    MORE = "more", N_("over 90 days")
    AHEAD = "ahead", N_("Not due yet")
    UNDATED = "undated", N_("Without a day")


LATE = (Age.MONTH, Age.TWO, Age.THREE, Age.MORE)
BOUNDS = {Age.MONTH: (0, 30), Age.TWO: (31, 60), Age.THREE: (61, 90), Age.MORE: (91, None), Age.AHEAD: (None, -1)}
"""The least and the largest age in days, both counted."""
AGED = """CASE WHEN {day} IS NULL THEN 'undated' WHEN {day} > :today THEN 'ahead'
            WHEN {day} >= :today - 30 THEN 'month' WHEN {day} >= :today - 60 THEN 'two'
            WHEN {day} >= :today - 90 THEN 'three' ELSE 'more' END"""
OF_INSURERS = f"""
SELECT owed.*, n.name FROM (
    SELECT c.insurer_id AS id, {AGED.format(day="i.expected_on")} AS age, sum(i.amount - i.received_amount) AS amount
    FROM crm.payment_incomes i
    JOIN crm.payments p ON p.id = i.payment_id
    JOIN crm.policies c ON c.id = p.policy_id
    WHERE i.status {OPEN} {{payment_incomes i}}
    GROUP BY 1, 2) AS owed
LEFT JOIN crm.insurers n ON n.id = owed.id"""
OF_CLIENTS = f"""
SELECT owed.*, n.name FROM (
    SELECT c.client_id AS id, {AGED.format(day="p.due_on")} AS age, sum(p.amount - p.paid_amount) AS amount
    FROM crm.payments p
    JOIN crm.policies c ON c.id = p.policy_id
    WHERE p.status IN ('planned', 'partially_paid') AND p.due_on < :today {{payments p}}
    GROUP BY 1, 2) AS owed
LEFT JOIN crm.clients n ON n.id = owed.id"""


class Owed(NamedTuple):
    """What somebody owes, in roubles, by age."""

    id: UUID | None
    name: str
    amounts: Mapping[Age, Decimal]

    @property
    def late(self) -> Decimal:
        """What should have come by now."""
        return sum((self.amounts[age] for age in LATE), Decimal(0))

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum(self.amounts.values(), Decimal(0))


def days_of(age: Age, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of an age, both counted; None is open."""
    least, largest = BOUNDS[age]
    first = None if largest is None else today - timedelta(days=largest)
    return first, None if least is None else today - timedelta(days=least)


async def of_insurers(work: Work, asked: Asked) -> list[Owed]:
    """Commission that has not come, those who owe most of what is late first."""
    return await _owed(work, asked, OF_INSURERS)


async def of_clients(work: Work, asked: Asked) -> list[Owed]:
    """Instalments that are overdue, those who owe most first."""
    return await _owed(work, asked, OF_CLIENTS)


async def _owed(work: Work, asked: Asked, statement: str) -> list[Owed]:
    found: dict[UUID | None, tuple[str, dict[Age, Decimal]]] = {}
    for row in await ask(work, statement, asked):
        _name, amounts = found.setdefault(row["id"], (row["name"] or "", dict.fromkeys(Age, Decimal(0))))
        amounts[Age(row["age"])] = row["amount"]
    owed = [Owed(key, name, amounts) for key, (name, amounts) in found.items()]
    return sorted(owed, key=lambda one: (-one.late, -one.total, one.name))
