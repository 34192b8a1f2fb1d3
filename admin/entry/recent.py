"""What one has entered lately for a product: insurers and programs, from the log of one's own actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from models.calculation import Calculation
from models.deal import Need
from models.log import actions, events
from models.rules import CommissionRule
from models.session import Work

ENTERED = ("calculation.create", "calculation.enter", "calculation.paste")
REMEMBERED = timedelta(days=180)
LAST = 150
"""Actions that are looked at, the newest first."""


@dataclass(frozen=True)
class Remembered:
    """Insurers and their programs, the last used first."""

    pairs: tuple[tuple[UUID, str], ...]

    @property
    def insurers(self) -> list[UUID]:
        """Each once."""
        return list(dict.fromkeys(insurer for insurer, _program in self.pairs))

    def programs(self, insurer: UUID | None) -> list[str]:
        """Those of an insurer, else of all."""
        return list(dict.fromkeys(p for key, p in self.pairs if p and insurer in (None, key)))


async def remembered(work: Work, product: UUID) -> Remembered:
    """What this person used last for a product, by one statement."""
    mine = (
        select(actions.c.id)
        .where(actions.c.actor_id == work.actor.id, actions.c.slug.in_(ENTERED), actions.c.at > work.at - REMEMBERED)
        .order_by(actions.c.at.desc())
        .limit(LAST)
        .subquery()
    )
    statement = (
        select(Calculation.insurer_id, Calculation.program)
        .select_from(mine)
        .join(events, events.c.action_id == mine.c.id)
        .join(Calculation, Calculation.id == events.c.record_id)
        .join(Need, Need.id == Calculation.need_id)
        .where(events.c.table == str(Calculation.__table__), events.c.op == "insert", Need.product_id == product)
        .order_by(Calculation.id.desc())
    )
    return Remembered(tuple((insurer, program or "") for insurer, program in await work.execute(statement)))


async def programs_for(work: Work, product: UUID, insurer: UUID | None) -> list[str]:
    """Programs to offer: used lately, then those that have a rate of their own."""
    ruled: Iterable[str | None] = ()
    if insurer is not None:
        named = CommissionRule.program.is_not(None), CommissionRule.deleted_at.is_(None)
        where = CommissionRule.insurer_id == insurer, CommissionRule.product_id == product
        ruled = await work.scalars(select(CommissionRule.program).where(*named, *where).distinct().limit(20))
    known = (await remembered(work, product)).programs(insurer)
    return list(dict.fromkeys([*known, *(program for program in ruled if program)]))[:20]
