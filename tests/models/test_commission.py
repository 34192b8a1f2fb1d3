"""What a rate makes of instalments, and how a line explains itself."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from models.commission import Rate, expected_on, why
from models.payment import Income

D = Decimal
PARTS = [D("40000.40"), D("20000.21"), D("20000.20"), D("20000.20")]


@pytest.mark.parametrize(
    ("rate", "lines"),
    [
        (Rate(percent=D("17.5")), ["7000.07", "3500.04", "3500.04", "3500.04"]),
        (Rate(fixed=D("1000.01")), ["400.00", "200.01", "200.00", "200.00"]),
        (Rate(percent=D(1), fixed=D(1000)), ["800.00", "400.00", "400.00", "400.00"]),
        (Rate(percent=D(1), minimum=D("1000.01")), ["400.00", "200.01", "200.00", "200.00"]),
        (Rate(percent=D(2), minimum=D("1000.01")), ["800.01", "400.00", "400.00", "400.00"]),
        (Rate(), ["0.00", "0.00", "0.00", "0.00"]),
    ],
)
def test_percent_is_of_each_instalment_fixed_and_minimum_are_of_the_policy(rate: Rate, lines: list[str]) -> None:
    made = rate.of(PARTS, PARTS)
    assert made == [D(line) for line in lines]


def test_a_share_is_taken_of_its_own_base_and_spread_as_the_premium() -> None:
    assert Rate(percent=D(30)).of([D(200), D(0)], [D(1000), D(3000)]) == [D(60), D(0)]
    assert Rate(fixed=D(100)).of([D(0), D(0)], [D(1000), D(3000)]) == [D(25), D(75)]
    assert Rate(percent=D(30)).of([], []) == []


@pytest.mark.parametrize(
    ("settlement", "due_on", "day"),
    [
        ("withheld", date(2026, 1, 31), date(2026, 1, 31)),
        ("after_act", date(2026, 1, 31), date(2026, 2, 28)),
        ("after_act", date(2026, 12, 1), date(2027, 1, 31)),
    ],
)
def test_commission_is_expected_with_the_premium_or_after_the_act(settlement: str, due_on: date, day: date) -> None:
    assert expected_on(settlement, due_on) == day


def line(**values: object) -> Income:
    """A commission line of 200 roubles."""
    told = {"deal_id": uuid4(), "payment_id": uuid4(), "amount": D(200), "origin": "rule"}
    return Income(**told | values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"rule_id": uuid4(), "rate_percent": D(20), "base_amount": D(1000)}, "20% of 1000 by the rule “К”"),
        ({"rule_id": uuid4(), "rate_percent": D(1), "base_amount": D(1000)}, "A fixed or minimum sum by the rule “К”"),
        ({"rate_percent": D(20), "base_amount": D(1000)}, "20% of 1000: the policy's own percentage"),
        ({"reverses_id": uuid4(), "rate_percent": D(20), "base_amount": D(-50)}, "Claw-back: 20% of -50 returned"),
        ({"origin": "manual"}, "By hand"),
    ],
)
def test_a_line_says_why(values: dict[str, object], sentence: str) -> None:
    assert str(why(line(**values), "К")) == sentence
