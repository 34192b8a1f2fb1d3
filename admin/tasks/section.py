"""What the section of tasks shows beyond the rows: steps, how long each side has held a task, why it came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from admin.i18n import _, show_span
from admin.views.record.children import Table
from models.actor import Actor
from models.choices import OPEN_TASKS, TaskStatus
from models.log import events
from models.session import Work
from models.task.checklist import ChecklistItem
from models.texts import N_

S = TaskStatus
SAYS = {
    S.NEW: N_("waits to be accepted for {span}"),
    S.ACCEPTED: N_("in work for {span}"),
    S.RETURNED: N_("with the author for {span}"),
    S.WAITING: N_("waiting for {span}"),
    S.SCHEDULED: N_("scheduled for {span}"),
}
THEIRS = frozenset({S.RETURNED})
"""States in which the author holds the task; in the other open ones the assignee does."""


class Turn(NamedTuple):
    """A state that a task has taken."""

    task: UUID
    at: datetime
    state: str


@dataclass(frozen=True)
class Clock:
    """How long a task has been in its state, and how long each side has held it in all."""

    says: str
    assignee: str
    author: str


async def load(work: Work, actor: Actor, table: Table) -> Mapping[str, Any]:
    """Steps and clocks of the tasks in the section."""
    tasks = [row.record for row in table.rows]
    ids = [task.id for task in tasks]
    may = actor.rights.may
    steps = await steps_of(work, ids) if may("checklist-item", "list") else {}
    return {
        "steps": steps,
        "clocks": clocks(tasks, await turns_of(work, ids), work.at),
        "may_tick": may("checklist-item", "tick"),
        "may_add_steps": may("checklist-item", "create"),
        "open": frozenset(str(state) for state in OPEN_TASKS),
    }


async def steps_of(work: Work, tasks: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """The checklists, in order."""
    table = ChecklistItem.__table__.c
    statement = (
        select(table.id, table.task_id, table.title, table.done_at)
        .where(table.task_id.in_(tasks), table.deleted_at.is_(None))
        .order_by(table.position, table.id)
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await work.execute(statement):
        found[row.task_id].append(row)
    return found


async def turns_of(work: Work, tasks: Sequence[UUID]) -> list[Turn]:
    """The states that the tasks have taken since they were made, as the log has them."""
    state = events.c.changes["status"][1].astext
    statement = (
        select(events.c.record_id, events.c.at, state)
        .where(events.c.record_id.in_(tasks), events.c.table == "tasks.tasks", events.c.changes.has_key("status"))
        .order_by(events.c.at, events.c.seq)
    )
    return [Turn(*row) for row in await work.execute(statement)]


def clocks(tasks: Iterable[Any], turns: Iterable[Turn], now: datetime) -> dict[UUID, Clock]:
    """The clocks of each task; one that is done or cancelled stands still."""
    by_task: dict[UUID, list[Turn]] = defaultdict(list)
    for turn in turns:
        by_task[turn.task].append(turn)
    return {task.id: clock(task, by_task[task.id], now) for task in tasks}


def clock(task: Any, turns: Sequence[Turn], now: datetime) -> Clock:
    """The clock of one task."""
    steps = [Turn(task.id, task.created_at, S.NEW), *turns]
    ends = [*(turn.at for turn in steps[1:]), now]
    held = {"assignee": timedelta(), "author": timedelta()}
    for turn, end in zip(steps, ends, strict=True):
        if turn.state in SAYS:
            held["author" if turn.state in THEIRS else "assignee"] += max(timedelta(), end - turn.at)
    last = steps[-1]
    says = _(SAYS[S(task.status)], span=show_span(now - last.at)) if task.status in SAYS else ""
    return Clock(says, *(show_span(span) if span else "" for span in held.values()))
