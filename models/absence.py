"""Absences: who stands in for whom, from and to; or who takes everything over for good."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped

from models.actor import Actor
from models.base import Record, Rows, Trashable, choice, reference
from models.choices import AbsenceKind, AbsenceStatus
from models.errors import Invalid
from models.facts import Fact
from models.texts import N_
from models.verbs import Act, Foreseen, Verb, verb

S = AbsenceStatus
COUNTS = text(
    "SELECT count(*) FILTER (WHERE d.seller_id = :user) AS sold,"
    " count(*) FILTER (WHERE d.executor_id = :user) AS executed,"
    " (SELECT count(*) FROM tasks.tasks t WHERE t.assignee_id = :user AND t.deleted_at IS NULL"
    "   AND t.status NOT IN ('done', 'cancelled')) AS tasks,"
    " (SELECT count(*) FROM crm.payments p JOIN crm.deals o ON o.id = p.deal_id AND o.seller_id = :user"
    "   WHERE p.status IN ('planned', 'partially_paid') AND p.deleted_at IS NULL"
    "   AND p.due_on <= coalesce(CAST(:until AS date), 'infinity')) AS instalments,"
    " (SELECT count(*) FROM crm.policies p JOIN crm.deals o ON o.id = p.deal_id AND o.seller_id = :user"
    "   WHERE p.status = 'issued' AND p.deleted_at IS NULL AND p.ends_on >= :today"
    "   AND p.ends_on <= coalesce(CAST(:until AS date), 'infinity')) AS policies"
    " FROM crm.deals d WHERE (d.seller_id = :user OR d.executor_id = :user) AND d.deleted_at IS NULL"
)
DAYS = "daterange(starts_on, ends_on, '[]')"
STANDING = "kind = 'temporary' AND status IN ('planned', 'running') AND deleted_at IS NULL"


def is_for_a_time(absence: Any, actor: Actor) -> bool:
    """Whether the person comes back."""
    return bool(absence.kind == AbsenceKind.TEMPORARY)


def may_hand_over(absence: Any, actor: Actor) -> bool:
    """Whether it is for good, and the actor one who may give away another's deals: head, owner, administrator."""
    return absence.kind == AbsenceKind.LEAVING and actor.rights.may("absence", "act_for_others")


class Absence(Trashable, Record):
    """Who stands in for whom, from and to (both days included).

    For a time the substitute sees the deals and gets the open tasks, which go back by themselves; what the substitute
    has finished stays theirs. For good everything is handed over: deals, open ones and ended ones, and open tasks.
    """

    __tablename__ = "absences"
    __table_args__: Any = (
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("ends_on IS NOT NULL OR kind = 'leaving'", name="return"),
        CheckConstraint("user_id <> substitute_id", name="substitute"),
        ExcludeConstraint(
            ("user_id", "="), (text(DAYS), "&&"), name="ex_absences_overlap", using="gist", where=text(STANDING)
        ),
        {"schema": "crm"},
    )
    __identity__ = "absence"
    __event__ = "crm.absence"
    __rows__ = Rows.ABSENCE
    __title__ = "user_id"
    __state__ = "status"
    __once__ = frozenset({"user_id", "substitute_id", "kind", "starts_on"})
    __settled__ = frozenset({S.OVER, S.CANCELLED})

    user_id: Mapped[UUID] = reference("auth.users")
    substitute_id: Mapped[UUID] = reference("auth.users")
    kind: Mapped[str] = choice(AbsenceKind, AbsenceKind.TEMPORARY)
    status: Mapped[str] = choice(AbsenceStatus, S.PLANNED)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str | None]

    def made(self, act: Act) -> None:
        """What is planned must make sense. Raises for days that are over, and where the substitute is away too."""
        if self.ends_on is not None and self.ends_on < act.today:
            raise Invalid.at("ends_on", N_("These days are over already."))
        act.work.tell(Fact("absence.planned", self))

    @verb(
        N_("Start standing in"),
        when=(S.PLANNED,),
        only=is_for_a_time,
        primary=True,
        letter="s",
        previews=True,
        to=S.RUNNING,
    )
    def begin(self, act: Act) -> None:
        """From now on the substitute has the deals in sight and the open tasks in their list."""
        self.status = S.RUNNING
        act.work.tell(Fact("absence.began", self))

    @verb(
        N_("Hand everything over"),
        when=(S.PLANNED,),
        only=may_hand_over,
        primary=True,
        danger=True,
        previews=True,
        to=S.OVER,
    )
    def hand_over(self, act: Act) -> None:
        """Deals and open tasks are the other person's from now on; undone as one."""
        self.status = S.OVER
        act.work.tell(Fact("absence.left", self))

    @verb(N_("Is back"), when=(S.RUNNING,), primary=True, letter="b", to=S.OVER)
    def come_back(self, act: Act) -> None:
        """The open tasks go back; what the substitute has finished stays theirs."""
        self.status = S.OVER
        act.work.tell(Fact("absence.ended", self))

    @verb(N_("Call off"), when=(S.PLANNED,), letter="c", to=S.CANCELLED)
    def call_off(self, act: Act) -> None:
        """It does not come to it."""
        self.status = S.CANCELLED

    async def foresee(self, verb: Verb, act: Act) -> list[Foreseen]:
        """How much somebody else will look after."""
        found = (
            await act.work.execute(COUNTS, {"user": self.user_id, "until": self.ends_on, "today": act.today})
        ).one()
        return [
            Foreseen(N_("Deals as seller"), found.sold),
            Foreseen(N_("Deals as executor"), found.executed),
            Foreseen(N_("Open tasks"), found.tasks),
            Foreseen(N_("Instalments that fall due in these days"), found.instalments),
            Foreseen(N_("Policies that end in these days"), found.policies),
        ]
