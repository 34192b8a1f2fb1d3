"""Statements as insurers really send them, made up by dice, each with the truth of its lines."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from models.identifiers import parse_policy_number
from models.money import percent_of
from models.reconciling import Expected

LATIN = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")
SERIES = ("ХХХ", "ААС", "ТТТ", "МТ", "АС", "ИП", "032АС", "SYS", "")
RATES = (Decimal(8), Decimal(10), Decimal("12.5"), Decimal(18), Decimal(20), Decimal(30))
NAMES = ("Иванов Иван Иванович", "ООО «Ромашка»", "Петрова Анна Сергеевна", "ИП Сидоров К. К.", "АО «Всего понемногу»")


@dataclass
class Line:
    """A line to be written, and what is true of it."""

    series: str
    digits: str
    holder: str
    paid_on: date
    premium: Decimal
    percent: Decimal
    commission: Decimal
    verdict: str
    about: Expected | None = None
    may_be_unknown: bool = False
    """Its series is lost and other policies have the same digits: not knowing is right too."""


@dataclass
class Made:
    """What the brokerage expects, and the lines of a statement about it."""

    known: list[Expected] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """Roubles of commission."""
        return sum((line.commission for line in self.lines), Decimal("0.00"))


def make(dice: random.Random, policies: int = 30) -> Made:
    """Policies with their instalments, and a line of some kind about most of them."""
    made = Made()
    for n in range(policies):
        series, digits = dice.choice(SERIES), f"{dice.randrange(10**9):010}"
        if n and dice.random() < 0.1:
            digits = made.known[-1].number.digits.rjust(10, "0")  # another series with the digits of the policy before
        _policy(dice, made, series, digits, UUID(int=n + 1))
    for _ in range(3):
        told = _line(dice, dice.choice(SERIES), f"9{dice.randrange(10**9):09}", money(dice), dice.choice(RATES))
        told.verdict = "unknown policy"
        made.lines.insert(dice.randrange(len(made.lines) + 1), told)
    return made


def _policy(dice: random.Random, made: Made, series: str, digits: str, key: UUID) -> None:
    number = parse_policy_number(digits, series)
    if any(one.number.key == number.key for one in made.known):
        return
    rate, premiums = dice.choice(RATES), [money(dice) for _ in range(dice.choice((1, 1, 1, 2, 4)))]
    premiums = premiums if dice.random() < 0.5 else [premiums[0]] * len(premiums)
    paid = dice.randint(1, len(premiums))
    received = dice.randint(0, paid)
    holder = dice.choice(NAMES)
    known = [
        Expected(number, n, premium, rate, None, n <= paid, n <= received, policy=key, holder=holder)
        for n, premium in enumerate(premiums, start=1)
    ]
    made.known += known
    for one in known[received:paid]:
        if dice.random() < 0.9:
            made.lines.append(_about(dice, one, series, digits))
    if received and dice.random() < 0.3:
        back = _line(dice, series, digits, -known[0].premium, rate, holder)
        back.verdict, back.about = "reversal", known[0]
        made.lines.append(back)
    if received == paid and paid == len(premiums) and dice.random() < 0.5:
        twice = _line(dice, series, digits, premiums[0], rate, holder)
        twice.verdict, twice.about = "duplicate", known[0]
        made.lines.append(twice)


def _about(dice: random.Random, one: Expected, series: str, digits: str) -> Line:
    assert one.percent is not None
    line = _line(dice, series, digits, one.premium, one.percent, one.holder)
    line.about = one
    kind = dice.random()
    if kind < 0.1:
        line.percent = next(rate for rate in RATES if rate != one.percent)
        line.commission, line.verdict = percent_of(one.premium, line.percent), "wrong rate"
    elif kind < 0.2:
        line.commission, line.verdict = (line.commission / 2).quantize(Decimal("0.01")), "partial"
    return line


def _line(
    dice: random.Random, series: str, digits: str, premium: Decimal, rate: Decimal, holder: str = "Кто-то Ещё"
) -> Line:
    day = date(2026, 10, 1) + timedelta(days=dice.randrange(31))
    return Line(series, digits, holder, day, premium, rate, percent_of(premium, rate), "match")


def money(dice: random.Random) -> Decimal:
    """A premium in roubles."""
    return Decimal(dice.randrange(150_000, 15_000_000)) / 100


def twins(known: list[Expected]) -> Counter[str]:
    """How many policies have the same digits."""
    return Counter(digits for digits, _key in {(one.number.digits, one.number.key) for one in known})
