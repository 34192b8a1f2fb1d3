"""What is computed again at night, so that writes by psql and the change of the day are caught too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid
from uuid_utils.compat import uuid7

from models.actor import SYSTEM, Via
from models.deal import Deal
from models.session import Database, Work

BATCH = 1000
"""Deals of one transaction: it is short, since a long one would hold up the readers of the log."""

DERIVE = text("SELECT crm.derive(:deals)").bindparams(bindparam("deals", type_=ARRAY(Uuid())))


async def derive_everything(database: Database, batch: int = BATCH) -> int:
    """Derive every deal anew, in batches under one action. Gives how many deals there are; safe to repeat."""
    action, last, done = uuid7(), None, 0
    while True:
        async with database.transaction(SYSTEM, Via.JOB, "deal.derive", action_id=action) as work:
            deals = await _after(work, last, batch)
            if not deals:
                return done
            await work.execute(DERIVE, {"deals": deals})
        last, done = deals[-1], done + len(deals)


async def _after(work: Work, last: UUID | None, batch: int) -> list[UUID]:
    """The next deals by key, those in the trash too."""
    statement = select(Deal.id).order_by(Deal.id).limit(batch)
    found = await work.scalars(statement if last is None else statement.where(Deal.id > last))
    return list(found)
