"""Where deals come from, and what came of them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from models.figures.asked import Asked, ask
from models.session import Work

YO = str.maketrans("Ёё", "Ее")
SOURCES = """
WITH opened AS MATERIALIZED (
    SELECT d.id, d.source, d.stage
    FROM crm.deals d WHERE d.created_at >= :begins AND d.created_at < :ends {deals d}
)
SELECT source, 'deals' AS what, count(*)::numeric AS amount FROM opened GROUP BY source
UNION ALL
SELECT source, 'won', count(*) FROM opened WHERE stage IN ('won', 'closed') GROUP BY source
UNION ALL
SELECT o.source, 'premium', sum(c.premium)
FROM opened o JOIN crm.policies c ON c.deal_id = o.id AND c.status = 'issued' AND c.deleted_at IS NULL GROUP BY o.source
UNION ALL
SELECT o.source, 'commission', sum(i.amount)
FROM opened o JOIN crm.payment_incomes i ON i.deal_id = o.id AND i.status <> 'written_off' AND i.deleted_at IS NULL
GROUP BY o.source"""
"""By source as it is written; spellings are brought together afterwards, as lists compare words."""


class Source(NamedTuple):
    """Deals opened in the period from a source (None: not said), how many were won, what they bring in roubles."""

    source: str | None
    deals: int
    won: int
    premium: Decimal
    """Of their issued policies."""
    commission: Decimal
    """Expected and received, without what was written off."""


async def sources(work: Work, asked: Asked) -> list[Source]:
    """What brings most commission first."""
    words: dict[str, str | None] = {}
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in await ask(work, SOURCES, asked):
        key = _folded(row["source"])
        words[key] = min(row["source"], words.get(key) or row["source"]) if key else None
        found[key][row["what"]] += row["amount"]
    made = [
        Source(words[key], int(sums["deals"]), int(sums["won"]), sums["premium"], sums["commission"])
        for key, sums in found.items()
    ]
    return sorted(made, key=lambda one: (-one.commission, -one.deals, one.source or ""))


def _folded(source: str | None) -> str:
    """One spelling; what is not said has none."""
    return (source or "").translate(YO).lower()
