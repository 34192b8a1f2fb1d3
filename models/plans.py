"""Instalment plans: how a premium is divided into payments, and when each falls due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from models.dates import add_months, day_before
from models.errors import Invalid
from models.money import split
from models.texts import N_


@dataclass(frozen=True, slots=True)
class Plan:
    """Weights of the instalments, and the months from the first date after which each falls due."""

    slug: str
    weights: tuple[Decimal | int, ...]
    months: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.weights or len(self.weights) != len(self.months):
            raise Invalid(N_("A plan needs one month for each of its instalments"))
        if not all(0 < weight < 1_000_000 for weight in self.weights):
            raise Invalid(N_("Each instalment of a plan needs a weight above zero"))
        if self.months[0] < 0 or any(later <= earlier for earlier, later in pairwise(self.months)):
            raise Invalid(N_("The months of a plan must follow one another"))


@dataclass(frozen=True, slots=True)
class Instalment:
    """One planned payment; `amount` in roubles, cover is paid for to the end of `covered_until`."""

    sequence: int
    due_on: date
    amount: Decimal
    covered_until: date


def equal_plan(count: int) -> Plan:
    """`count` equal instalments spread evenly over a year; `Invalid` unless there are 1 to 12."""
    if not 1 <= count <= 12:
        raise Invalid(N_("A year has from 1 to 12 equal instalments, not {count}"), count=count)
    slug = "once" if count == 1 else f"equal-{count}"
    return Plan(slug, (1,) * count, _over_a_year(count))


def percent_plan(percents: Sequence[Decimal | int], months: Sequence[int] | None = None) -> Plan:
    """Instalments by `percents`; without `months` halves are three months apart, all else evenly over a year.

    `Invalid` unless the percentages make 100.
    """
    if sum(percents) != 100:
        raise Invalid(N_("The percentages of a plan make {total}, not 100"), total=sum(percents))
    usual = (0, 3) if list(percents) == [50, 50] else _over_a_year(len(percents))
    after = usual if months is None else tuple(months)
    slug = "-".join(_plain(percent) for percent in percents)
    if after != usual:
        slug += "@" + "-".join(map(str, after))
    return Plan(slug, tuple(percents), after)


def schedule(plan: Plan, premium: Decimal | int, first_date: date, policy_end: date) -> list[Instalment]:
    """The plan's payments of `premium` (roubles, negative for a refund), dated from `first_date` as the anchor.

    Each covers to the day before the next, the last one to `policy_end`. `Invalid` where one is due after that.
    """
    due = [add_months(first_date, after) for after in plan.months]
    if due[-1] > policy_end:
        raise Invalid(
            N_("Instalment {sequence} would fall due on {due}, after the policy ends on {end}"),
            sequence=len(due),
            due=due[-1],
            end=policy_end,
        )
    covered = [*map(day_before, due[1:]), policy_end]
    parts = split(premium, plan.weights)
    return [Instalment(n, *row) for n, row in enumerate(zip(due, parts, covered, strict=True), start=1)]


def _over_a_year(count: int) -> tuple[int, ...]:
    return tuple(12 * n // count for n in range(count))


def _plain(percent: Decimal | int) -> str:
    return f"{Decimal(percent).normalize():f}"


ONCE = equal_plan(1)
TWO = equal_plan(2)
FOUR = equal_plan(4)
TWELVE = equal_plan(12)
HALVES = percent_plan((50, 50))
FORTY_THEN_TWENTIES = percent_plan((40, 20, 20, 20))

PLANS = {plan.slug: plan for plan in (ONCE, TWO, FOUR, TWELVE, HALVES, FORTY_THEN_TWENTIES)}
