"""The calendar of renewals: policies by the day they end and what became of them, chained by their successors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from models.choices import Choice
from models.figures.asked import Asked, ask, months_between
from models.session import Work
from models.texts import N_

# ruff: noqa: S608 - statements are put together of our own pieces; what is asked for are their parameters.

CHAINED = """(EXISTS (SELECT FROM crm.policies later WHERE later.previous_policy_id = {t}.id
        AND later.status IN ('issued', 'cancelled') AND later.deleted_at IS NULL)
    OR EXISTS (SELECT FROM crm.renewals r
        WHERE r.policy_id = {t}.id AND r.status = 'renewed' AND r.deleted_at IS NULL))"""
GIVEN_UP = """EXISTS (SELECT FROM crm.renewals r
        WHERE r.policy_id = {t}.id AND r.status = 'lost' AND r.deleted_at IS NULL)"""


class Fate(Choice):
    """What became of a policy that ends."""

    RENEWED = "renewed", N_("Renewed policies")
    LOST = "lost", N_("Lost renewals")
    LAPSED = "lapsed", N_("Ended, no answer")
    OPEN = "open", N_("Renewals still open")


CONDITIONS = {
    Fate.RENEWED: CHAINED,
    Fate.LOST: f"NOT {CHAINED} AND {GIVEN_UP}",
    Fate.LAPSED: f"NOT {CHAINED} AND NOT {GIVEN_UP} AND {{t}}.ends_on < :today",
    Fate.OPEN: f"NOT {CHAINED} AND NOT {GIVEN_UP} AND {{t}}.ends_on >= :today",
}
"""On a policy `{t}`; exactly one of them holds."""
ENDING = f"""
SELECT date_trunc(unit, e.ends_on::timestamp)::date AS begins, e.fate, count(*) AS policies, sum(e.premium) AS premium
FROM (SELECT c.ends_on, c.premium,
             CASE WHEN {CHAINED.format(t="c")} THEN 'renewed' WHEN {GIVEN_UP.format(t="c")} THEN 'lost'
                  WHEN c.ends_on < :today THEN 'lapsed' ELSE 'open' END AS fate
      FROM crm.policies c
      WHERE c.status = 'issued' AND c.ends_on BETWEEN :first AND :last {{policies c}}) AS e
GROUP BY 1, 2"""
WEEKS_UP_TO = 100
"""Days up to which a calendar is by weeks."""


class Ending(NamedTuple):
    """Policies that end within some days, by their fate: how many, and their premium in roubles."""

    first: date
    last: date
    policies: Mapping[Fate, int]
    premium: Mapping[Fate, Decimal]


def is_by_week(asked: Asked) -> bool:
    """Whether the calendar has weeks in place of months."""
    return (asked.period.last - asked.period.first).days <= WEEKS_UP_TO


async def calendar(work: Work, asked: Asked) -> list[Ending]:
    """Weeks (months of a longer period) in their order, those without policies too; the ends are the period's."""
    unit = "week" if is_by_week(asked) else "month"
    found: dict[date, dict[Fate, tuple[int, Decimal]]] = {}
    for row in await ask(work, ENDING.replace("unit", f"'{unit}'"), asked):
        found.setdefault(row["begins"], {})[Fate(row["fate"])] = (row["policies"], row["premium"])
    return [_ending(found.get(begins, {}), *_within(asked, begins, ends)) for begins, ends in _spans(asked)]


def _spans(asked: Asked) -> list[tuple[date, date]]:
    first, last = asked.period
    if not is_by_week(asked):
        months = months_between(first, last)
        return [(month, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)) for month in months]
    monday = first - timedelta(days=first.weekday())
    count = (last - monday).days // 7 + 1
    return [(monday + timedelta(days=7 * n), monday + timedelta(days=7 * n + 6)) for n in range(count)]


def _within(asked: Asked, begins: date, ends: date) -> tuple[date, date]:
    return max(begins, asked.period.first), min(ends, asked.period.last)


def _ending(found: Mapping[Fate, tuple[int, Decimal]], first: date, last: date) -> Ending:
    nothing = (0, Decimal(0))
    policies = {fate: found.get(fate, nothing)[0] for fate in Fate}
    return Ending(first, last, policies, {fate: found.get(fate, nothing)[1] for fate in Fate})


def retention(by_fate: Mapping[Fate, Decimal] | Mapping[Fate, int]) -> Decimal | None:
    """Percent of what has been decided that was renewed; what is open still says nothing."""
    decided = sum((Decimal(by_fate[fate]) for fate in (Fate.RENEWED, Fate.LOST, Fate.LAPSED)), Decimal(0))
    return round(100 * Decimal(by_fate[Fate.RENEWED]) / decided, 1) if decided else None
