"""The first agreements and rates: a proposal that the accountant replaces by the brokerage's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from models.choices import ExpenseKind, ShareOf

OWN_ENTITY = "ООО «Страховой брокер»"
SINCE = date(2024, 1, 1)

COMMISSION = {
    "osago": Decimal(10),
    "kasko": Decimal(18),
    "dago": Decimal(20),
    "green-card": Decimal(10),
    "mortgage": Decimal(30),
    "mortgage-life": Decimal(30),
    "title": Decimal(30),
    "property": Decimal(25),
    "liability": Decimal(20),
    "accident": Decimal(30),
    "health": Decimal(12),
    "travel": Decimal(30),
    "cargo": Decimal(15),
    "hazard": Decimal(15),
}
"""Percent of the premium by product, the same with every insurer until its agreement says otherwise."""

EXCEPTIONS = {
    ("ingos", "kasko"): Decimal(20),
    ("reso", "kasko"): Decimal(16),
    ("reso", "osago"): Decimal(12),
    ("alfa", "mortgage"): Decimal(35),
    ("sogaz", "mortgage"): Decimal(25),
    ("vsk", "property"): Decimal(28),
    ("sber", "mortgage"): Decimal(20),
}
"""Insurer and product with a rate of their own."""

EXPENSES = (
    ("Доля продавца", ExpenseKind.SELLER_SHARE, None, ShareOf.COMMISSION, Decimal(30)),
    ("Доля исполнителя", ExpenseKind.EXECUTOR_SHARE, None, ShareOf.COMMISSION, Decimal(10)),
    ("Скидка клиенту по КАСКО", ExpenseKind.CLIENT_DISCOUNT, "kasko", ShareOf.PREMIUM, Decimal(3)),
)
"""Name, kind, product (none: every one), what the percentage is taken of, percent."""


def rate_of(insurer: str, product: str) -> Decimal:
    """Percent of the premium that an insurer pays for a product."""
    return EXCEPTIONS.get((insurer, product), COMMISSION[product])
