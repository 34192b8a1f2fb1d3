"""Calculations that no longer stand go stale at night: their validity is over, or ОСАГО was not paid by 1 April."""

from __future__ import annotations

from sqlalchemy import or_, select
from uuid_utils.compat import uuid7

from models.actor import SYSTEM, Via
from models.calculation import Calculation
from models.session import Database

BATCH = 500
"""Calculations of one transaction."""


async def make_stale(database: Database, batch: int = BATCH) -> int:
    """Make stale what has outlived its days, in batches under one action. Gives how many; safe to repeat."""
    action, done = uuid7(), 0
    while True:
        async with database.transaction(SYSTEM, Via.JOB, "calculation.go_stale", action_id=action) as work:
            outlived = or_(Calculation.outlived(work.today), Calculation.before_new_kbm(work.today))
            statement = select(Calculation).where(outlived).order_by(Calculation.id).limit(batch)
            found = list(await work.scalars(statement.with_for_update(skip_locked=True, key_share=True)))
            for calculation in found:
                calculation.go_stale(work.act())
        done += len(found)
        if not found:
            return done
