"""VAT is contained in an amount and rounded once; Python, exact fractions and PostgreSQL agree."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from sqlalchemy import text

from models.choices import VatMode
from models.vat import PERCENT, vat_by_mode, vat_in
from tests.world import World

CASES = 20_000
LARGEST = 99_999_999_999_999


def oracle(kopecks: int, percent: int) -> int:
    """Kopecks of VAT by whole numbers alone, half away from zero."""
    exact = Fraction(abs(kopecks) * percent, 100 + percent)
    found = floor(exact + Fraction(1, 2))
    return found if kopecks >= 0 else -found


def drawn(dice: random.Random) -> int:
    """Kopecks of every size, of both signs, some of them where half a kopeck is near."""
    size = dice.choice((100, 10_000, 1_000_000, LARGEST))
    return dice.randint(-size, size)


def cases() -> list[tuple[int, VatMode]]:
    dice = random.Random(20260101)
    modes = list(VatMode)
    small = [(kopecks, mode) for kopecks in range(-300, 301) for mode in modes]
    return small + [(drawn(dice), dice.choice(modes)) for _ in range(CASES)]


@pytest.mark.parametrize(
    ("amount", "mode", "vat"),
    [
        ("122.00", "22", "22.00"),
        ("100.00", "22", "18.03"),
        ("105.00", "5", "5.00"),
        ("107.00", "7", "7.00"),
        ("0.01", "22", "0.00"),
        ("0.03", "22", "0.01"),
        ("-100.00", "22", "-18.03"),
        ("9876.54", "none", "0.00"),
    ],
)
def test_the_vat_of_an_amount(amount: str, mode: str, vat: str) -> None:
    assert vat_in(Decimal(amount), mode) == Decimal(vat)


def test_python_agrees_with_exact_fractions() -> None:
    wrong = [
        (kopecks, mode)
        for kopecks, mode in cases()
        if vat_in(Decimal(kopecks).scaleb(-2), mode) * 100 != oracle(kopecks, PERCENT[mode])
    ]
    assert wrong == []


def test_the_oracle_tells_another_rounding() -> None:
    """Negative control: VAT put on top, and bankers' rounding, are not the same."""
    found = [(k, m) for k, m in cases() if m is not VatMode.NONE and oracle(k, PERCENT[m]) != k * PERCENT[m] // 100]
    assert len(found) > CASES / 2


async def test_the_database_agrees_with_exact_fractions(world: World) -> None:
    kopecks, modes = zip(*cases(), strict=True)
    async with world.database.transaction(world.olga) as work:
        found = await work.scalars(
            text(
                "SELECT crm.vat_in(k::numeric / 100, m) FROM unnest(:kopecks ::bigint[], :modes ::text[]) AS c (k, m)"
            ),
            {"kopecks": list(kopecks), "modes": [str(mode) for mode in modes]},
        )
        differ = [
            (k, m, got) for k, m, got in zip(kopecks, modes, found, strict=True) if got * 100 != oracle(k, PERCENT[m])
        ]
    assert differ == []


def test_totals_by_mode_are_sums_of_lines() -> None:
    lines = [("22", Decimal("0.03"), Decimal("0.01")) for _ in range(100)] + [("none", Decimal(5), Decimal(0))]
    assert vat_by_mode(lines) == [
        (VatMode.NONE, Decimal(5), Decimal(0)),
        (VatMode.TWENTY_TWO, Decimal("3.00"), Decimal("1.00")),
    ]
