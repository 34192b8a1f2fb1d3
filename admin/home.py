"""The first page: where the deals that one sees stand, and one's own tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select, text
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.rendering import page
from models.choices import OPEN_STAGES, OPEN_TASKS, DealStage
from models.deal import Deal
from models.errors import NotFound
from models.session import Work
from models.task import Task

SEARCHED = ("deal", "client", "policy")
TASKS_SHOWN = 20
COUNTED = 10_000
"""Stages are counted up to here, so that a large brokerage waits no longer than a small one."""
STAGES = text(
    "SELECT s.stage, (SELECT count(*) FROM (SELECT FROM crm.deals d WHERE d.stage = s.stage AND d.deleted_at IS NULL"
    " LIMIT :most) AS capped) AS number FROM unnest(CAST(:stages AS text[])) AS s (stage)"
)


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


async def search(request: Request) -> Response:
    """What was typed into the bar above, looked for among deals, else among what one may list."""
    may = request.state.actor.rights.may
    where = next((identity for identity in SEARCHED if may(identity, "list")), None)
    if where is None:
        raise NotFound
    return RedirectResponse(f"/admin/{where}/list?" + urlencode({"q": request.query_params.get("q", "")}), 303)


async def stages_of(work: Work) -> list[StageCount]:
    """Open deals by stage, those that the actor sees."""
    numbers = await work.execute(STAGES, {"stages": list(OPEN_STAGES), "most": COUNTED + 1})
    counted: dict[str, int] = {row.stage: row.number for row in numbers}
    return [StageCount(s, min(counted[s], COUNTED), counted[s] > COUNTED) for s in OPEN_STAGES]


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
