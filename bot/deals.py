"""Which deal somebody in a chat means: by its number, chosen before, or one of those that are theirs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select

from models.actor import Actor
from models.choices import OPEN_STAGES, OPEN_TASKS
from models.deal import Deal
from models.session import Work
from models.task import Task
from models.texts import N_

OFFERED = 6
UNKNOWN = N_("There is no such deal among yours. Write its number like this: D-2026-00042")


async def by_code(work: Work, said: str) -> Deal | None:
    """The deal of this number, where this person sees it."""
    code = said.upper().replace(" ", "")
    return (await work.scalars(select(Deal).where(Deal.code == code, Deal.deleted_at.is_(None)))).first()


async def by_key(work: Work, key: str) -> Deal | None:
    """The deal of this key, where this person sees it and it is not in the trash."""
    return (await work.scalars(select(Deal).where(Deal.id == UUID(key), Deal.deleted_at.is_(None)))).first()


async def recent(work: Work, actor: Actor) -> list[Deal]:
    """Open deals that this person works on, the newest first."""
    tasks = select(Task.deal_id).where(
        Task.assignee_id == actor.id, Task.status.in_([str(one) for one in OPEN_TASKS]), Task.deleted_at.is_(None)
    )
    mine = or_(Deal.seller_id == actor.id, Deal.executor_id == actor.id, Deal.id.in_(tasks))
    statement = select(Deal).where(mine, Deal.stage.in_([str(one) for one in OPEN_STAGES]), Deal.deleted_at.is_(None))
    return list(await work.scalars(statement.order_by(Deal.ball_since.desc(), Deal.id.desc()).limit(OFFERED)))
