"""Random stories of policies: a plan, a rate, what is paid, endorsements, an early end; told to the program's functions
and to the oracle, kopeck by kopeck."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from models.choices import DifferencePaid
from models.differences import place
from models.errors import Invalid
from models.money import percent_of, split
from models.plan_spellings import parse_plan
from models.plans import schedule
from models.refunds import claw_back, termination_refund
from tests.money import oracle

KNOWN = ("once", "equal-2", "equal-4", "equal-12", "50-50", "40-20-20-20", "ежемесячно", "2 платежа")


@dataclass
class Told:
    """The same story twice, and the sums that PostgreSQL is asked to round as well."""

    ours: list[object] = field(default_factory=list)
    theirs: list[object] = field(default_factory=list)
    percents: list[tuple[Decimal, Decimal, Decimal]] = field(default_factory=list)
    """Sum, percent, result."""
    splits: list[tuple[Decimal, list[Decimal], list[Decimal]]] = field(default_factory=list)
    """Total, weights, parts."""

    def both(self, ours: object, theirs: object) -> None:
        """One step of the story as the program has it, and as the oracle has it."""
        self.ours.append(ours)
        self.theirs.append(theirs)


def roubles(kopecks: int) -> Decimal:
    """A sum as the program takes it."""
    return Decimal(kopecks).scaleb(-2)


def kopecks(amounts: Iterator[Decimal] | list[Decimal] | tuple[Decimal, ...]) -> list[int]:
    """Sums as the oracle has them. Raises for a part of a kopeck."""
    found = [amount * 100 for amount in amounts]
    assert all(amount == int(amount) for amount in found)
    return [int(amount) for amount in found]


def spelled(dice: Random) -> tuple[str, list[Fraction], list[int]]:
    """A plan as people write it, its weights, and the months after which its instalments are due."""
    if dice.random() < 0.4:
        spelling = dice.choice(KNOWN)
        known = {"ежемесячно": "equal-12", "2 платежа": "equal-2", "once": "equal-1"}.get(spelling, spelling)
        if known.startswith("equal-"):
            count = int(known.removeprefix("equal-"))
            return spelling, [Fraction(1)] * count, [12 * n // count for n in range(count)]
        weights = [Fraction(part) for part in known.split("-")]
        return spelling, weights, [0, 3] if known == "50-50" else [0, 3, 6, 9]
    count = dice.randint(2, 8)
    cuts = sorted(dice.sample(range(1, 1000), count - 1))
    tenths = [after - before for before, after in zip([0, *cuts], [*cuts, 1000], strict=True)]
    months = sorted(dice.sample(range(24), count))
    percents = dice.choice("/-").join(str(Decimal(part) / 10) for part in tenths)
    return f"{percents}@{'-'.join(map(str, months))}", [Fraction(part, 10) for part in tenths], months


def tell(dice: Random) -> Told:
    """One story."""
    told = Told()
    premium = dice.choice((dice.randint(1, 10**4), dice.randint(1, 10**8), dice.randint(1, 10**11)))
    start = date(2020, 1, 1) + timedelta(days=dice.randrange(4000))
    amounts, end = planned(dice, told, premium, start)
    lines = earned(dice, told, amounts)
    begun = dice.randint(0, len(amounts))
    premium, amounts = endorse(dice, told, premium, amounts, begun)
    terminate(dice, told, premium, amounts[:begun], lines[:begun], (start, end))
    return told


def planned(dice: Random, told: Told, premium: int, start: date) -> tuple[list[int], date]:
    """The instalments: days, sums, covers."""
    spelling, weights, months = spelled(dice)
    due = [oracle.months_on(start, after) for after in months]
    end = due[-1] + timedelta(days=dice.randint(0, 400))
    made = schedule(parse_plan(spelling), roubles(premium), start, end)
    parts = oracle.parts(premium, weights)
    told.both(
        [(one.due_on, *kopecks([one.amount]), one.covered_until) for one in made],
        list(zip(due, parts, oracle.covers(due, end), strict=True)),
    )
    told.splits.append((roubles(premium), [decimal(one) for one in weights], [one.amount for one in made]))
    return [part for part in parts if part] or [premium], end


def decimal(value: Fraction) -> Decimal:
    """A weight of tenths."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def earned(dice: Random, told: Told, amounts: list[int]) -> list[int]:
    """Commission by a percentage, fixed and minimum sums; a share of it."""
    percent = Decimal(dice.randint(0, 10**6)).scaleb(-dice.choice((2, 4))) if dice.random() < 0.9 else None
    percent = min(percent, Decimal(100)) if percent is not None else None
    fixed = dice.randint(1, 10**7) if percent is None or dice.random() < 0.1 else None
    minimum = dice.randint(1, 10**7) if dice.random() < 0.1 else None
    bases = [roubles(amount) for amount in amounts]
    of = expected(bases, percent, *(None if one is None else roubles(one) for one in (fixed, minimum)))
    lines = oracle.commission(amounts, None if percent is None else Fraction(percent), fixed, minimum)
    told.both(kopecks(of), lines)
    if percent is not None:
        told.percents += [(base, percent, percent_of(base, percent)) for base in bases]
    if fixed is not None:
        told.splits.append((roubles(fixed), bases, split(roubles(fixed), bases)))
    share = Decimal(dice.randint(0, 10_000)).scaleb(-2)
    shares = [oracle.nearest(one * Fraction(share) / 100) for one in lines]
    told.both(kopecks([percent_of(line, share) for line in of]), shares)
    told.percents += [(line, share, percent_of(line, share)) for line in of]
    return lines


def expected(
    bases: list[Decimal], percent: Decimal | None, fixed: Decimal | None, minimum: Decimal | None
) -> list[Decimal]:
    """What the rules' statement makes of it, put together from the arithmetic that both have."""
    parts = [percent_of(base, percent or 0) for base in bases]
    if fixed:
        parts = [part + more for part, more in zip(parts, split(fixed, bases), strict=True)]
    return split(minimum, bases) if minimum and sum(parts) < minimum else parts


def endorse(dice: Random, told: Told, premium: int, amounts: list[int], begun: int) -> tuple[int, list[int]]:
    """Up to three changes of the premium, each placed in one of the ways that fit."""
    paid, unpaid, apart = amounts[:begun], amounts[begun:], 0
    for _ in range(dice.randint(0, 3)):
        change = dice.randint(-premium + 1, premium) if premium > 1 else dice.randint(0, 10**4)
        how = dice.choice(list(DifferencePaid))
        try:
            placed = place(how, [roubles(one) for one in unpaid], roubles(sum(paid) + min(apart, 0)), roubles(change))
        except Invalid:
            told.both(is_impossible(how, unpaid, sum(paid) + min(apart, 0), change), True)
            continue
        if not change:
            continue
        parts, added = oracle.endorsed(unpaid, change, str(how))
        told.both((kopecks(placed.unpaid), *kopecks([placed.added])), (parts, added))
        if how == DifferencePaid.SPREAD and added == 0 and unpaid:
            told.splits.append((sum(placed.unpaid, Decimal(0)), [roubles(one) for one in unpaid], list(placed.unpaid)))
        premium, unpaid, apart = premium + change, [part for part in parts if part], apart + added
        told.both(sum(paid) + sum(unpaid) + apart, premium)
    return premium, [*paid, *unpaid]


def is_impossible(how: DifferencePaid, unpaid: list[int], paid: int, change: int) -> bool:
    """Whether the definitions refuse it too."""
    if change > 0:
        return how == DifferencePaid.REFUND or (how == DifferencePaid.SPREAD and not unpaid)
    return paid < (-change - sum(unpaid) if how == DifferencePaid.SPREAD else -change)


def terminate(
    dice: Random, told: Told, premium: int, paid: list[int], lines: list[int], cover: tuple[date, date]
) -> None:
    """The cover ends early: what goes back to the client, and of each line of commission."""
    first, last = cover
    stopped = first + timedelta(days=dice.randint(-5, (last - first).days + 5))
    kept = Decimal(dice.randint(0, 1000)).scaleb(-1)
    refund = termination_refund(roubles(premium), roubles(sum(paid)), cover, stopped, kept)
    unearned, back = oracle.returned(premium, sum(paid), first, last, stopped, Fraction(kept))
    told.both(kopecks([refund.unearned, refund.amount]), [unearned, back])
    if not back:
        return
    sums = [roubles(one) for one in paid]
    shares = split(refund.amount, sums)
    taken = [claw_back(roubles(line), amount, share) for line, amount, share in zip(lines, sums, shares, strict=True)]
    told.both(kopecks(taken), oracle.taken_back(lines, paid, back))
    told.splits.append((refund.amount, sums, shares))
