"""The brokerage's catalogue: own entities, insurers, agreements, products."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import InsurerKind, ObjectKind, Settlement, VatMode
from models.texts import N_


class Entity(Trashable, Record):
    """One of the brokerage's own legal entities."""

    __tablename__ = "entities"
    __table_args__: Any = (UniqueConstraint("name"), {"schema": "crm"})
    __identity__ = "entity"
    __event__ = "crm.entity"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name", "inn")

    name: Mapped[str]
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    address: Mapped[str | None]
    signatory: Mapped[str | None] = mapped_column(info={"label": N_("Signs papers")})
    bank_account: Mapped[str | None]
    bank_name: Mapped[str | None]
    bank_bik: Mapped[str | None] = mapped_column(info={"label": N_("BIC of the bank")})
    bank_correspondent: Mapped[str | None] = mapped_column(info={"label": N_("Correspondent account")})
    vat_mode: Mapped[str] = choice(VatMode, VatMode.NONE)
    """Before the first of its VAT periods."""


class VatPeriod(Trashable, Record):
    """From which day an own entity has which VAT; lines expected before it keep what they had."""

    __tablename__ = "vat_periods"
    __table_args__: Any = (
        Index(
            "uq_vat_periods_entity", "entity_id", "starts_on", unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        {"schema": "crm"},
    )
    __identity__ = "vat-period"
    __event__ = "crm.vat_period"
    __rows__ = Rows.REFERENCE
    __title__ = "starts_on"
    __once__ = frozenset({"entity_id"})

    entity_id: Mapped[UUID] = reference("crm.entities", index=False)
    starts_on: Mapped[date]
    mode: Mapped[str] = choice(VatMode)


class Insurer(Trashable, Record):
    """An insurer, or an aggregator that pays commission in its place."""

    __tablename__ = "insurers"
    __table_args__: Any = (
        UniqueConstraint("name"),
        CheckConstraint("statement_tolerance BETWEEN 0 AND 100", name="statement_tolerance"),
        {"schema": "crm"},
    )
    __identity__ = "insurer"
    __event__ = "crm.insurer"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name", "inn")

    name: Mapped[str]
    kind: Mapped[str] = choice(InsurerKind, InsurerKind.INSURER)
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(info={"format": "phone"})
    website: Mapped[str | None]
    statement_tolerance: Mapped[Decimal] = mapped_column(default=Decimal("0.05"))
    """Roubles by which a statement's commission may differ from ours by rounding alone."""
    is_active: Mapped[bool] = mapped_column(default=True)


class Agreement(Trashable, Record):
    """Агентский договор: an own entity and a payer of commission; its rates belong to it."""

    __tablename__ = "agreements"
    __table_args__: Any = (CheckConstraint("ends_on >= starts_on", name="order"), {"schema": "crm"})
    __identity__ = "agreement"
    __event__ = "crm.agreement"
    __rows__ = Rows.REFERENCE
    __title__ = "number"
    __search__ = ("number",)

    entity_id: Mapped[UUID] = reference("crm.entities")
    insurer_id: Mapped[UUID] = reference("crm.insurers")
    number: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    settlement: Mapped[str] = choice(Settlement, Settlement.AFTER_ACT)
    vat_mode: Mapped[str | None] = choice(VatMode)
    """Where it is another than its entity has on the day."""


class Product(Trashable, Record):
    """A kind of insurance with its terms: review lead in days, refund withholding in percent, cooling-off in days."""

    __tablename__ = "products"
    __table_args__: Any = (UniqueConstraint("slug"), UniqueConstraint("name"), {"schema": "crm"})
    __identity__ = "product"
    __event__ = "crm.product"
    __rows__ = Rows.REFERENCE
    __title__ = "name"
    __search__ = ("name", "slug")

    slug: Mapped[str]
    name: Mapped[str]
    object_kind: Mapped[str] = choice(ObjectKind, ObjectKind.OTHER)
    review_lead_days: Mapped[int] = mapped_column(default=30)
    instalment_lead_days: Mapped[int] = mapped_column(default=3)
    refund_withheld_percent: Mapped[Decimal] = mapped_column(default=Decimal(0))
    cooling_off_days: Mapped[int] = mapped_column(default=14)
    default_plan: Mapped[str] = mapped_column(default="once")
    is_compulsory: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
