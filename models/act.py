"""Акт-отчёт агента: the commission of a period that an own entity and an insurer agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models import acting
from models.base import Record, Rows, choice, reference
from models.catalogue import Agreement
from models.choices import IncomeKind, Settlement, VatMode
from models.errors import Invalid, Refused
from models.facts import Fact
from models.inquiries import must_be_open_month
from models.paper import ActStatus, LineStatus, Period
from models.texts import N_
from models.verbs import Act, ask, verb

S = ActStatus


@dataclass
class Signed:
    """The act's own day and number, and who signs for the brokerage."""

    signed_on: date = ask(N_("Date of the act"))
    number: int | None = ask(
        N_("Number"), required=False, hint=N_("Empty: the next one of the year"), start="no_number"
    )
    signatory: str = ask(N_("Signed for us by"), default="", required=False)


@dataclass
class Cancelled:
    """Why the act does not stand."""

    reason: str = ask(N_("Reason"), default="", required=False, hint=N_("Needed where the act is signed"))


class AgentAct(Record):
    """What was sold in a period and what commission it brings, in roubles; once signed nothing in it changes."""

    __tablename__ = "acts"
    __table_args__: Any = (
        UniqueConstraint("entity_id", "year", "number"),
        CheckConstraint("period_to >= period_from", name="order"),
        CheckConstraint("status <> 'draft' OR number IS NULL", name="draft"),
        CheckConstraint("status <> 'signed' OR (number > 0 AND signed_on IS NOT NULL)", name="signed"),
        CheckConstraint("(number IS NULL) = (year IS NULL)", name="year"),
        {"schema": "crm"},
    )
    __identity__ = "act"
    __event__ = "crm.act"
    __status_event__ = "status.{}"
    __rows__ = Rows.OFFICE
    __title__ = "title"
    __search__ = ("title",)
    __state__ = "status"
    __by_verb__ = frozenset(
        {
            *("entity_id", "insurer_id", "title", "number", "year", "signed_on", "signatory", "signed_by_id"),
            *("line_count", "premium", "commission", "vat", "cancel_reason"),
        }
    )
    __once__ = frozenset({"agreement_id", "period_from", "period_to", "takes_earlier"})
    __settled__ = frozenset({S.SIGNED, S.CANCELLED})

    agreement_id: Mapped[UUID] = reference("crm.agreements")
    entity_id: Mapped[UUID] = reference("crm.entities", index=False)
    insurer_id: Mapped[UUID] = reference("crm.insurers")
    period_from: Mapped[date]
    period_to: Mapped[date]
    takes_earlier: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    status: Mapped[str] = choice(ActStatus, S.DRAFT)
    number: Mapped[int | None]
    year: Mapped[int | None] = mapped_column(info={"quiet": True})
    signed_on: Mapped[date | None]
    signatory: Mapped[str | None]
    signed_by_id: Mapped[UUID | None] = reference("auth.users")
    line_count: Mapped[int] = mapped_column(default=0)
    premium: Mapped[Decimal] = mapped_column(default=Decimal(0))
    commission: Mapped[Decimal] = mapped_column(default=Decimal(0))
    vat: Mapped[Decimal] = mapped_column(default=Decimal(0))
    cancel_reason: Mapped[str | None]
    note: Mapped[str | None]

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """The two sides, as the agreement names them."""
        if not (values.get("agreement_id") and values.get("period_from") and values.get("period_to")):
            return
        agreement = await act.work.get_record(Agreement, values["agreement_id"])
        period = Period(values["period_from"], values["period_to"])
        values |= {"entity_id": agreement.entity_id, "insurer_id": agreement.insurer_id}
        values["title"] = f"{agreement.number} · {period.name}"

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for days in the wrong order."""
        if self.period_to < self.period_from:
            raise Invalid.at("period_to", N_("The period ends before it begins."))

    def made(self, act: Act) -> None:
        """It is drafted; its lines follow."""
        act.work.tell(Fact("act.drafted", self))

    @property
    def no_number(self) -> None:
        """The form of signing begins without a number."""

    @verb(N_("Fill anew"), when=(S.DRAFT,), letter="r")
    async def refill(self, act: Act) -> None:
        """Lines as the money stands now; what was taken out stays out."""
        await acting.fill(act.work, self)

    @verb(N_("Sign the act"), when=(S.DRAFT,), asks=Signed, letter="a", primary=True, to=S.SIGNED)
    async def sign(self, act: Act, asked: Signed) -> None:
        """From now on it stands. Raises for a wrong day, a closed month, a wrong number, lines that are out of date."""
        await self._must_be_a_day_to_sign(act, asked.signed_on)
        await acting.must_be_up_to_date(act.work, self)
        self.year = asked.signed_on.year
        self.number = await acting.number_for(act.work, self, asked.number)
        self.status, self.signed_on, self.signed_by_id = S.SIGNED, asked.signed_on, act.actor.id
        self.signatory = asked.signatory or None
        self.title = f"№ {self.number} · {self.title}"
        await acting.date_incomes(act.work, self, asked.signed_on)

    async def _must_be_a_day_to_sign(self, act: Act, day: date) -> None:
        await must_be_open_month(act.work, day)
        if day > act.today:
            raise Invalid.at("signed_on", N_("This day has not come yet."))
        if day < self.period_to:
            raise Invalid.at("signed_on", N_("The act's period is not over on this day."))

    @verb(N_("Cancel the act"), when=(S.DRAFT, S.SIGNED), asks=Cancelled, danger=True, to=S.CANCELLED)
    async def cancel(self, act: Act, asked: Cancelled) -> None:
        """Its lines are free for another act; a number stays taken. Raises in a closed month and without a reason."""
        was_signed_on = self.signed_on
        if was_signed_on is not None:
            await must_be_open_month(act.work, was_signed_on)
            if not asked.reason:
                raise Invalid.at("reason", N_("Say why a signed act is cancelled."))
        self.status, self.cancel_reason = S.CANCELLED, asked.reason or None
        await acting.free_lines(act.work, self)
        if was_signed_on is not None:
            await acting.date_incomes(act.work, self, None)


class ActLine(Record):
    """One income as it stands in an act; values are those of the filling, and of the signing for good."""

    __tablename__ = "act_lines"
    __table_args__: Any = (
        UniqueConstraint("act_id", "income_id"),
        Index("uq_act_lines_income", "income_id", unique=True, postgresql_where=text("status = 'in'")),
        Index("ix_act_lines_income", "income_id"),
        {"schema": "crm"},
    )
    __identity__ = "act-line"
    __event__ = "crm.act.line"
    __rows__ = Rows.OFFICE
    __title__ = "policy_number"
    __search__ = ("policy_number", "policyholder")
    __state__ = "status"
    __by_verb__ = frozenset(
        {
            *("act_id", "income_id", "policy_id", "settlement", "kind", "policy_number", "policyholder", "product"),
            *("instalment", "paid_on", "premium", "rate_percent", "commission", "vat_mode", "vat"),
        }
    )

    act_id: Mapped[UUID] = reference("crm.acts", index=False)
    income_id: Mapped[UUID] = reference("crm.payment_incomes", index=False)
    policy_id: Mapped[UUID] = reference("crm.policies")
    status: Mapped[str] = choice(LineStatus, LineStatus.IN)
    settlement: Mapped[str] = choice(Settlement, Settlement.AFTER_ACT)
    kind: Mapped[str] = choice(IncomeKind, IncomeKind.COMMISSION)
    policy_number: Mapped[str]
    policyholder: Mapped[str]
    product: Mapped[str]
    instalment: Mapped[int]
    paid_on: Mapped[date]
    premium: Mapped[Decimal]
    rate_percent: Mapped[Decimal | None]
    commission: Mapped[Decimal]
    vat_mode: Mapped[str] = choice(VatMode, VatMode.NONE)
    vat: Mapped[Decimal] = mapped_column(default=Decimal(0))

    @verb(N_("Take out of the act"), when=(LineStatus.IN,), bulk=True, to=LineStatus.OUT)
    async def take_out(self, act: Act) -> None:
        """It waits for another act. Raises where the act is no draft any more."""
        await self._move(act, LineStatus.OUT)

    @verb(N_("Back into the act"), when=(LineStatus.OUT,), primary=True, bulk=True, to=LineStatus.IN)
    async def put_back(self, act: Act) -> None:
        """It counts again. Raises where the act is no draft any more, or another act has taken the line."""
        await self._move(act, LineStatus.IN)

    async def _move(self, act: Act, status: LineStatus) -> None:
        paper = await act.work.get_record(AgentAct, self.act_id, lock=True)
        if paper.status != S.DRAFT:
            raise Refused(N_("The act is no draft any more; its lines stay as they are."))
        self.status = status
        await acting.total(act.work, paper)
