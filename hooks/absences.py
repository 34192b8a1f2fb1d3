"""What follows when somebody goes away, comes back, or leaves for good."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from models.absence import Absence
from models.choices import OPEN_TASKS, AbsenceKind, AbsenceStatus
from models.deal import Deal
from models.errors import Invalid
from models.facts import Fact, follows
from models.people import User
from models.task import Task
from models.texts import N_
from models.verbs import Act

STANDING = (AbsenceStatus.PLANNED, AbsenceStatus.RUNNING)


@follows("absence.planned", "absence.began", "absence.left")
async def need_somebody_who_is_here(act: Act, fact: Fact) -> None:
    """Raises where the substitute does not work here any more, or is away in the same days."""
    absence: Absence = fact.record
    substitute = await act.work.get_record(User, absence.substitute_id)
    if not substitute.is_active or substitute.deleted_at is not None:
        raise Invalid.at("substitute_id", N_("This person does not work here any more."))
    if absence.ends_on is None:
        return
    theirs = select(Absence.id).where(
        Absence.user_id == absence.substitute_id,
        Absence.kind == AbsenceKind.TEMPORARY,
        Absence.status.in_(STANDING),
        Absence.deleted_at.is_(None),
        Absence.starts_on <= absence.ends_on,
        Absence.ends_on >= max(absence.starts_on, act.today),
    )
    if await act.work.scalar(theirs.limit(1)) is not None:
        raise Invalid.at("substitute_id", N_("{name} is away in these days too."), name=substitute.full_name)


@follows("absence.began", "absence.restored")
async def pass_the_open_tasks(act: Act, fact: Fact) -> None:
    """The substitute has them in their list; each says for whom."""
    absence: Absence = fact.record
    if absence.status != AbsenceStatus.RUNNING:
        return
    await act.work.widen()
    for task in await open_tasks(act, Task.assignee_id == absence.user_id):
        task.pass_to(absence.substitute_id)


@follows("absence.ended", "absence.trashed")
async def give_the_open_tasks_back(act: Act, fact: Fact) -> None:
    """What is done stays with who did it. A plan that is thrown away changes nothing."""
    absence: Absence = fact.record
    if absence.status == AbsenceStatus.PLANNED:
        return
    await act.work.widen()
    for task in await open_tasks(act, Task.stands_in_for_id == absence.user_id):
        task.go_back()


@follows("absence.left")
async def hand_everything_over(act: Act, fact: Fact) -> None:
    """Deals, ended ones too, and what is still to be done; set-based, since it may be thousands."""
    absence: Absence = fact.record
    gone, heir = absence.user_id, absence.substitute_id
    await act.work.widen()
    is_open = (Task.status.in_(OPEN_TASKS), Task.deleted_at.is_(None))
    for statement in (
        update(Deal).where(Deal.seller_id == gone).values(seller_id=heir),
        update(Deal).where(Deal.executor_id == gone).values(executor_id=heir),
        update(Task).where(Task.author_id == gone, *is_open).values(author_id=heir),
        update(Task)
        .where(or_(Task.assignee_id == gone, Task.stands_in_for_id == gone), *is_open)
        .values(assignee_id=heir, stands_in_for_id=None),
    ):
        await act.work.execute(statement.execution_options(synchronize_session=False))


@follows("task.sent")
async def pass_on_to_who_stands_in(act: Act, fact: Fact) -> None:
    """A task for somebody who is away goes to the substitute at once."""
    task: Task = fact.record
    if task.assignee_id and (substitute := await who_stands_in(act, task.assignee_id)):
        task.pass_to(substitute)


async def who_stands_in(act: Act, user: UUID) -> UUID | None:
    """The substitute of somebody who is away now."""
    found: UUID | None = await act.work.scalar(
        select(Absence.substitute_id).where(
            Absence.user_id == user, Absence.status == AbsenceStatus.RUNNING, Absence.deleted_at.is_(None)
        )
    )
    return found


async def open_tasks(act: Act, condition: ColumnElement[bool]) -> Sequence[Task]:
    """Tasks that are not over, whoever sees them."""
    statement = select(Task).where(condition, Task.status.in_(OPEN_TASKS), Task.deleted_at.is_(None))
    return (await act.work.scalars(statement)).all()
