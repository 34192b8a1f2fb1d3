"""What was lost and why: deals before a policy, renewals; reasons, competitors, differences of price."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from models.choices import ReturnCause
from models.figures.asked import Asked, ask
from models.session import Work

FOLDED = "lower(translate({column}, 'Ёё', 'Ее'))"
"""One spelling, as lists compare words."""
LOST = """
SELECT key, min(words) AS words,
       count(*) FILTER (WHERE is_deal) AS deals, count(*) FILTER (WHERE NOT is_deal) AS renewals,
       round(avg(difference) FILTER (WHERE is_deal), 2) AS deal_difference,
       round(avg(difference) FILTER (WHERE NOT is_deal), 2) AS renewal_difference
FROM (
    SELECT FOLDED(d) AS key, d.COLUMN AS words, d.lost_difference AS difference, true AS is_deal
    FROM crm.deals d
    WHERE d.stage = 'lost' AND d.stage_since >= :begins AND d.stage_since < :ends {deals d}
    UNION ALL
    SELECT FOLDED(r), r.COLUMN, r.lost_difference, false
    FROM crm.renewals r JOIN crm.policies c ON c.id = r.policy_id
    WHERE r.status = 'lost' AND c.ends_on BETWEEN :first AND :last {renewals r}
) AS lost
GROUP BY key ORDER BY count(*) DESC, key"""
RETURNED = """
SELECT r.cause, count(*) AS returns, count(DISTINCT r.task_id) AS tasks
FROM tasks.task_returns r WHERE r.created_at >= :begins AND r.created_at < :ends {task_returns r}
GROUP BY r.cause ORDER BY returns DESC, r.cause"""


class Lost(NamedTuple):
    """What was lost for a reason or to a competitor (None: not said), and the mean difference of price in roubles."""

    words: str | None
    deals: int
    renewals: int
    deal_difference: Decimal | None
    renewal_difference: Decimal | None


class Returned(NamedTuple):
    """Hand-offs that came back for a kind of reason, and of how many tasks."""

    cause: ReturnCause
    returns: int
    tasks: int


def _by(column: str) -> str:
    statement = LOST.replace("COLUMN", column)
    for alias in ("d", "r"):
        statement = statement.replace(f"FOLDED({alias})", FOLDED.format(column=f"{alias}.{column}"))
    return statement


BY_REASON, BY_COMPETITOR = _by("lost_reason"), _by("lost_to")


async def by_reason(work: Work, asked: Asked) -> list[Lost]:
    """Deals by the day they were lost, renewals by the day their policies end; most frequent reasons first."""
    return await _lost(work, asked, BY_REASON)


async def by_competitor(work: Work, asked: Asked) -> list[Lost]:
    """The same by where clients went."""
    return await _lost(work, asked, BY_COMPETITOR)


async def returns(work: Work, asked: Asked) -> list[Returned]:
    """Kinds of reasons, the most frequent first."""
    return [
        Returned(ReturnCause(row["cause"]), row["returns"], row["tasks"]) for row in await ask(work, RETURNED, asked)
    ]


async def _lost(work: Work, asked: Asked, statement: str) -> list[Lost]:
    return [Lost(*(row[name] for name in Lost._fields)) for row in await ask(work, statement, asked)]
