"""The renewal of one expiring policy, inside its deal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import RenewalStatus
from models.facts import Fact
from models.proposals import Later, Proposal, in_order, must_lie_ahead, usual_days
from models.texts import N_
from models.verbs import Act, ask, verb

S = RenewalStatus
OPEN = (S.FOUND, S.CONTACTED, S.OFFERED)
POLICY_ENDS = text("SELECT ends_on FROM crm.policies WHERE id = :policy")


@dataclass
class NewTerms:
    """A calculation on the terms of the policy that ends: who does it, and what has changed since."""

    executor_id: UUID | None = ask(
        N_("Executor"), lookup="user", required=False, hint=N_("Empty: the deal's own, else the team's queue")
    )
    due_on: date | None = ask(N_("Due on"), required=False)
    note: str = ask(N_("What has changed"), default="", required=False, long=True)


@dataclass
class Renewed:
    """The policy that follows."""

    successor_id: UUID = ask(N_("New policy"), lookup="policy")


@dataclass
class LostRenewal:
    """Where the client went and why."""

    reason: str = ask(N_("Reason"))
    competitor: str = ask(N_("Went to"), default="", required=False)
    difference: Decimal | None = ask(N_("Price difference, ₽"), required=False)


class Renewal(Trashable, Record):
    """Found, contacted, offered, then renewed or lost; a lost one leaves the deal's other cover alone."""

    __tablename__ = "renewals"
    __table_args__: Any = (
        same_deal("policy_id", "crm.policies"),
        CheckConstraint("status <> 'lost' OR lost_reason IS NOT NULL", name="lost_reason"),
        Index("uq_renewals_policy", "policy_id", unique=True, postgresql_where=text("deleted_at IS NULL")),
        {"schema": "crm"},
    )
    __identity__ = "renewal"
    __event__ = "crm.deal.renewal"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "status"
    __state__ = "status"
    __by_verb__ = frozenset({"successor_id", "remind_on", "lost_reason", "lost_to", "lost_difference"})
    __once__ = frozenset({"policy_id"})
    __settled__ = frozenset({S.RENEWED, S.LOST})

    deal_id: Mapped[UUID] = reference("crm.deals")
    policy_id: Mapped[UUID] = reference("crm.policies")
    successor_id: Mapped[UUID | None] = reference("crm.policies")
    status: Mapped[str] = choice(RenewalStatus, S.FOUND)
    remind_on: Mapped[date | None]
    lost_reason: Mapped[str | None]
    lost_to: Mapped[str | None]
    lost_difference: Mapped[Decimal | None]

    @verb(N_("Client contacted"), when=(S.FOUND,), letter="c", primary=True, to=S.CONTACTED)
    def contact(self, act: Act) -> None:
        """The client knows that the policy ends."""
        self.status = S.CONTACTED

    @verb(N_("To calculation"), when=OPEN, asks=NewTerms, letter="q")
    def ask_calculation(self, act: Act, asked: NewTerms) -> None:
        """Ask for a calculation on the old policy's terms; hooks make it, and the task that goes with it."""
        act.work.tell(Fact("renewal.calculation_asked", self, {"asked": asked}))

    @verb(N_("Variants offered"), when=(S.FOUND, S.CONTACTED), letter="o", primary=(S.CONTACTED,), to=S.OFFERED)
    def offer(self, act: Act) -> None:
        """The client has variants."""
        self.status = S.OFFERED

    @verb(N_("Put off"), when=OPEN, asks=Later, letter="p", bulk=True)
    def put_off(self, act: Act, asked: Later) -> None:
        """Come back to it later. Raises for a day that has come."""
        self.remind_on = must_lie_ahead(asked.remind_on, act)

    async def days_ahead(self, act: Act) -> list[Proposal]:
        """Two weeks and one before the policy ends, and the usual days."""
        ends_on = await act.work.scalar(POLICY_ENDS, {"policy": self.policy_id})
        before = [
            Proposal(ends_on - timedelta(days=14), N_("two weeks before the end")),
            Proposal(ends_on - timedelta(days=7), N_("a week before the end")),
        ]
        return in_order(act.today, *before, *usual_days(act.today))

    @verb(N_("Renewed"), when=OPEN, asks=Renewed, letter="y", primary=(S.OFFERED,), to=S.RENEWED)
    def renew(self, act: Act, asked: Renewed) -> None:
        """The next policy is chained to the old one."""
        self.status, self.successor_id = S.RENEWED, asked.successor_id

    @verb(N_("Renewal lost"), when=OPEN, asks=LostRenewal, letter="l", danger=True, to=S.LOST)
    def lose(self, act: Act, asked: LostRenewal) -> None:
        """The client went elsewhere with this policy only."""
        self.status = S.LOST
        self.lost_reason, self.lost_to, self.lost_difference = asked.reason, asked.competitor or None, asked.difference
