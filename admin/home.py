"""The first page: where the deals that one sees stand, and one's own tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from admin.rendering import page
from models.choices import OPEN_STAGES, OPEN_TASKS, DealStage
from models.deal import Deal
from models.session import Work
from models.task import Task

TASKS_SHOWN = 20
COUNTED = 10_000
"""Stages are counted up to here, so that a large brokerage waits no longer than a small one."""


class StageCount(NamedTuple):
    """How many deals stand at a stage; `is_more` where counting stopped."""

    stage: DealStage
    number: int
    is_more: bool


async def home(request: Request) -> Response:
    """What there is to do, in short."""
    state = request.state
    may = state.actor.rights.may
    async with state.database.transaction(state.actor, state.via) as work:
        stages = await stages_of(work) if may("deal", "list") else []
        tasks = await tasks_of(work, state.actor.id) if may("task", "list") else []
        today = work.today
    longest = max((counted.number for counted in stages), default=0)
    return page(request, "home.html", stages=stages, longest=longest or 1, tasks=tasks, today=today)


async def stages_of(work: Work) -> list[StageCount]:
    """Open deals by stage, those that the actor sees."""
    counts = [
        select(func.count())
        .select_from(select(1).where(Deal.stage == stage, Deal.deleted_at.is_(None)).limit(COUNTED + 1).subquery())
        .scalar_subquery()
        .label(stage.value)
        for stage in OPEN_STAGES
    ]
    numbers = (await work.execute(select(*counts))).one()
    return [StageCount(s, min(n, COUNTED), n > COUNTED) for s, n in zip(OPEN_STAGES, numbers, strict=True)]


async def tasks_of(work: Work, person: Any) -> Sequence[Any]:
    """The open tasks of a person, the most urgent first."""
    statement = (
        select(Task.id, Task.title, Task.status, Task.due_on, Task.deal_id, Deal.code, Deal.title.label("deal_title"))
        .join(Deal, Deal.id == Task.deal_id)
        .where(Task.assignee_id == person, Task.status.in_(OPEN_TASKS), Task.deleted_at.is_(None))
        .order_by(Task.due_on.nulls_last(), Task.id)
        .limit(TASKS_SHOWN)
    )
    return (await work.execute(statement)).all()
