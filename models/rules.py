"""Commission and expense rules: date-effective, the most specific one first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import ExpenseKind, IncomeKind, Settlement, ShareOf, VatMode

IN_FORCE = "daterange(starts_on, ends_on, '[]')"
NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"


def no_overlap(name: str, *parts: str) -> ExcludeConstraint:
    """No two rules in force on one day with the same parts."""
    keys = [(text(part), "=") for part in parts]
    return ExcludeConstraint(*keys, (text(IN_FORCE), "&&"), name=name, using="gist", where=text("deleted_at IS NULL"))


class CommissionRule(Trashable, Record):
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
    vat_mode: Mapped[str] = choice(VatMode, VatMode.NONE)


class ExpenseRule(Trashable, Record):
    """What the brokerage shares while in force (both days included): percent of premium or commission, or roubles."""

    __tablename__ = "expense_rules"
    __table_args__: Any = (
        no_overlap(
            "ex_expense_rules_overlap",
            "kind",
            f"coalesce(insurer_id, {NOBODY})",
            f"coalesce(product_id, {NOBODY})",
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
    __search__ = ("name",)

    name: Mapped[str]
    kind: Mapped[str] = choice(ExpenseKind)
    insurer_id: Mapped[UUID | None] = reference("crm.insurers")
    product_id: Mapped[UUID | None] = reference("crm.products")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    share_of: Mapped[str] = choice(ShareOf, ShareOf.COMMISSION)
    percent: Mapped[Decimal | None]
    fixed_amount: Mapped[Decimal | None]
    payee_name: Mapped[str | None] = mapped_column()
