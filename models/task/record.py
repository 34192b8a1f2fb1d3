"""The task's row and its verbs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import Actor
from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import OPEN_TASKS, ReturnCause, TaskStatus
from models.errors import Refused
from models.facts import Fact
from models.inquiries import why_unfinished
from models.proposals import Proposal, in_order, must_lie_ahead, usual_days
from models.texts import N_
from models.verbs import Act, ask, verb

S = TaskStatus
UNTAKEN = text("assignee_id IS NULL AND status = 'new' AND deleted_at IS NULL")
"""What lies in a team's queue."""
LAST_TASK = N_("Needed where this is the deal's last task and nothing else is planned")


@dataclass
class Why:
    """A reason that the other side will read."""

    reason: str = ask(N_("Reason"), long=True)


@dataclass
class Return:
    """Why it cannot be done as it is: the kind of reason is counted, the words are read by the author."""

    cause: str = ask(N_("Kind of reason"), choices=ReturnCause, default="", required=False)
    reason: str = ask(N_("What is missing"), long=True)


@dataclass
class Result:
    """What came out of it."""

    result: str = ask(N_("Result"), default="", required=False, long=True)
    review_on: date | None = ask(N_("Look at the deal again on"), required=False, hint=LAST_TASK)


@dataclass
class NoMore:
    """Why nobody needs it, and the deal's next day where nothing else brings it back."""

    reason: str = ask(N_("Reason"), long=True)
    review_on: date | None = ask(N_("Look at the deal again on"), required=False, hint=LAST_TASK)


@dataclass
class Until:
    """The day on which it wakes."""

    wakes_on: date = ask(N_("Until"), proposals="days_ahead")
    waiting_for: str = ask(N_("Waiting for"), default="", required=False)


@dataclass
class Reassign:
    """Who does it from now on."""

    assignee_id: UUID = ask(N_("Assignee"), lookup="user")


def is_assignee(task: Any, actor: Actor) -> bool:
    """The assignee, or head and administrator in their place."""
    return task.assignee_id == actor.id or actor.rights.may("task", "act_for_others")


def is_author(task: Any, actor: Actor) -> bool:
    """The author, or head and administrator in their place."""
    return task.author_id == actor.id or actor.rights.may("task", "act_for_others")


def may_accept(task: Any, actor: Actor) -> bool:
    """The assignee, or anyone of the team while it lies in the queue."""
    return task.assignee_id is None or is_assignee(task, actor)


class Task(Trashable, Record):
    """A task within a deal: author, assignee (or a team's queue), due day, and what became of it."""

    __tablename__ = "tasks"
    __table_args__: Any = (
        UniqueConstraint("id", "deal_id"),
        same_deal("calculation_id", "crm.calculations"),
        same_deal("policy_id", "crm.policies"),
        CheckConstraint("assignee_id IS NOT NULL OR team_id IS NOT NULL", name="owned"),
        CheckConstraint("status NOT IN ('accepted', 'done') OR assignee_id IS NOT NULL", name="assignee"),
        CheckConstraint("status <> 'scheduled' OR wakes_on IS NOT NULL", name="wakes_on"),
        CheckConstraint("status NOT IN ('returned', 'cancelled') OR reason IS NOT NULL", name="reason"),
        Index("ix_tasks_deal", "deal_id", "status"),
        Index("ix_tasks_assignee", "assignee_id", "status", "due_on"),
        Index("ix_tasks_author", "author_id", "status"),
        Index("ix_tasks_queue", "team_id", "status"),
        Index("ix_tasks_untaken", "team_id", "due_on", postgresql_where=UNTAKEN),
        list_index("ix_tasks_due_on", "due_on"),
        list_index("ix_tasks_status", "status", "due_on"),
        {"schema": "tasks"},
    )
    __identity__ = "task"
    __event__ = "tasks.task"
    __status_event__ = "status_changed"
    __rows__ = Rows.TASK
    __title__ = "title"
    __search__ = ("title",)
    __state__ = "status"
    __by_verb__ = frozenset(
        {"wakes_on", "waiting_for", "reason", "result", "returns", "accepted_at", "done_at", "stands_in_for_id"}
    )
    __once__ = frozenset({"kind_id", "assignee_id", "team_id", "calculation_id", "policy_id"})
    __settled__ = frozenset({S.DONE, S.CANCELLED})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    kind_id: Mapped[UUID] = reference("tasks.task_kinds")
    title: Mapped[str]
    body: Mapped[str | None] = mapped_column(info={"long": True})
    status: Mapped[str] = choice(TaskStatus, S.NEW)
    author_id: Mapped[UUID] = reference("auth.users", index=False)
    assignee_id: Mapped[UUID | None] = reference("auth.users", index=False)
    team_id: Mapped[UUID | None] = reference("auth.teams", index=False)
    stands_in_for_id: Mapped[UUID | None] = reference("auth.users")
    due_on: Mapped[date | None]
    wakes_on: Mapped[date | None]
    waiting_for: Mapped[str | None]
    reason: Mapped[str | None]
    result: Mapped[str | None]
    returns: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    calculation_id: Mapped[UUID | None] = reference("crm.calculations")
    policy_id: Mapped[UUID | None] = reference("crm.policies")

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """A task for nobody lies in the queue of its author's team; without a team it is the author's own."""
        if not values.get("assignee_id") and not values.get("team_id"):
            own = {"team_id": act.actor.team_id} if act.actor.team_id else {"assignee_id": act.actor.id}
            values |= own

    def made(self, act: Act) -> None:
        """It stands in somebody's list at once."""
        act.work.tell(Fact("task.sent", self))

    @verb(N_("Accept"), when=(S.NEW,), only=may_accept, letter="a", primary=True, bulk=True, to=S.ACCEPTED)
    def accept(self, act: Act) -> None:
        """Take the task on; from the queue it becomes one's own."""
        self.assignee_id = self.assignee_id or act.actor.id
        self.status, self.accepted_at = S.ACCEPTED, act.at
        act.work.tell(Fact("task.accepted", self))

    @verb(N_("Return"), when=(S.NEW, S.ACCEPTED, S.WAITING), only=may_accept, asks=Return, letter="r", to=S.RETURNED)
    def return_(self, act: Act, asked: Return) -> None:
        """Give it back to its author with a reason."""
        self.assignee_id = self.assignee_id or act.actor.id
        self.status, self.reason, self.returns = S.RETURNED, asked.reason, self.returns + 1
        act.work.tell(Fact("task.returned", self, {"cause": asked.cause or ReturnCause.OTHER.value}))

    @verb(N_("Send again"), when=(S.RETURNED,), only=is_author, letter="s", primary=True, to=S.NEW)
    def resend(self, act: Act) -> None:
        """What was missing is there now."""
        self.status, self.accepted_at = S.NEW, None
        act.work.tell(Fact("task.sent", self))

    @verb(N_("Done"), when=(S.ACCEPTED,), only=is_assignee, asks=Result, letter="d", primary=True, to=S.DONE)
    async def complete(self, act: Act, asked: Result) -> None:
        """The work is done. Raises for a calculation task without a ready calculation, an issue without a policy."""
        if missing := await why_unfinished(act.work, self):
            raise Refused(missing, lead="policy" if self.policy_id else "calculation")
        self.status, self.done_at, self.result = S.DONE, act.at, asked.result or None
        act.work.tell(Fact("task.done", self, {"review_on": asked.review_on}))

    @verb(N_("Rework"), when=(S.DONE,), only=is_author, asks=Why, to=S.NEW)
    def rework(self, act: Act, asked: Why) -> None:
        """It is not what was asked for."""
        self.status, self.reason, self.done_at, self.accepted_at = S.NEW, asked.reason, None, None
        act.work.tell(Fact("task.sent", self))

    @verb(N_("Wait"), when=(S.ACCEPTED,), only=is_assignee, asks=Until, letter="w", to=S.WAITING)
    def wait(self, act: Act, asked: Until) -> None:
        """Somebody else must act first. Raises for a past day."""
        self.sleep_until(asked, act)
        self.status = S.WAITING

    @verb(N_("Schedule"), when=(S.ACCEPTED,), only=is_assignee, asks=Until, to=S.SCHEDULED)
    def schedule(self, act: Act, asked: Until) -> None:
        """Its time has not come. Raises for a past day."""
        self.sleep_until(asked, act)
        self.status = S.SCHEDULED

    @verb(N_("Resume"), when=(S.WAITING, S.SCHEDULED), only=is_assignee, letter="g", primary=True, to=S.ACCEPTED)
    def resume(self, act: Act) -> None:
        """Go on with it."""
        self.status, self.wakes_on, self.waiting_for = S.ACCEPTED, None, None

    @verb(N_("Cancel the task"), when=OPEN_TASKS, only=is_author, asks=NoMore, danger=True, bulk=True, to=S.CANCELLED)
    def cancel(self, act: Act, asked: NoMore) -> None:
        """Nobody needs it any more."""
        self.status, self.reason = S.CANCELLED, asked.reason
        act.work.tell(Fact("task.cancelled", self, {"review_on": asked.review_on}))

    @verb(N_("Reassign"), when=OPEN_TASKS, only=is_author, asks=Reassign, gives_away=True, bulk=True, to=S.NEW)
    def reassign(self, act: Act, asked: Reassign) -> None:
        """Another person does it."""
        self.assignee_id, self.status, self.accepted_at = asked.assignee_id, S.NEW, None
        self.stands_in_for_id = None
        act.work.tell(Fact("task.sent", self))

    def be_done(self, act: Act) -> None:
        """What followed shows that it is done: a hand-off ends the gathering of data. Called by hooks."""
        self.assignee_id = self.assignee_id or act.actor.id
        self.status, self.done_at = S.DONE, act.at

    def pass_to(self, substitute_id: UUID) -> None:
        """Somebody stands in for the assignee; what is not done by then goes back. Called by hooks."""
        self.stands_in_for_id, self.assignee_id = self.stands_in_for_id or self.assignee_id, substitute_id

    def go_back(self) -> None:
        """The one who was away does it again. Called by hooks."""
        self.assignee_id, self.stands_in_for_id = self.stands_in_for_id, None

    def sleep_until(self, asked: Until, act: Act) -> None:
        """Note the day of waking. Raises for a past day."""
        self.wakes_on, self.waiting_for = must_lie_ahead(asked.wakes_on, act), asked.waiting_for or None

    async def days_ahead(self, act: Act) -> list[Proposal]:
        """The usual days, and the task's own."""
        own = [Proposal(self.due_on, N_("the task's day"))] if self.due_on else []
        return in_order(act.today, *own, *usual_days(act.today))
