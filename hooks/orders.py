"""Tasks that hooks order: of a kind, with its checklist, for a person or a team's queue."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hooks.absences import who_stands_in
from models.choices import OPEN_TASKS
from models.dates import workday_after
from models.deal import Deal
from models.errors import Invalid, Refused
from models.people import User
from models.policy import Policy
from models.task import ChecklistItem, Task, TaskKind
from models.texts import N_
from models.verbs import Act

COLLECT, CALCULATE, ISSUE = "collect", "calculate", "issue"


async def order_task(act: Act, deal: Deal, slug: str, due_on: date | None = None, **values: Any) -> Task:
    """Give a deal a task of a kind; due when asked, else after the kind's working days. Raises without the kind."""
    kind = await act.work.scalar(select(TaskKind).where(TaskKind.slug == slug, TaskKind.deleted_at.is_(None)))
    if kind is None:
        raise Refused(N_("There is no task kind “{slug}”: put it back into the reference data."), slug=slug)
    task = Task(
        deal_id=deal.id,
        kind_id=kind.id,
        title=kind.name,
        author_id=act.actor.id,
        due_on=due_on or workday_after(act.today, kind.days),
        created_at=act.at,
        **values,
    )
    act.work.add(task)
    await act.work.flush()
    steps = enumerate(kind.checklist, start=1)
    act.work.add_all(ChecklistItem(deal_id=deal.id, task_id=task.id, position=n, title=title) for n, title in steps)
    return task


async def who_executes(act: Act, deal: Deal) -> dict[str, UUID | None]:
    """The deal's executor, else the queue of the seller's team. Raises for one who left, and without a team."""
    people = select(User).where(User.id.in_([deal.seller_id, *([deal.executor_id] if deal.executor_id else [])]))
    found = {user.id: user for user in await act.work.scalars(people)}
    if deal.executor_id is not None:
        executor = found.get(deal.executor_id)
        if executor is None or not executor.is_active or executor.deleted_at is not None:
            raise Invalid.at("executor_id", N_("This person does not work here any more."))
        if substitute := await who_stands_in(act, deal.executor_id):
            return {"assignee_id": substitute, "stands_in_for_id": deal.executor_id}
        return {"assignee_id": deal.executor_id}
    seller = found[deal.seller_id]
    if seller.team_id is None:
        raise Invalid.at("executor_id", N_("{seller} has no team whose queue could take it."), seller=seller.full_name)
    return {"team_id": seller.team_id}


async def end_collecting(act: Act, deal: Deal) -> None:
    """The seller's own first task is done by handing the deal on."""
    statement = (
        select(Task)
        .join(TaskKind, TaskKind.id == Task.kind_id)
        .where(Task.deal_id == deal.id, TaskKind.slug == COLLECT, Task.status.in_(OPEN_TASKS))
        .where(Task.assignee_id == deal.seller_id, Task.deleted_at.is_(None))
    )
    for task in await act.work.scalars(statement):
        task.be_done(act)


async def end_issuing(act: Act, policy: Policy) -> None:
    """The order to issue this policy is done by issuing it."""
    statement = (
        select(Task)
        .join(TaskKind, TaskKind.id == Task.kind_id)
        .where(Task.policy_id == policy.id, TaskKind.slug == ISSUE, Task.status.in_(OPEN_TASKS))
        .where(Task.deleted_at.is_(None))
    )
    for task in await act.work.scalars(statement):
        task.be_done(act)
