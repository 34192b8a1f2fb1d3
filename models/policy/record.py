"""The policy's row and its verbs."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from models.arrears import must_have_days
from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import ArrearEffect, DeductibleKind, PolicyStatus
from models.errors import Denied, Invalid, Problem
from models.facts import Fact
from models.identifiers import BadIdentifier, parse_policy_number, shown_policy_number
from models.policy.asked import Cancel, Endorse, Issue, Terms, must_fit, must_fit_cover
from models.texts import N_
from models.verbs import Act, verb

__all__ = ["Cancel", "Endorse", "Issue", "Policy", "Terms"]

S = PolicyStatus
TERMS = frozenset({"premium", "starts_on", "ends_on", "plan"})
"""What the instalments follow from; once a policy is issued only a verb changes it."""
RATED = frozenset({"insurer_id", "agreement_id", "commission_percent"})
"""What the commission follows from; likewise."""
OWNERS = text(
    "SELECT d.client_id, n.product_id FROM crm.needs n JOIN crm.deals d ON d.id = n.deal_id"
    " WHERE n.id = CAST(:need AS uuid)"
)


class Policy(Trashable, Record):
    """Полис: series and number, days of sale, start and end, premium and sum insured in roubles."""

    __tablename__ = "policies"
    __table_args__: Any = (
        UniqueConstraint("id", "deal_id"),
        same_deal("need_id", "crm.needs"),
        same_deal("calculation_id", "crm.calculations"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("premium > 0", name="premium"),
        CheckConstraint("sum_insured > 0", name="sum_insured"),
        CheckConstraint("deductible >= 0", name="deductible"),
        CheckConstraint("arrear_days > 0", name="arrear_days"),
        CheckConstraint("status IN ('draft', 'annulled') OR number IS NOT NULL", name="number"),
        CheckConstraint("status <> 'cancelled' OR cancelled_on IS NOT NULL", name="cancelled_on"),
        Index(
            "uq_policies_number",
            "insurer_id",
            "number_key",
            unique=True,
            postgresql_where=text("deleted_at IS NULL AND status <> 'annulled'"),
        ),
        Index("ix_policies_number_key", "number_key"),
        Index("ix_policies_ends_on", "ends_on"),
        list_index("ix_policies_status", "status", "ends_on"),
        Index(
            "ix_policies_search", "number_key", postgresql_using="gin", postgresql_ops={"number_key": "gin_trgm_ops"}
        ),
        {"schema": "crm"},
    )
    __identity__ = "policy"
    __event__ = "crm.deal.policy"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "number"
    __search__ = ("number_key", "number")
    __natural__ = (("insurer_id", "number"),)
    __state__ = "status"
    __by_verb__ = frozenset({"cancelled_on", "cancel_reason"})
    __once__ = frozenset({"need_id", "client_id", "calculation_id"})
    __settled__ = frozenset({S.CANCELLED, S.ANNULLED})

    deal_id: Mapped[UUID] = reference("crm.deals")
    need_id: Mapped[UUID] = reference("crm.needs")
    client_id: Mapped[UUID] = reference("crm.clients")
    calculation_id: Mapped[UUID | None] = reference("crm.calculations")
    insurer_id: Mapped[UUID] = reference("crm.insurers")
    product_id: Mapped[UUID] = reference("crm.products")
    agreement_id: Mapped[UUID | None] = reference("crm.agreements")
    program: Mapped[str | None]
    number: Mapped[str | None]
    number_key: Mapped[str | None] = mapped_column(info={"quiet": True})
    blank_number: Mapped[str | None]
    receipt_number: Mapped[str | None]
    status: Mapped[str] = choice(PolicyStatus, S.DRAFT)
    sale_date: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    start_time: Mapped[time | None] = mapped_column(Time)
    periods_of_use: Mapped[str | None]
    premium: Mapped[Decimal]
    sum_insured: Mapped[Decimal | None]
    deductible: Mapped[Decimal | None]
    deductible_kind: Mapped[str] = choice(DeductibleKind, DeductibleKind.NONE)
    plan: Mapped[str] = mapped_column(default="once")
    commission_percent: Mapped[Decimal | None]
    arrear_effect: Mapped[str] = choice(ArrearEffect, ArrearEffect.AT_RISK)
    arrear_days: Mapped[int | None]
    is_renewal: Mapped[bool] = mapped_column(default=False)
    previous_policy_id: Mapped[UUID | None] = reference("crm.policies")
    previous_number: Mapped[str | None]
    beneficiary: Mapped[str | None]
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]

    @validates("number")
    def _key(self, name: str, number: str | None) -> str | None:
        try:
            self.number_key = parse_policy_number(number).key if number else None
        except BadIdentifier:
            self.number_key = number
        return number

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """The client of its deal and the product of its need."""
        owners = (await act.work.execute(OWNERS, {"need": values.get("need_id")})).first()
        if owners is not None:
            values["client_id"] = owners.client_id
            values.setdefault("product_id", owners.product_id)

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for wrong days, and for terms that instalments already follow from."""
        fixed = fields & (TERMS | RATED)
        if self.status == S.ISSUED and fixed:
            sentence = N_("The policy is issued: “Correct the terms” changes this, and what follows from it.")
            raise Invalid(fields={name: Problem(sentence) for name in sorted(fixed)})
        if self.ends_on < self.starts_on:
            raise Invalid.at("ends_on", N_("The policy ends before it starts."))
        if fields & {"arrear_effect", "arrear_days"}:
            must_have_days(self.arrear_effect, self.arrear_days)

    @verb(N_("Issue the policy"), when=(S.DRAFT,), asks=Issue, letter="i", primary=True, to=S.ISSUED)
    def issue(self, act: Act, asked: Issue) -> None:
        """The insurer's policy is here: number and days are entered, lines appear by rule. Raises for wrong days."""
        must_fit(asked, act)
        was = (self.starts_on, self.ends_on, self.plan)
        self.number, self.sale_date = _spelled(asked.number), asked.sale_date
        self.starts_on, self.ends_on = asked.starts_on, asked.ends_on
        for name in ("premium", "plan", "agreement_id", "start_time", "blank_number", "receipt_number"):
            if given := getattr(asked, name):
                setattr(self, name, given)
        self.status = S.ISSUED
        moved = was != (self.starts_on, self.ends_on, self.plan)
        told = {"moved": moved, "paid_on": asked.first_paid_on, "collected_by": asked.collected_by}
        act.work.tell(Fact("policy.issued", self, told))

    @verb(N_("Endorse"), when=(S.ISSUED,), asks=Endorse, letter="s")
    def endorse(self, act: Act, asked: Endorse) -> None:
        """The insurer has agreed to a change: premium, end or both. Raises where the difference cannot be paid so."""
        change = asked.change_of(self.premium)
        was_until = self.ends_on
        self.ends_on = must_fit_cover(asked, self.starts_on, self.ends_on)
        self.premium += change
        act.work.tell(Fact("policy.endorsed", self, {"asked": asked, "change": change, "was_until": was_until}))

    @verb(N_("Correct the terms"), when=(S.ISSUED,), asks=Terms)
    def correct(self, act: Act, asked: Terms) -> None:
        """A mistake of entry: premium, days, plan and rate as they are. Raises where what is paid does not fit."""
        if asked.ends_on < asked.starts_on:
            raise Invalid.at("ends_on", N_("The policy ends before it starts."))
        if asked.premium <= 0:
            raise Invalid.at("premium", N_("The premium must be above zero."))
        self.premium, self.plan = asked.premium, asked.plan
        self.starts_on, self.ends_on = asked.starts_on, asked.ends_on
        act.work.tell(Fact("policy.corrected", self, {"rated": self._rate_anew(asked, act)}))

    def _rate_anew(self, asked: Terms, act: Act) -> bool:
        """Take over what the commission follows from; whether any of it is another one. Raises `Denied`, `Invalid`."""
        was = (self.insurer_id, self.agreement_id, self.commission_percent)
        if asked.percent is not None and asked.percent != self.commission_percent:
            _must_write("commission_percent", act)
            if not 0 <= asked.percent <= 100:
                raise Invalid.at("percent", N_("A percentage lies between 0 and 100."))
            self.commission_percent = asked.percent
        if asked.another_insurer_id is not None and asked.another_insurer_id != self.insurer_id:
            self.insurer_id, self.agreement_id = asked.another_insurer_id, None
        if asked.another_agreement_id is not None and asked.another_agreement_id != self.agreement_id:
            _must_write("agreement_id", act)
            self.agreement_id = asked.another_agreement_id
        return was != (self.insurer_id, self.agreement_id, self.commission_percent)

    @verb(N_("Cancel the policy"), when=(S.ISSUED,), asks=Cancel, danger=True, to=S.CANCELLED)
    def cancel(self, act: Act, asked: Cancel) -> None:
        """Terminate early, the day still covered: later instalments are cancelled. Raises for a day outside it."""
        if (asked.kept_percent, asked.refund) != (None, None) and not act.actor.rights.may("policy", "set_refund"):
            raise Denied(N_("Your role does not change what the insurer keeps."))
        first = min(self.starts_on, self.sale_date or self.starts_on)
        if not first <= asked.cancelled_on <= self.ends_on:
            raise Invalid.at("cancelled_on", N_("The day must lie within the policy."))
        self.status, self.cancelled_on, self.cancel_reason = S.CANCELLED, asked.cancelled_on, asked.reason
        act.work.tell(Fact("policy.cancelled", self, {"asked": asked}))

    @verb(N_("Annul"), when=(S.DRAFT, S.ISSUED), danger=True, to=S.ANNULLED)
    def annul(self, act: Act) -> None:
        """It never was: entered by mistake."""
        self.status = S.ANNULLED
        act.work.tell(Fact("policy.annulled", self))


def _must_write(field: str, act: Act) -> None:
    """Raises `Denied` where a verb would change what the role may not edit."""
    if not act.actor.rights.may_field("policy", field, "write"):
        raise Denied(N_("Your role may not change this field: {field}."), field=field)


def _spelled(number: str) -> str:
    """Look-alike letters of a compulsory policy made one; what cannot be read stays."""
    try:
        return shown_policy_number(number)
    except BadIdentifier:
        return number.strip()
