"""Finds the policies that are about to end: each gets its renewal once, as a step of the system's own."""

from __future__ import annotations

from sqlalchemy import text
from uuid_utils.compat import uuid7

from models.actor import SYSTEM, Via
from models.session import Database

BATCH = 500
"""Renewals of one transaction: it is short, since a long one would hold up the readers of the log."""
LOOKING_BACK = 60
"""Days for which a policy that ended unnoticed is still found; older ones are nobody's news."""

FIND = text("""
INSERT INTO crm.renewals (id, deal_id, policy_id, status)
SELECT uuidv7(), p.deal_id, p.id, 'found'
FROM crm.policies p
JOIN crm.products k ON k.id = p.product_id
JOIN crm.deals d ON d.id = p.deal_id AND d.deleted_at IS NULL AND d.stage NOT IN ('closed', 'lost')
WHERE p.status = 'issued' AND p.deleted_at IS NULL
  AND p.ends_on BETWEEN CAST(:today AS date) - CAST(:looking_back AS int)
                    AND CAST(:today AS date) + (SELECT max(review_lead_days) FROM crm.products)
  AND p.ends_on - k.review_lead_days <= CAST(:today AS date)
  AND NOT EXISTS (SELECT FROM crm.renewals r WHERE r.policy_id = p.id)
  AND NOT EXISTS (SELECT FROM crm.policies later
                  WHERE later.deal_id = p.deal_id AND later.status = 'issued' AND later.deleted_at IS NULL
                    AND (later.need_id = p.need_id AND later.ends_on > p.ends_on OR later.previous_policy_id = p.id))
ORDER BY p.ends_on, p.id
LIMIT :batch
ON CONFLICT (policy_id) WHERE deleted_at IS NULL DO NOTHING
RETURNING id
""")
"""A policy whose end less its product's lead has come; one that was followed before, even into the trash, is not."""


async def find_renewals(database: Database, batch: int = BATCH) -> int:
    """Make what is missing, in batches under one action. Gives how many were found; safe to repeat."""
    action, found = uuid7(), 0
    while True:
        async with database.transaction(SYSTEM, Via.JOB, "renewal.find", action_id=action) as work:
            told = {"today": work.today, "looking_back": LOOKING_BACK, "batch": batch}
            made = len((await work.execute(FIND, told)).all())
        found += made
        if made < batch:
            return found
