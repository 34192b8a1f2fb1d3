"""Arithmetic that can be told: what a sum was before it was rounded, and where in a split its kopecks come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from models.choices import Settlement
from models.dates import end_of_next_month
from models.money import money, percent_of, split


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


@dataclass(frozen=True, slots=True)
class Terms:
    """A rule's percent of each instalment's base, and its fixed sum and minimum for the policy as a whole, roubles."""

    percent: Decimal | None
    fixed: Decimal | None
    minimum: Decimal | None = None

    def parts(self, bases: Sequence[Decimal], instalments: Sequence[Decimal]) -> list[Decimal]:
        """What the rule makes of each instalment; what is for the whole policy is spread as the premium is."""
        if not instalments:
            return []
        found = [percent_of(base, self.percent or 0) for base in bases]
        if self.fixed:
            found = [part + more for part, more in zip(found, split(self.fixed, instalments), strict=True)]
        if self.minimum and sum(found) < self.minimum:
            return split(self.minimum, instalments)
        return found


def usual_day(settlement: str, due_on: date) -> date:
    """When an instalment's commission is usually here: at once where it is withheld, else after the month's act."""
    return due_on if settlement == Settlement.WITHHELD else end_of_next_month(due_on)
