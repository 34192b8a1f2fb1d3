"""A calculation: one insurer's variant for a need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, exists, false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import CalculationStatus, DeductibleKind
from models.clock import BROKERAGE_ZONE
from models.errors import Invalid, Refused
from models.facts import Fact
from models.inquiries import policy_of
from models.log import events
from models.policy.record import Issue
from models.texts import N_
from models.verbs import Act, ask, verb

S = CalculationStatus
OSAGO = "osago"
"""The slug of the product whose tariff changes by the calendar."""


@dataclass
class Refusal:
    """What the insurer said."""

    reason: str = ask(N_("Reason"))


@dataclass
class Chosen:
    """The client's choice, and what they said of the variants that lost."""

    why: str = ask(
        N_("Why not the others"),
        default="",
        required=False,
        hint=N_("Kept with the variants that lost: cheaper, better terms, the client's bank…"),
    )


@dataclass
class Unwanted:
    """Why the client does not want it."""

    reason: str = ask(N_("Reason"), default="", required=False)


class Calculation(Trashable, Record):
    """Расчёт: insurer, product (by the need), program, premium in roubles, terms, and how long it stands."""

    __tablename__ = "calculations"
    __table_args__: Any = (
        UniqueConstraint("id", "deal_id"),
        same_deal("need_id", "crm.needs"),
        CheckConstraint("premium > 0", name="premium"),
        CheckConstraint("sum_insured > 0", name="sum_insured"),
        CheckConstraint("deductible >= 0", name="deductible"),
        CheckConstraint("commission_percent BETWEEN 0 AND 100", name="commission_percent"),
        CheckConstraint("premium IS NOT NULL OR status IN ('requested', 'refused', 'archived')", name="ready"),
        Index("ix_calculations_deal", "deal_id", "status"),
        list_index("ix_calculations_created_at", "created_at"),
        list_index("ix_calculations_status", "status", "created_at"),
        {"schema": "crm"},
    )
    __identity__ = "calculation"
    __event__ = "crm.deal.calculation"
    __status_event__ = "status.{}"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "title"
    __search__ = ("title", "program")
    __state__ = "status"
    __by_verb__ = frozenset({"refusal_reason", "decline_reason"})
    __once__ = frozenset({"need_id"})
    __settled__ = frozenset({S.ARCHIVED})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    need_id: Mapped[UUID] = reference("crm.needs")
    insurer_id: Mapped[UUID] = reference("crm.insurers")
    title: Mapped[str | None] = mapped_column(info={"derived": True})
    program: Mapped[str | None]
    status: Mapped[str] = choice(CalculationStatus, S.REQUESTED)
    premium: Mapped[Decimal | None]
    sum_insured: Mapped[Decimal | None]
    deductible: Mapped[Decimal | None]
    deductible_kind: Mapped[str] = choice(DeductibleKind, DeductibleKind.NONE)
    commission_percent: Mapped[Decimal | None]
    plan: Mapped[str] = mapped_column(default="once")
    valid_until: Mapped[date | None]
    refusal_reason: Mapped[str | None]
    decline_reason: Mapped[str | None]
    """Why the client did not choose it."""
    is_issued: Mapped[bool] = mapped_column(default=False, server_default=false(), info={"derived": True})
    """Whether a policy that stands was made from it."""
    note: Mapped[str | None]

    @verb(N_("Mark ready"), when=(S.REQUESTED, S.STALE), letter="g", primary=True, bulk=True, to=S.READY)
    def ready(self, act: Act) -> None:
        """The variant is whole. Raises without a premium, or when it has expired."""
        if self.premium is None:
            raise Invalid.at("premium", N_("Enter the premium first."))
        self._must_stand(act)
        self.status = S.READY

    @verb(N_("Insurer refused"), when=(S.REQUESTED, S.READY, S.OFFERED), asks=Refusal, to=S.REFUSED)
    def refuse(self, act: Act, asked: Refusal) -> None:
        """The insurer does not take the risk."""
        self.status, self.refusal_reason = S.REFUSED, asked.reason

    @verb(N_("Offer"), when=(S.READY,), letter="o", bulk=True, to=S.OFFERED)
    def offer(self, act: Act) -> None:
        """The client has it. Raises when it has expired."""
        self._must_stand(act)
        self.status = S.OFFERED

    @verb(N_("Confirm the variant"), when=(S.READY, S.OFFERED), asks=Chosen, letter="y", primary=True, to=S.CONFIRMED)
    def confirm(self, act: Act, asked: Chosen | None = None) -> None:
        """The client chose it; the same need's other variants are archived. Raises when it has expired."""
        self._must_stand(act)
        self.status = S.CONFIRMED
        act.work.tell(Fact("calculation.confirmed", self, {"why": asked.why.strip() if asked else ""}))

    @verb(N_("Decline"), when=(S.READY, S.OFFERED), asks=Unwanted, bulk=True, to=S.DECLINED)
    def decline(self, act: Act, asked: Unwanted | None = None) -> None:
        """The client does not want it."""
        self.status = S.DECLINED
        self.lose(asked.reason if asked else "")

    @verb(
        N_("Issue the policy"),
        when=(S.CONFIRMED,),
        asks=Issue,
        only=lambda record, actor: not record.is_issued,
        letter="i",
        primary=True,
    )
    def issue(self, act: Act, asked: Issue) -> None:
        """The insurer's policy is here: a draft that stands is completed, else one is made and completed at once."""
        act.work.tell(Fact("calculation.issued", self, {"asked": asked}))

    @verb(
        N_("Take the choice back"), when=(S.CONFIRMED,), only=lambda record, actor: not record.is_issued, to=S.OFFERED
    )
    async def unconfirm(self, act: Act) -> None:
        """Until the policy is issued the choice may change. Raises after."""
        if await policy_of(act.work, self.id):
            raise Refused(N_("A policy is already made from this calculation."))
        self.status = S.OFFERED

    @verb(
        N_("Archive"), when=(S.REQUESTED, S.READY, S.REFUSED, S.OFFERED, S.DECLINED, S.STALE), bulk=True, to=S.ARCHIVED
    )
    def archive(self, act: Act) -> None:
        """Out of sight, kept for comparison."""
        self.status = S.ARCHIVED

    @classmethod
    def to_issue(cls) -> ColumnElement[bool]:
        """Confirmed ones from which no policy has been made."""
        policies = cls.metadata.tables["crm.policies"].alias("issued")
        made = exists().where(policies.c.calculation_id == cls.id, policies.c.status != "annulled")
        return and_(cls.status == S.CONFIRMED, ~made.where(policies.c.deleted_at.is_(None)))

    def lose(self, reason: str) -> None:
        """Keep what the client said against it; silence leaves what was said before."""
        self.decline_reason = reason.strip() or self.decline_reason

    @classmethod
    def outlived(cls, today: date) -> ColumnElement[bool]:
        """Ready or offered ones whose last valid day is over."""
        return and_(cls.status.in_((S.READY, S.OFFERED)), cls.deleted_at.is_(None), cls.valid_until < today)

    @classmethod
    def before_new_kbm(cls, today: date) -> ColumnElement[bool]:
        """ОСАГО that was calculated before 1 April and not paid by it: КБМ is another one since (40-ФЗ, art. 9).

        One that was marked ready anew after that day stands.
        """
        first = datetime.combine(date(today.year - (today < date(today.year, 4, 1)), 4, 1), time(), BROKERAGE_ZONE)
        tables = cls.metadata.tables
        needs, products = tables["crm.needs"], tables["crm.products"]
        osago = exists().where(needs.c.id == cls.need_id, products.c.id == needs.c.product_id, products.c.slug == OSAGO)
        ready = f"{cls.__event__}.{cls.__status_event__.format(S.READY)}"
        anew = exists().where(events.c.record_id == cls.id, events.c.type == ready, events.c.at >= first)
        open_ones = and_(cls.status.in_((S.READY, S.OFFERED)), cls.deleted_at.is_(None), cls.created_at < first)
        return and_(open_ones, osago, ~anew)

    def go_stale(self, act: Act) -> None:
        """Its validity has passed. Called by the schedule."""
        if self.status in (S.READY, S.OFFERED):
            self.status = S.STALE

    def has_expired(self, act: Act) -> bool:
        """Whether its last valid day is over."""
        return self.valid_until is not None and self.valid_until < act.today

    def _must_stand(self, act: Act) -> None:
        if self.has_expired(act):
            raise Refused(N_("This calculation was valid until {day}; ask for a new one."), day=self.valid_until)
