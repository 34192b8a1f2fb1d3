"""The deal's verbs: hand-offs move the stage, everything else moves the ball. Which is next: `next_step.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.choices import BEFORE_POLICY, OPEN_STAGES, Ball, DealStage
from models.errors import Refused
from models.facts import Fact
from models.inquiries import why_open
from models.proposals import Proposal, in_order, next_event, usual_days
from models.texts import N_
from models.verbs import Act, ask, verb


@dataclass
class HandOff:
    """A calculation asked of an executor, or of the team's queue when nobody is named."""

    executor_id: UUID | None = ask(
        N_("Executor"), lookup="user", required=False, hint=N_("Empty: the deal's own, else the team's queue")
    )
    due_on: date | None = ask(N_("Due on"), required=False)
    note: str = ask(N_("What to calculate"), default="", required=False, long=True)


@dataclass
class OrderIssue:
    """An issue ordered from an executor: which confirmed variant."""

    calculation_id: UUID = ask(N_("Confirmed calculation"), lookup="calculation", among="to_issue")
    executor_id: UUID | None = ask(N_("Executor"), lookup="user", required=False)
    due_on: date | None = ask(N_("Due on"), required=False)
    note: str = ask(N_("Note"), default="", required=False, long=True)
    starts_on: date | None = ask(N_("Starts on"), required=False, hint=N_("Empty: tomorrow, or after the old policy"))


@dataclass
class PutOff:
    """The next look at the deal, by hand."""

    review_on: date = ask(N_("Review on"), proposals="days_ahead")
    note: str = ask(N_("Why"), default="", required=False)


@dataclass
class Lose:
    """Why the client did not buy."""

    reason: str = ask(N_("Reason"))
    competitor: str = ask(N_("Went to"), default="", required=False)
    difference: Decimal | None = ask(N_("Price difference, ₽"), required=False)


@dataclass
class WaitFor:
    """Whose turn it is now."""

    ball: str = ask(N_("Waiting for"), choices=Ball)


@dataclass
class Transfer:
    """A permanent change of people; empty keeps the one there is."""

    seller_id: UUID | None = ask(N_("Seller"), lookup="user", required=False)
    executor_id: UUID | None = ask(N_("Executor"), lookup="user", required=False)


class DealStages:
    """Verbs of a deal. Stages: draft, quotation, client's decision, policy issue, in service, closed or lost."""

    if TYPE_CHECKING:
        id: Mapped[UUID]
        stage: Mapped[str]
        ball: Mapped[str]
        stage_since: Mapped[datetime]
        ball_since: Mapped[datetime]
        seller_id: Mapped[UUID]
        executor_id: Mapped[UUID | None]
        review_on: Mapped[date | None]
        review_note: Mapped[str | None]
        next_review_at: Mapped[date | None]
        lost_reason: Mapped[str | None]
        lost_to: Mapped[str | None]
        lost_difference: Mapped[Decimal | None]
        win_back: Mapped[bool]

    @verb(
        N_("Hand off for calculation"),
        when=(*BEFORE_POLICY, DealStage.WON),
        asks=HandOff,
        letter="h",
        bulk=True,
        to=dict.fromkeys((DealStage.DRAFT, DealStage.CLIENT_DECISION), DealStage.QUOTATION),
    )
    def hand_off(self, act: Act, asked: HandOff) -> None:
        """Ask for calculations; the task stands in the executor's list at once."""
        if self.stage in (DealStage.DRAFT, DealStage.CLIENT_DECISION):
            self.enter(DealStage.QUOTATION, act)
        self.executor_id = asked.executor_id or self.executor_id
        self.pass_ball(Ball.EXECUTOR, act)
        act.work.tell(Fact("deal.handed_off", self, {"kind": "calculate", "asked": asked}))

    @verb(N_("Offer to the client"), when=(DealStage.QUOTATION,), letter="o", to=DealStage.CLIENT_DECISION)
    def offer(self, act: Act) -> None:
        """The ready calculations go to the client, whose turn it is."""
        self.enter(DealStage.CLIENT_DECISION, act)
        self.pass_ball(Ball.CLIENT, act)
        act.work.tell(Fact("deal.offered", self))

    @verb(
        N_("Hand off for issue"),
        when=(DealStage.QUOTATION, DealStage.CLIENT_DECISION, DealStage.POLICY_ISSUE, DealStage.WON),
        asks=OrderIssue,
        letter="i",
        to=dict.fromkeys((DealStage.QUOTATION, DealStage.CLIENT_DECISION), DealStage.POLICY_ISSUE),
    )
    def order_issue(self, act: Act, asked: OrderIssue) -> None:
        """Order the policy of a confirmed calculation; a draft policy with its instalments stands at once."""
        if self.stage != DealStage.WON:
            self.enter(DealStage.POLICY_ISSUE, act)
        self.executor_id = asked.executor_id or self.executor_id
        self.pass_ball(Ball.EXECUTOR, act)
        act.work.tell(Fact("deal.handed_off", self, {"kind": "issue", "asked": asked}))

    @verb(N_("Waiting for…"), when=OPEN_STAGES, asks=WaitFor, letter="w")
    def wait_for(self, act: Act, asked: WaitFor) -> None:
        """Say whose turn it is."""
        self.pass_ball(Ball(asked.ball), act)

    @verb(N_("Put off"), when=OPEN_STAGES, asks=PutOff, letter="p", bulk=True)
    def put_off(self, act: Act, asked: PutOff) -> None:
        """Set the review date by hand; the nearest computed one still comes first. Raises for a past day."""
        self.look_again(asked.review_on, asked.note, act)

    @verb(N_("Close"), when=(DealStage.WON,), letter="c", to=DealStage.CLOSED)
    async def close(self, act: Act) -> None:
        """End the service. Raises while a policy is alive or money is owed."""
        if reason := await why_open(act.work, self.id):
            raise Refused(reason)
        self.enter(DealStage.CLOSED, act)

    @verb(N_("Client left"), when=BEFORE_POLICY, asks=Lose, letter="l", danger=True, to=DealStage.LOST)
    def lose(self, act: Act, asked: Lose) -> None:
        """The client does not buy; who won and by how much is kept."""
        self.lost_reason, self.lost_to, self.lost_difference = asked.reason, asked.competitor or None, asked.difference
        self.win_back = True
        self.enter(DealStage.LOST, act)
        act.work.tell(Fact("deal.lost", self))

    @verb(
        N_("Reopen"),
        when=(DealStage.CLOSED, DealStage.LOST),
        to={DealStage.CLOSED: DealStage.WON, DealStage.LOST: DealStage.QUOTATION},
    )
    def reopen(self, act: Act) -> None:
        """Take a closed or lost deal back to work."""
        was_lost = self.stage == DealStage.LOST
        self.lost_reason = self.lost_to = self.lost_difference = None
        self.win_back = False
        self.enter(DealStage.QUOTATION if was_lost else DealStage.WON, act)
        self.pass_ball(Ball.SELLER, act)

    @verb(N_("Transfer"), asks=Transfer, gives_away=True, bulk=True)
    def transfer(self, act: Act, asked: Transfer) -> None:
        """Give the deal to other people for good."""
        self.seller_id = asked.seller_id or self.seller_id
        self.executor_id = asked.executor_id or self.executor_id

    async def days_ahead(self, act: Act) -> list[Proposal]:
        """The next day that is computed, with what brings the deal back, and the usual ones."""
        return in_order(act.today, *await next_event(act.work, self.id), *usual_days(act.today))

    def win(self, act: Act) -> None:
        """A policy has been issued: the deal is in service. Called by the policy's hook."""
        if self.stage != DealStage.WON:
            self.enter(DealStage.WON, act)
        self.pass_ball(Ball.SELLER, act)

    def decide(self, act: Act) -> None:
        """The client has chosen a variant: the seller goes on. Called by the calculation's hook."""
        if self.stage in (DealStage.DRAFT, DealStage.QUOTATION):
            self.enter(DealStage.CLIENT_DECISION, act)
        self.pass_ball(Ball.SELLER, act)

    def be_taken(self, executor_id: UUID, act: Act) -> None:
        """Somebody took the work on: theirs is the turn, and the deal where nobody executed it yet."""
        if executor_id == self.seller_id:
            self.pass_ball(Ball.SELLER, act)
            return
        self.executor_id = self.executor_id or executor_id
        self.pass_ball(Ball.EXECUTOR, act)

    def look_again(self, day: date, note: str, act: Act) -> None:
        """Set the review date by hand. Raises for a past day."""
        if day <= act.today:
            raise Refused(N_("The review date must lie ahead: {day} has come."), day=day)
        self.review_on, self.review_note = day, note or None

    def enter(self, stage: DealStage, act: Act) -> None:
        """Move to a stage and note since when; a review date that has come is spent by it."""
        self.stage, self.stage_since = stage, act.at
        if self.review_on is not None and self.review_on <= act.today:
            self.review_on = self.review_note = None

    def pass_ball(self, ball: Ball, act: Act) -> None:
        """Give the turn to somebody; the clock starts anew when it changes hands."""
        if self.ball != ball:
            self.ball, self.ball_since = ball, act.at
