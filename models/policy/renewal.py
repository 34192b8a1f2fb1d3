"""The renewal of one expiring policy, inside its deal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import RenewalStatus
from models.texts import N_
from models.verbs import Act, ask, verb

S = RenewalStatus


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
        {"schema": "crm"},
    )
    __identity__ = "renewal"
    __event__ = "crm.deal.renewal"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "status"
    __state__ = "status"
    __by_verb__ = frozenset({"successor_id", "lost_reason", "lost_to", "lost_difference"})
    __once__ = frozenset({"policy_id"})
    __settled__ = frozenset({S.RENEWED, S.LOST})

    deal_id: Mapped[UUID] = reference("crm.deals")
    policy_id: Mapped[UUID] = reference("crm.policies")
    successor_id: Mapped[UUID | None] = reference("crm.policies")
    status: Mapped[str] = choice(RenewalStatus, S.FOUND)
    lost_reason: Mapped[str | None]
    lost_to: Mapped[str | None]
    lost_difference: Mapped[Decimal | None]

    @verb(N_("Client contacted"), when=(S.FOUND,), primary=True)
    def contact(self, act: Act) -> None:
        """The client knows that the policy ends."""
        self.status = S.CONTACTED

    @verb(N_("Variants offered"), when=(S.FOUND, S.CONTACTED), primary=True)
    def offer(self, act: Act) -> None:
        """The client has variants."""
        self.status = S.OFFERED

    @verb(N_("Renewed"), when=(S.FOUND, S.CONTACTED, S.OFFERED), asks=Renewed)
    def renew(self, act: Act, asked: Renewed) -> None:
        """The next policy is chained to the old one."""
        self.status, self.successor_id = S.RENEWED, asked.successor_id

    @verb(N_("Renewal lost"), when=(S.FOUND, S.CONTACTED, S.OFFERED), asks=LostRenewal, danger=True)
    def lose(self, act: Act, asked: LostRenewal) -> None:
        """The client went elsewhere with this policy only."""
        self.status = S.LOST
        self.lost_reason, self.lost_to, self.lost_difference = asked.reason, asked.competitor or None, asked.difference
