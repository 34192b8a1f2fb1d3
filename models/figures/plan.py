"""Plans of sales against what has come: premium that clients paid, commission that was received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from models.actor import Scope
from models.figures.asked import Asked, ask, month_of
from models.session import Work
from models.target import TargetMeasure

TARGETS = """
SELECT t.measure, t.team_id, t.user_id, coalesce(g.name, u.full_name, '') AS name, sum(t.amount) AS amount,
       min(t.month) AS first, max(t.month) AS last
FROM crm.sales_targets t
LEFT JOIN auth.teams g ON g.id = t.team_id
LEFT JOIN auth.users u ON u.id = t.user_id
WHERE t.month BETWEEN date_trunc('month', :first)::date AND :last AND t.deleted_at IS NULL AND {mine}
  AND (:seller IS NULL OR t.user_id = :seller)
  AND (:team IS NULL OR t.team_id = :team OR u.team_id = :team)
GROUP BY t.measure, t.team_id, t.user_id, g.name, u.full_name
ORDER BY t.measure DESC, t.team_id IS NULL, name, t.user_id"""
FACTS = """
SELECT 'premium' AS measure, date_trunc('month', p.paid_on::timestamp)::date AS month, d.seller_id,
       sum(p.paid_amount) AS amount
FROM crm.payments p JOIN crm.deals d ON d.id = p.deal_id
WHERE p.paid_on BETWEEN :first AND :last {payments p} GROUP BY 2, 3
UNION ALL
SELECT 'commission', date_trunc('month', i.received_on::timestamp)::date, d.seller_id, sum(i.received_amount)
FROM crm.payment_incomes i JOIN crm.deals d ON d.id = i.deal_id
WHERE i.received_on BETWEEN :first AND :last {payment_incomes i} GROUP BY 2, 3"""
TEAMS = "SELECT u.id, u.team_id FROM auth.users u WHERE u.team_id IS NOT NULL"


class Fact(NamedTuple):
    """What came in a month on the deals of a seller, in roubles."""

    measure: str
    month: date
    seller: UUID
    team: UUID | None
    amount: Decimal


class Target(NamedTuple):
    """A plan of a team or a seller, in roubles, what has come, and the planned months that it is about."""

    measure: TargetMeasure
    team_id: UUID | None
    user_id: UUID | None
    name: str
    planned: Decimal
    fact: Decimal
    first: date
    last: date

    @property
    def percent(self) -> Decimal:
        """How much of the plan has come."""
        return round(100 * self.fact / self.planned, 1)


async def targets(work: Work, asked: Asked) -> list[Target]:
    """Plans of the period, teams first. Who sees their own deals only is shown their own plans only."""
    mine = "t.user_id = (SELECT auth.actor_id())" if work.actor.scope is Scope.OWN else "true"
    planned = await ask(work, TARGETS.replace("{mine}", mine), asked)
    if not planned:
        return []
    teams = {row["id"]: row["team_id"] for row in await ask(work, TEAMS, asked)}
    facts = [
        Fact(row["measure"], row["month"], row["seller_id"], teams.get(row["seller_id"]), row["amount"])
        for row in await ask(work, FACTS, asked)
    ]
    return [_target(row, facts, asked) for row in planned]


def _target(plan: Any, facts: Sequence[Fact], asked: Asked) -> Target:
    """What came within the planned months, by whose plan it is."""
    first, last = max(plan["first"], asked.period.first), min(month_of(plan["last"]).last, asked.period.last)
    months = plan["first"], plan["last"]
    fact = sum(
        (
            one.amount
            for one in facts
            if one.measure == plan["measure"]
            and months[0] <= one.month <= months[1]
            and (one.seller == plan["user_id"] if plan["user_id"] else one.team == plan["team_id"])
        ),
        Decimal(0),
    )
    whose = (plan["team_id"], plan["user_id"], plan["name"])
    return Target(TargetMeasure(plan["measure"]), *whose, plan["amount"], fact, first, last)
