"""Early termination, judged by paying the premium out day by day in exact fractions."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Invalid
from models.refunds import LOAN_COOLING_OFF, claw_back, cooling_off_until, termination_refund
from tests.models.test_money import nearest_kopeck

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
premiums = st.integers(0, 10**11).map(lambda kopecks: Decimal(kopecks).scaleb(-2))
percents = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)


def unearned_day_by_day(premium: Decimal, paid: Decimal, first: date, last: date, stopped: date) -> Fraction:
    """What is left of `paid` when each covered day up to `stopped` has taken its even share of the premium."""
    day_count = sum(1 for _ in range(first.toordinal(), last.toordinal() + 1))
    left = Fraction(paid)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if ordinal <= stopped.toordinal():
            left -= Fraction(premium) / day_count
    return max(left, Fraction(0))


@given(premiums, st.fractions(0, 1), st.integers(0, 500), st.integers(-30, 530), percents)
def test_a_refund_is_what_was_paid_for_days_not_covered(
    premium: Decimal, paid_share: Fraction, length: int, stop: int, percent: Decimal
) -> None:
    first = date(2026, 1, 1)
    last, stopped = first + timedelta(days=length), first + timedelta(days=stop)
    paid = Decimal(int(premium * 100 * paid_share.numerator / paid_share.denominator)).scaleb(-2)
    refund = termination_refund(premium, paid, (first, last), stopped, percent)
    assert Fraction(refund.unearned) == nearest_kopeck(unearned_day_by_day(premium, paid, first, last, stopped))
    assert Fraction(refund.retained) == nearest_kopeck(Fraction(refund.unearned) * Fraction(percent) / 100)
    assert refund.amount + refund.retained == refund.unearned
    assert 0 <= refund.amount <= paid


def test_a_compulsory_motor_policy_stopped_half_way_keeps_23_percent() -> None:
    refund = termination_refund(Decimal("7300.00"), Decimal("7300.00"), YEAR, date(2026, 7, 1), 23)
    assert (refund.unearned, refund.retained, refund.amount) == (
        Decimal("3660.00"),
        Decimal("841.80"),
        Decimal("2818.20"),
    )


def test_the_arrear_of_an_instalment_is_no_refund() -> None:
    refund = termination_refund(Decimal(1000), Decimal(250), YEAR, date(2026, 6, 30), 0)
    assert refund.amount == 0


def test_what_was_paid_above_the_premium_goes_back_even_after_the_end() -> None:
    assert termination_refund(Decimal(1000), Decimal(1100), YEAR, date(2028, 1, 1), 0).amount == Decimal(100)


def test_a_policy_stopped_before_its_cover_gives_everything_back() -> None:
    assert termination_refund(Decimal(1000), Decimal(1000), YEAR, date(2025, 12, 20), 0).amount == Decimal(1000)
    assert termination_refund(Decimal(1000), Decimal(1000), YEAR, date(2027, 1, 1), 0).amount == 0


@pytest.mark.parametrize(
    ("premium", "paid", "cover", "percent"),
    [
        (Decimal(-1), Decimal(0), YEAR, 0),
        (Decimal(1), Decimal(-1), YEAR, 0),
        (Decimal(1), Decimal(1), YEAR, -1),
        (Decimal(1), Decimal(1), YEAR, Decimal("100.1")),
        (Decimal(1), Decimal(1), (date(2026, 1, 2), date(2026, 1, 1)), 0),
    ],
)
def test_a_refund_of_nonsense_is_refused(
    premium: Decimal, paid: Decimal, cover: tuple[date, date], percent: Decimal | int
) -> None:
    with pytest.raises(Invalid):
        termination_refund(premium, paid, cover, date(2026, 6, 1), percent)


@given(premiums, premiums.filter(bool), st.fractions(0, 1))
def test_a_claw_back_takes_the_share_that_was_returned(commission: Decimal, premium: Decimal, share: Fraction) -> None:
    returned = Decimal(int(premium * 100 * share.numerator / share.denominator)).scaleb(-2)
    line = claw_back(commission, premium, returned)
    assert -Fraction(line) == nearest_kopeck(Fraction(commission) * Fraction(returned) / Fraction(premium))
    assert -commission <= line <= 0
    assert claw_back(commission, premium, premium) == -commission


def test_a_claw_back_of_a_negative_line_gives_it_back() -> None:
    assert claw_back(Decimal("-150.00"), Decimal(1000), Decimal(500)) == Decimal("75.00")


@pytest.mark.parametrize(("premium", "returned"), [("0", "0"), ("-5", "-1"), ("100", "100.01"), ("100", "-0.01")])
def test_no_more_is_clawed_back_than_was_paid(premium: str, returned: str) -> None:
    with pytest.raises(Invalid):
        claw_back(Decimal(10), Decimal(premium), Decimal(returned))


def test_the_cooling_off_counts_from_the_next_day() -> None:
    assert cooling_off_until(date(2026, 2, 20)) == date(2026, 3, 6)
    assert cooling_off_until(date(2026, 2, 20), LOAN_COOLING_OFF) == date(2026, 3, 22)
