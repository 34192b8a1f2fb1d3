"""Kinds of insurance with their terms: days of warning, what an insurer keeps of a refund, days to think it over."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from models.choices import ObjectKind
from models.dates import EXPIRY_LEAD, INSTALMENT_LEAD, LONG_EXPIRY_LEAD
from models.refunds import COOLING_OFF, LOAN_COOLING_OFF

OSAGO_WITHHELD = Decimal(23)
"""3 % to the union of insurers and 20 % of costs, by the tariff's structure (Bank of Russia, 6007-У)."""


class ProductSeed(NamedTuple):
    """One product as it is first made."""

    slug: str
    name: str
    object_kind: ObjectKind
    review_lead_days: int = EXPIRY_LEAD
    refund_withheld_percent: Decimal = Decimal(0)
    cooling_off_days: int = COOLING_OFF
    default_plan: str = "once"
    is_compulsory: bool = False
    instalment_lead_days: int = INSTALMENT_LEAD


K = ObjectKind
PRODUCTS = (
    ProductSeed("osago", "ОСАГО", K.VEHICLE, EXPIRY_LEAD, OSAGO_WITHHELD, 0, is_compulsory=True),
    ProductSeed("kasko", "КАСКО", K.VEHICLE, LONG_EXPIRY_LEAD, default_plan="50-50"),
    ProductSeed("dago", "ДАГО", K.VEHICLE),
    ProductSeed("green-card", "Зелёная карта", K.VEHICLE, 14),
    ProductSeed("mortgage", "Ипотека", K.MORTGAGE, LONG_EXPIRY_LEAD, cooling_off_days=LOAN_COOLING_OFF),
    ProductSeed("mortgage-life", "Жизнь заёмщика", K.MORTGAGE, LONG_EXPIRY_LEAD, cooling_off_days=LOAN_COOLING_OFF),
    ProductSeed("title", "Титул", K.MORTGAGE, LONG_EXPIRY_LEAD, cooling_off_days=LOAN_COOLING_OFF),
    ProductSeed("property", "Имущество", K.PROPERTY, default_plan="equal-2"),
    ProductSeed("liability", "Ответственность", K.OTHER),
    ProductSeed("accident", "НС", K.PERSONS),
    ProductSeed("health", "ДМС", K.PERSONS, default_plan="equal-4"),
    ProductSeed("travel", "ВЗР", K.TRIP, 7),
    ProductSeed("cargo", "Грузы", K.OTHER, default_plan="equal-4"),
    ProductSeed("hazard", "ОПО", K.PROPERTY, is_compulsory=True, cooling_off_days=0),
)
