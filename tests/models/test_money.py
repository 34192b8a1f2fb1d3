"""Rounding, percentages and parts, judged by whole kopecks and exact fractions."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import Invalid
from models.money import LARGEST, money, percent_of, split

sums = st.integers(-(10**14) + 1, 10**14 - 1).map(lambda kopecks: Decimal(kopecks).scaleb(-2))
fine = st.integers(-(10**13), 10**13).map(lambda tenths: Decimal(tenths).scaleb(-5))
weights = st.lists(
    st.one_of(st.integers(0, 100), st.decimals(0, 100, places=3, allow_nan=False, allow_infinity=False)),
    min_size=1,
    max_size=12,
).filter(any)


def nearest_kopeck(value: Fraction) -> Fraction:
    """By trying the neighbours: the closest whole kopeck, of two equally close the one farther from zero."""
    kopecks = value * 100
    candidates = range(int(kopecks) - 2, int(kopecks) + 3)
    return Fraction(min(candidates, key=lambda n: (abs(n - kopecks), -abs(n))), 100)


@given(fine)
@example(Decimal("0.005"))
@example(Decimal("-0.005"))
@example(Decimal("2.675"))
@example(Decimal("84287.965"))
def test_money_is_the_nearest_kopeck_and_halves_go_away_from_zero(value: Decimal) -> None:
    assert Fraction(money(value)) == nearest_kopeck(Fraction(value))
    assert money(Fraction(value)) == money(value)
    assert money(str(value)) == money(value)
    assert money(value).as_tuple().exponent == -2


@given(st.fractions(-(10**9), 10**9, max_denominator=10**6))
def test_fractions_round_by_the_same_rule(value: Fraction) -> None:
    assert Fraction(money(value)) == nearest_kopeck(value)


def test_the_ambient_decimal_context_has_no_say() -> None:
    with localcontext(prec=4, rounding=ROUND_HALF_EVEN):
        assert money("123456.785") == Decimal("123456.79")
        assert money(Fraction(123456785, 1000)) == Decimal("123456.79")
        assert percent_of(Decimal("123456.70"), 15) == Decimal("18518.51")
        assert split(Decimal("248894.87"), (40, 20, 20, 20))[0] == Decimal("99557.95")


@pytest.mark.parametrize("value", ["-0.004", "0", "-0"])
def test_nothing_is_never_negative(value: str) -> None:
    assert str(money(value)) == "0.00"
    assert str(money(Fraction(value))) == "0.00"


@pytest.mark.parametrize("value", [0.1, float("nan"), True, None, b"1"])
def test_what_has_lost_its_kopecks_is_no_money(value: object) -> None:
    with pytest.raises(TypeError):
        money(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), "-inf", "nan", "сто", "", "1e400000"]
)
def test_what_is_not_a_sum_is_refused(value: Decimal | str) -> None:
    with pytest.raises(Invalid):
        money(value)


def test_what_the_column_cannot_hold_is_refused() -> None:
    assert money(LARGEST) == LARGEST
    assert money(-LARGEST) == -LARGEST
    for value in (
        LARGEST + Decimal("0.001"),
        Decimal(10) ** 12,
        Fraction(10**12),
        Fraction(10**14 - 1, 100) + Fraction(1, 200),
    ):
        with pytest.raises(Invalid):
            money(value)


@given(fine, st.decimals(-1000, 1000, places=4))
@example(Decimal("100.10"), Decimal("12.5"))
def test_a_percentage_is_rounded_once(amount: Decimal, percent: Decimal) -> None:
    assert Fraction(percent_of(amount, percent)) == nearest_kopeck(Fraction(amount) * Fraction(percent) / 100)


def test_a_percentage_of_no_number_is_refused() -> None:
    with pytest.raises(Invalid):
        percent_of(Decimal(100), Decimal("NaN"))
    with pytest.raises(TypeError):
        percent_of(Decimal(100), 12.5)  # type: ignore[arg-type]


@given(sums, weights)
@example(Decimal("100001.01"), [40, 20, 20, 20])
@example(Decimal("-100001.01"), [40, 20, 20, 20])
@example(Decimal("0.01"), [1] * 12)
def test_parts_are_exact_in_sum_fair_and_mirrored(total: Decimal, weights: list[Decimal | int]) -> None:
    parts = split(total, weights)
    whole = sum(map(Fraction, weights))
    due, given_out = Fraction(0), Fraction(0)
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(total) * Fraction(weight) / whole
        assert abs(Fraction(part) - share) <= Fraction(1, 100)
        assert part * total >= 0
        due, given_out = due + share, given_out + Fraction(part)
        assert given_out == nearest_kopeck(due)
    assert given_out == Fraction(total)
    assert split(-total, weights) == [-part for part in parts]


@given(sums, weights, st.integers(2, 50))
def test_only_the_proportion_of_the_weights_matters(total: Decimal, weights: list[Decimal | int], times: int) -> None:
    assert split(total, [weight * times for weight in weights]) == split(total, weights)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        ("100001.01", (40, 20, 20, 20), ("40000.40", "20000.21", "20000.20", "20000.20")),
        ("248894.87", (40, 20, 20, 20), ("99557.95", "49778.97", "49778.98", "49778.97")),
        ("168575.93", (1, 1), ("84287.97", "84287.96")),
        ("64326.56", (1, 1, 1, 1), ("16081.64",) * 4),
        ("-168575.93", (1, 1), ("-84287.97", "-84287.96")),
        ("100", (1, 1, 1), ("33.33", "33.34", "33.33")),
        ("100", (0, 1, 0), ("0", "100", "0")),
        ("0", (1, 2), ("0", "0")),
    ],
)
def test_parts_as_insurers_write_them(total: str, weights: tuple[int, ...], parts: tuple[str, ...]) -> None:
    assert split(Decimal(total), weights) == [Decimal(part) for part in parts]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [Decimal("NaN")], [Decimal("Infinity"), 1]])
def test_weights_that_mean_nothing_are_refused(weights: list[Decimal | int]) -> None:
    with pytest.raises(Invalid):
        split(Decimal(100), weights)
