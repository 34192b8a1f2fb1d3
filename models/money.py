"""Roubles and kopecks: the one rounding rule, percentages and parts (`numeric(14,2)` in the database)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction
from itertools import accumulate, pairwise
from math import floor

from models.errors import Invalid
from models.texts import N_

Exact = Decimal | Fraction | int

KOPECK = Decimal("0.01")
LARGEST = Decimal("999999999999.99")

# Half away from zero, as PostgreSQL rounds numeric; wide enough that no sum or rate in range loses a digit first.
_ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP)


def money(value: Exact | str) -> Decimal:
    """Roubles with two places, half away from zero, never -0.00.

    `Invalid` for what is not a finite sum in range; `TypeError` for a float, whose kopecks are already lost.
    """
    if isinstance(value, bool | float) or not isinstance(value, Decimal | Fraction | int | str):
        raise TypeError(f"Money is never a {type(value).__name__}")
    if isinstance(value, Fraction):
        return _of_fraction(value)
    number = _decimal(value)
    if not number.is_finite():
        raise Invalid(N_("“{value}” is not a sum of money"), value=str(value))
    if number.copy_abs() > LARGEST:
        raise Invalid(N_("The sum is larger than {largest}"), largest=LARGEST)
    return number.quantize(KOPECK, context=_ROUNDING) or Decimal("0.00")


def percent_of(amount: Decimal | int, percent: Decimal | int) -> Decimal:
    """`percent` per cent of `amount`, rounded once."""
    return money(_ROUNDING.multiply(_finite(amount), _finite(percent)).scaleb(-2, context=_ROUNDING))


def split(total: Decimal | int, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Parts of `total` in proportion to `weights`, their sum exact to the kopeck. `Invalid` where no weight counts.

    Part n is the rounded share due up to n less the rounded share due before it: no kopeck is left over for an
    arbitrary part, each part is less than a kopeck from its exact share, and a refund mirrors the charge.
    """
    whole = money(total)
    shares = [Fraction(_finite(weight)) for weight in weights]
    if not any(shares) or min(shares) < 0:
        raise Invalid(N_("The parts need weights of zero or more, at least one of them above zero"))
    upto = [money(Fraction(whole) * share / sum(shares)) for share in accumulate(shares, initial=Fraction(0))]
    return [_ROUNDING.subtract(after, before) for before, after in pairwise(upto)]


def _decimal(value: Decimal | int | str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Invalid(N_("“{value}” is not a sum of money"), value=str(value)) from None


def _of_fraction(value: Fraction) -> Decimal:
    kopecks = floor(abs(value) * 100 + Fraction(1, 2))
    return money(Decimal(kopecks if value >= 0 else -kopecks).scaleb(-2, context=_ROUNDING))


def _finite(value: Decimal | int) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, Decimal | int):
        raise TypeError(f"Money and rates are never a {type(value).__name__}")
    number = Decimal(value)
    if not number.is_finite():
        raise Invalid(N_("“{value}” is not a number"), value=str(value))
    return number
