"""Returned hand-offs of a period, counted; row policies say whose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from models.clock import BROKERAGE_ZONE
from models.deal import Deal
from models.people import User
from models.task.kind import TaskKind
from models.task.record import Task
from models.task.returned import TaskReturn

if TYPE_CHECKING:
    from models.session import Work

EXECUTOR, SELLER, KIND, CAUSE, MONTH = "executor", "seller", "kind", "cause", "month"
NEWEST = 50


class Period(NamedTuple):
    """Days from the first to the last, both counted."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From when and until when."""
        begins, ends = (
            datetime.combine(day, time.min, BROKERAGE_ZONE) for day in (self.first, self.last + timedelta(days=1))
        )
        return begins, ends


class Counted(NamedTuple):
    """A group: its name, returns, tasks that came back, and of how many tasks that were given in the period."""

    key: Any
    returns: int
    returned: int
    given: int


async def counted(work: Work, by: str, period: Period) -> list[Counted]:
    """Groups of a period, those with most returns first; months in their order."""
    returns = {row[0]: row for row in await work.execute(returns_by(by, period))}
    given = {} if by in (CAUSE, MONTH) else {row[0]: row[1] for row in await work.execute(given_by(by, period))}
    rows = [Counted(key, row[1], row[2], given.get(key, 0)) for key, row in returns.items()]
    return sorted(rows, key=(lambda one: one.key) if by == MONTH else lambda one: (-one.returns, str(one.key)))


def returns_by(by: str, period: Period) -> Select[Any]:
    """Returns and returned tasks of each group."""
    month = func.to_char(func.timezone(str(BROKERAGE_ZONE), TaskReturn.created_at), "YYYY-MM")
    keys: dict[str, Any] = {
        EXECUTOR: User.full_name,
        SELLER: User.full_name,
        KIND: TaskKind.name,
        CAUSE: TaskReturn.cause,
        MONTH: month,
    }
    key = keys[by]
    statement = select(key, func.count(), func.count(TaskReturn.task_id.distinct())).select_from(TaskReturn)
    if by == EXECUTOR:
        statement = statement.join(User, User.id == TaskReturn.returned_by_id)
    elif by == SELLER:
        statement = statement.join(Deal, Deal.id == TaskReturn.deal_id).join(User, User.id == Deal.seller_id)
    elif by == KIND:
        statement = statement.join(Task, Task.id == TaskReturn.task_id).join(TaskKind, TaskKind.id == Task.kind_id)
    return statement.where(*within(TaskReturn.created_at, period)).group_by(key)


def given_by(by: str, period: Period) -> Select[Any]:
    """Tasks that were given in the period, by the same groups."""
    key: Any = TaskKind.name if by == KIND else User.full_name
    statement: Select[Any] = select(key, func.count()).select_from(Task)
    if by == EXECUTOR:
        statement = statement.join(User, User.id == Task.assignee_id)
    elif by == SELLER:
        statement = statement.join(Deal, Deal.id == Task.deal_id).join(User, User.id == Deal.seller_id)
    else:
        statement = statement.join(TaskKind, TaskKind.id == Task.kind_id)
    return statement.where(*within(Task.created_at, period), Task.deleted_at.is_(None)).group_by(key)


async def newest(work: Work, period: Period) -> Sequence[Any]:
    """The newest returns with their words."""
    statement = (
        select(
            TaskReturn.created_at, TaskReturn.cause, TaskReturn.reason, TaskReturn.task_id, TaskReturn.deal_id,
            Task.title, Deal.code, User.full_name,
        )
        .join(Task, Task.id == TaskReturn.task_id)
        .join(Deal, Deal.id == TaskReturn.deal_id)
        .join(User, User.id == TaskReturn.returned_by_id)
        .where(*within(TaskReturn.created_at, period))
        .order_by(TaskReturn.created_at.desc(), TaskReturn.id.desc())
        .limit(NEWEST)
    )  # fmt: skip
    return (await work.execute(statement)).all()


def within(column: Any, period: Period) -> list[ColumnElement[bool]]:
    """The period's conditions."""
    begins, ends = period.moments
    return [column >= begins, column < ends]
