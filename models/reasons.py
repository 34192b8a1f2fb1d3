"""Arithmetic that can be told: what a sum was before it was rounded, and where in a split its kopecks come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from models.money import money


@dataclass(frozen=True, slots=True)
class Rounded:
    """A sum in roubles and what it was before it was rounded to the kopeck."""

    exact: Fraction
    amount: Decimal

    @property
    def added(self) -> Fraction:
        """What rounding has added, below a kopeck; negative where it took away."""
        return Fraction(self.amount) - self.exact


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a split: the rounded share of all parts up to it less that of all before it."""

    share: Fraction
    """The part's weight in all weights."""
    upto: Rounded
    before: Rounded

    @property
    def amount(self) -> Decimal:
        """The part, in roubles."""
        return self.upto.amount - self.before.amount

    @property
    def exact(self) -> Fraction:
        """The part without any rounding."""
        return self.upto.exact - self.before.exact


def percent_told(base: Decimal, percent: Decimal) -> Rounded:
    """`percent` per cent of `base`; the same sum as `money.percent_of`."""
    exact = Fraction(base) * Fraction(percent) / 100
    return Rounded(exact, money(exact))


def part_told(total: Decimal, weights: Sequence[Decimal | int], place: int) -> Part:
    """The part at `place`, from 0, of `total` by `weights`; the same sum as `money.split`."""
    shares = [Fraction(weight) for weight in weights]
    upto = [Fraction(total) * share / sum(shares) for share in accumulate(shares, initial=Fraction(0))]
    ends = [Rounded(exact, money(exact)) for exact in (upto[place + 1], upto[place])]
    return Part(shares[place] / sum(shares), *ends)
