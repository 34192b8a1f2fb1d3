"""What plans, rates, shares, endorsements and early ends come to, from the definitions: exact fractions, whole kopecks.

Nothing of the program is imported: whole kopecks as integers, days as ordinals, rounding by the nearest kopeck.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise


def nearest(kopecks: Fraction) -> int:
    """The nearest whole kopeck; of two equally near ones the one farther from nought."""
    below = kopecks.numerator // kopecks.denominator
    rest = kopecks - below
    half = Fraction(1, 2)
    if rest == half:
        return below + 1 if kopecks > 0 else below
    return below + (rest > half)


def parts(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """What is due up to each part, to the nearest kopeck, less what was due before it."""
    whole, due, made = sum(map(Fraction, weights)), Fraction(0), [0]
    for weight in weights:
        due += Fraction(weight)
        made.append(nearest(total * due / whole))
    return [after - before for before, after in pairwise(made)]


def months_on(day: date, months: int) -> date:
    """The same day of a later month, or the last day of a month that is shorter."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def covers(due: Sequence[date], end: date) -> list[date]:
    """Each instalment pays to the day before the next, the last one to the end."""
    return [after - timedelta(days=1) for after in due[1:]] + [end]


def commission(amounts: Sequence[int], percent: Fraction | None, fixed: int | None, minimum: int | None) -> list[int]:
    """Percent of each instalment and the fixed sum by their weights; the minimum in place of less, by their weights."""
    lines = [nearest(amount * (percent or Fraction(0)) / 100) for amount in amounts]
    if fixed:
        lines = [line + more for line, more in zip(lines, parts(fixed, amounts), strict=True)]
    if minimum and sum(lines) < minimum:
        return parts(minimum, amounts)
    return lines


def endorsed(unpaid: Sequence[int], change: int, how: str) -> tuple[list[int], int]:
    """The unpaid instalments after a change of the premium, and what is added to them (below nought: goes back)."""
    if how != "spread":
        return list(unpaid), change
    left = sum(unpaid) + change
    return (parts(left, unpaid), 0) if left > 0 else ([0] * len(unpaid), left)


def returned(premium: int, paid: int, first: date, last: date, stopped: date, kept: Fraction) -> tuple[int, int]:
    """Not earned of what is paid, counted day by day, and what is left of it for the client."""
    days = last.toordinal() - first.toordinal() + 1
    used = sum(1 for day in range(first.toordinal(), last.toordinal() + 1) if day <= stopped.toordinal())
    unearned = max(0, nearest(paid - Fraction(premium * used, days)))
    return unearned, unearned - nearest(unearned * kept / 100)


def taken_back(lines: Sequence[int], amounts: Sequence[int], refund: int) -> list[int]:
    """Of each line the share that is returned of its instalment; the refund falls on the instalments by their sums."""
    shares = parts(refund, amounts)
    return [
        nearest(Fraction(-line * share, amount)) for line, share, amount in zip(lines, shares, amounts, strict=True)
    ]
