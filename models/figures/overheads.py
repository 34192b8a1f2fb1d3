"""What is earned less what is paid out, by month: expenses by kind, VAT and transit kept out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from models.choices import ExpenseKind
from models.figures.asked import Asked, ask
from models.session import Work

VAT = "i.received_amount - round(i.received_amount * 100 / (100 + {rate}), 2)"
RATE = "CASE i.vat_mode WHEN 'none' THEN 0 ELSE i.vat_mode::int END"
VAT_WITHIN = VAT.format(rate=RATE)
"""The tax within a sum that came, rounded line by line: sums of commission are with VAT."""
# ruff: noqa: S608 - statements are put together of our own pieces; what is asked for are their parameters.
SHARES = (ExpenseKind.SELLER_SHARE, ExpenseKind.EXECUTOR_SHARE, ExpenseKind.PARTNER_SHARE)
BY_DAY = f"""
SELECT i.received_on AS day, 'received' AS what, sum(i.received_amount) AS amount,
       sum({VAT_WITHIN}) AS vat
FROM crm.payment_incomes i WHERE i.received_on BETWEEN :first AND :last {{payment_incomes i}} GROUP BY 1
UNION ALL
SELECT e.paid_on, e.kind, sum(e.amount), 0
FROM crm.payment_expenses e
WHERE e.status = 'paid' AND e.paid_on BETWEEN :first AND :last {{payment_expenses e}} GROUP BY 1, 2"""


class Earned(NamedTuple):
    """A month in roubles: what came, the VAT within it, what was paid out by kind."""

    first: date
    received: Decimal
    vat: Decimal
    expenses: Mapping[ExpenseKind, Decimal]

    @property
    def revenue(self) -> Decimal:
        """What came, without the tax."""
        return self.received - self.vat

    @property
    def paid(self) -> Decimal:
        """All that was paid out."""
        return sum(self.expenses.values(), Decimal(0))

    @property
    def shares(self) -> Decimal:
        """Shares of people and partners."""
        return sum((self.expenses[kind] for kind in SHARES), Decimal(0))

    @property
    def profit(self) -> Decimal:
        """What is left."""
        return self.revenue - self.paid

    def percent(self, part: Decimal) -> Decimal | None:
        """A part of the revenue."""
        return round(100 * part / self.revenue, 1) if self.revenue > 0 else None


async def overheads(work: Work, asked: Asked) -> list[Earned]:
    """The period's months in their order."""
    found: dict[date, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in await ask(work, BY_DAY, asked):
        sums = found[row["day"].replace(day=1)]
        sums[row["what"]] += row["amount"]
        sums["vat"] += row["vat"]
    return [
        Earned(month, sums["received"], sums["vat"], {kind: sums[kind.value] for kind in ExpenseKind})
        for month in asked.months
        for sums in (found[month],)
    ]


def together(months: list[Earned]) -> Earned:
    """All of them as one."""
    return Earned(
        months[0].first,
        sum((one.received for one in months), Decimal(0)),
        sum((one.vat for one in months), Decimal(0)),
        {kind: sum((one.expenses[kind] for one in months), Decimal(0)) for kind in ExpenseKind},
    )
