"""How a line explains itself."""

from decimal import Decimal
from uuid import uuid4

import pytest

from models.commission import why
from models.payment import Income

D = Decimal


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
        ({"reverses_id": uuid4(), "origin": "manual"}, "Reversal of money that had come"),
    ],
)
def test_a_line_says_why(values: dict[str, object], sentence: str) -> None:
    assert str(why(line(**values), "К")) == sentence
