"""What is told of an arithmetic is what was reckoned: the same kopecks as `models/money.py`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from models.choices import Settlement
from models.money import percent_of, split
from models.reasons import Terms, part_told, percent_told, usual_day

KOPECK = Fraction(1, 100)


def kopecks(random: Random, most: int = 10**9) -> Decimal:
    """A sum in roubles."""
    return Decimal(random.randint(-most, most)) / 100


def test_a_percentage_is_told_as_it_was_rounded() -> None:
    random = Random(5)
    for _ in range(2_000):
        base, percent = kopecks(random), Decimal(random.randint(0, 10_000)) / 100
        told = percent_told(base, percent)
        assert told.amount == percent_of(base, percent) and abs(told.added) <= KOPECK / 2
        assert told.exact + told.added == Fraction(told.amount)


def test_a_part_is_told_as_it_was_split() -> None:
    random = Random(7)
    for _ in range(200):
        total, weights = kopecks(random), [random.randint(1, 100) for _ in range(random.randint(1, 12))]
        parts = split(total, weights)
        for place, part in enumerate(parts):
            told = part_told(total, weights, place)
            assert told.amount == part and abs(told.exact - Fraction(part)) < KOPECK
        assert sum(part_told(total, weights, place).exact for place in range(len(weights))) == Fraction(total)


def test_terms_make_percent_fixed_and_minimum() -> None:
    amounts = [Decimal("40000.40"), Decimal("20000.21"), Decimal("20000.20"), Decimal("20000.20")]
    assert Terms(Decimal(20), None).parts(amounts, amounts)[1] == Decimal("4000.04")
    both = Terms(Decimal(5), Decimal("1000.01")).parts(amounts, amounts)
    assert sum(both) == sum(percent_of(amount, 5) for amount in amounts) + Decimal("1000.01")
    assert sum(Terms(Decimal(1), None, Decimal("3000.01")).parts(amounts, amounts)) == Decimal("3000.01")
    assert Terms(Decimal(10), None).parts([], []) == []


def test_commission_is_usually_here_at_once_or_after_the_months_act() -> None:
    due = date(2026, 1, 31)
    assert usual_day(Settlement.WITHHELD, due) == due
    assert usual_day(Settlement.AFTER_ACT, due) == date(2026, 2, 28)
