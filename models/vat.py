"""VAT that is contained in an amount, in roubles: amount × rate / (100 + rate), rounded once (Tax Code art. 164)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from models.choices import VatMode
from models.money import money

PERCENT = {VatMode.NONE: 0, VatMode.FIVE: 5, VatMode.SEVEN: 7, VatMode.TWENTY_TWO: 22}
"""The rate of each mode. `crm.vat_in` of the database has the same arithmetic."""


def vat_in(amount: Decimal, mode: VatMode | str) -> Decimal:
    """The VAT that stands in an amount; of a negative one negative. `ValueError` for a mode that nobody knows."""
    percent = PERCENT[VatMode(mode)]
    return money(Fraction(amount) * percent / (100 + percent))


def vat_by_mode(lines: Iterable[tuple[str, Decimal, Decimal]]) -> list[tuple[VatMode, Decimal, Decimal]]:
    """Of lines (mode, amount, VAT) the sums of each mode that occurs: VAT is never reckoned anew from a sum."""
    sums: dict[VatMode, tuple[Decimal, Decimal]] = {}
    for mode, amount, vat in lines:
        so_far = sums.get(VatMode(mode), (Decimal("0.00"), Decimal("0.00")))
        sums[VatMode(mode)] = (so_far[0] + amount, so_far[1] + vat)
    return [(mode, *sums[mode]) for mode in VatMode if mode in sums]
