"""Commission and expense rules: date-effective, the most specific one first (`migrations/sql/lines.sql`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models import clock
from models.base import Record, Rows, Trashable, choice, reference
from models.choices import ExpenseKind, IncomeKind, Settlement, ShareOf, VatMode
from models.dates import add_months, day_before
from models.errors import Invalid
from models.texts import N_
from models.verbs import Act, ask, verb

IN_FORCE = "daterange(starts_on, ends_on, '[]')"
NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
NEVER_CARRIED_ON = frozenset({"id", "created_at", "deleted_at"})


def no_overlap(name: str, *parts: str) -> ExcludeConstraint:
    """No two rules in force on one day with the same parts."""
    keys = [(text(part), "=") for part in parts]
    return ExcludeConstraint(*keys, (text(IN_FORCE), "&&"), name=name, using="gist", where=text("deleted_at IS NULL"))


@dataclass
class NewRate:
    """What holds from a day on; sums in roubles, what is empty stays as it is."""

    from_day: date = ask(
        N_("From which day"), start="next_month", hint=N_("By the day of sale; what was sold before keeps its rate")
    )
    percent: Decimal | None = ask(N_("Percent"), required=False)
    fixed_amount: Decimal | None = ask(N_("Fixed amount, ₽"), required=False)


class Dated:
    """A rule whose rate changes from a day on: the old one ends the day before, a new one begins."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    percent: Mapped[Decimal | None]
    fixed_amount: Mapped[Decimal | None]

    @property
    def next_month(self) -> date:
        """Its first day: when rates usually change."""
        return add_months(clock.today().replace(day=1), 1)

    @verb(N_("Change the rate from a date"), asks=NewRate)
    async def change_rate(self, act: Act, asked: NewRate) -> Record:
        """Close this rule the day before and make the next one. Raises for a day outside it, an impossible rate."""
        assert isinstance(self, CommissionRule | ExpenseRule)
        if asked.from_day <= self.starts_on or (self.ends_on is not None and asked.from_day > self.ends_on):
            raise Invalid.at("from_day", N_("The day must lie within the rule, after its first day."))
        if asked.percent is not None and not 0 <= asked.percent <= 100:
            raise Invalid.at("percent", N_("A percentage lies between 0 and 100."))
        if asked.percent is None and asked.fixed_amount is None:
            raise Invalid.at("percent", N_("Say what the new rate is."))
        newer = self._carried_on(asked)
        self.ends_on = day_before(asked.from_day)
        await act.work.flush()
        act.work.add(newer)
        await act.work.flush()
        await self.carry_on(act, newer)
        return newer

    def _carried_on(self, asked: NewRate) -> CommissionRule | ExpenseRule:
        assert isinstance(self, CommissionRule | ExpenseRule)
        names = set(self.__table__.columns.keys()) - NEVER_CARRIED_ON
        values = {name: getattr(self, name) for name in names} | {"starts_on": asked.from_day}
        given = {name: getattr(asked, name) for name in ("percent", "fixed_amount")}
        return type(self)(**values | {name: value for name, value in given.items() if value is not None})

    async def carry_on(self, act: Act, newer: Any) -> None:
        """What else the next rule takes over."""


class CommissionRule(Dated, Trashable, Record):
    """What an insurer pays while in force (both days included): percent of premium, fixed sum, minimum in roubles."""

    __tablename__ = "commission_rules"
    __table_args__: Any = (
        no_overlap(
            "ex_commission_rules_overlap",
            "insurer_id",
            f"coalesce(agreement_id, {NOBODY})",
            f"coalesce(product_id, {NOBODY})",
            "kind",
            "coalesce(program, '')",
            "coalesce(region, '')",
            "coalesce(vehicle_category, '')",
            "coalesce(is_renewal::int, -1)",
        ),
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("percent IS NOT NULL OR fixed_amount IS NOT NULL", name="what"),
        {"schema": "crm"},
    )
    __identity__ = "commission-rule"
    __event__ = "crm.commission_rule"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name", "program")

    name: Mapped[str]
    insurer_id: Mapped[UUID] = reference("crm.insurers")
    agreement_id: Mapped[UUID | None] = reference("crm.agreements")
    product_id: Mapped[UUID | None] = reference("crm.products")
    kind: Mapped[str] = choice(IncomeKind, IncomeKind.COMMISSION)
    program: Mapped[str | None]
    region: Mapped[str | None]
    vehicle_category: Mapped[str | None]
    is_renewal: Mapped[bool | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    percent: Mapped[Decimal | None]
    fixed_amount: Mapped[Decimal | None]
    minimum_amount: Mapped[Decimal | None]
    settlement: Mapped[str] = choice(Settlement, Settlement.AFTER_ACT)
    vat_mode: Mapped[str | None] = choice(VatMode)
    """Where it is another than the agreement's or its entity's on the day."""

    async def carry_on(self, act: Act, newer: Any) -> None:
        """The tiers too."""
        tiers = await act.work.scalars(select(CommissionTier).where(CommissionTier.rule_id == self.id, NOT_IN_TRASH))
        act.work.add_all(
            CommissionTier(rule_id=newer.id, from_premium=tier.from_premium, percent=tier.percent)
            for tier in tiers.all()
        )


class CommissionTier(Trashable, Record):
    """From which premium of a policy, in roubles, a rule gives which percent; below the first one the rule's own."""

    __tablename__ = "commission_tiers"
    __table_args__: Any = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("from_premium > 0", name="from_premium"),
        Index(
            "uq_commission_tiers_rule",
            "rule_id",
            "from_premium",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        {"schema": "crm"},
    )
    __identity__ = "commission-tier"
    __event__ = "crm.commission_tier"
    __rows__ = Rows.REFERENCE
    __title__ = "from_premium"
    __once__ = frozenset({"rule_id"})

    rule_id: Mapped[UUID] = reference("crm.commission_rules", index=False)
    from_premium: Mapped[Decimal]
    percent: Mapped[Decimal]


NOT_IN_TRASH = CommissionTier.deleted_at.is_(None)


class ExpenseRule(Dated, Trashable, Record):
    """What the brokerage shares while in force (both days included): percent of premium or commission, or roubles."""

    __tablename__ = "expense_rules"
    __table_args__: Any = (
        no_overlap(
            "ex_expense_rules_overlap",
            "kind",
            f"coalesce(insurer_id, {NOBODY})",
            f"coalesce(product_id, {NOBODY})",
            "coalesce(program, '')",
            "coalesce(is_renewal::int, -1)",
            "coalesce(CASE kind WHEN 'partner_share' THEN payee_name END, '')",
        ),
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("percent IS NOT NULL OR fixed_amount IS NOT NULL", name="what"),
        {"schema": "crm"},
    )
    __identity__ = "expense-rule"
    __event__ = "crm.expense_rule"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name", "program", "payee_name")

    name: Mapped[str]
    kind: Mapped[str] = choice(ExpenseKind)
    insurer_id: Mapped[UUID | None] = reference("crm.insurers")
    product_id: Mapped[UUID | None] = reference("crm.products")
    program: Mapped[str | None]
    is_renewal: Mapped[bool | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    share_of: Mapped[str] = choice(ShareOf, ShareOf.COMMISSION)
    percent: Mapped[Decimal | None]
    fixed_amount: Mapped[Decimal | None]
    payee_name: Mapped[str | None] = mapped_column()
