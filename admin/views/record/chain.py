"""The chain of a policy: what it renewed and what renewed it, with the difference in price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from admin.views.record.children import Table
from models.actor import Actor
from models.session import Work

LONGEST = 30
CHAIN = text("""
WITH RECURSIVE before AS (
    SELECT p.id, p.previous_policy_id, 0 AS step FROM crm.policies p WHERE p.id = :policy
    UNION ALL
    SELECT p.id, p.previous_policy_id, b.step + 1 FROM before b JOIN crm.policies p ON p.id = b.previous_policy_id
    WHERE b.step < :longest
), after AS (
    SELECT p.id, 0 AS step FROM crm.policies p WHERE p.id = :policy
    UNION ALL
    SELECT p.id, a.step + 1 FROM after a JOIN crm.policies p ON p.previous_policy_id = a.id AND p.deleted_at IS NULL
    WHERE a.step < :longest
), chain AS (
    SELECT id, -step AS step FROM before UNION SELECT id, step FROM after
)
SELECT p.id, p.number, p.program, i.name AS insurer, p.status, p.starts_on, p.ends_on, p.premium, p.previous_number,
       p.previous_policy_id, p.premium - lag(p.premium) OVER (ORDER BY c.step, p.starts_on) AS difference
FROM chain c JOIN crm.policies p ON p.id = c.id JOIN crm.insurers i ON i.id = p.insurer_id
ORDER BY c.step, p.starts_on
""")


async def chain_of(work: Work, _actor: Actor, table: Table) -> Mapping[str, Any]:
    """The links that the actor sees, the oldest first."""
    found = await work.execute(CHAIN, {"policy": table.parent_id, "longest": LONGEST})
    return {"chain": found.all()}
