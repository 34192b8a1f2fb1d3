"""Insurers' commission statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import LineVerdict, StatementStatus


class Statement(Trashable, Record):
    """Ведомость: one file of an insurer; its sums are in roubles."""

    __tablename__ = "statements"
    __table_args__: Any = (
        Index("uq_statements_file", "file_sha256", unique=True, postgresql_where=text("deleted_at IS NULL")),
        {"schema": "crm"},
    )
    __identity__ = "statement"
    __event__ = "crm.statement"
    __rows__ = Rows.OFFICE
    __title__ = "title"
    __search__ = ("title", "file_name")
    __state__ = "status"
    __by_verb__ = frozenset({"file_name", "file_sha256", "total"})

    insurer_id: Mapped[UUID] = reference("crm.insurers")
    agreement_id: Mapped[UUID | None] = reference("crm.agreements")
    title: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    status: Mapped[str] = choice(StatementStatus, StatementStatus.DRAFT)
    total: Mapped[Decimal | None]


class StatementLine(Record):
    """One line of a statement, what it matched and what was decided."""

    __tablename__ = "statement_lines"
    __table_args__: Any = (UniqueConstraint("statement_id", "row"), {"schema": "crm"})
    __identity__ = "statement-line"
    __event__ = "crm.statement.line"
    __rows__ = Rows.OFFICE
    __title__ = "number"
    __search__ = ("number", "number_key")
    __by_verb__ = frozenset({"statement_id", "row", "number_key", "verdict", "income_id", "cells"})

    statement_id: Mapped[UUID] = reference("crm.statements", index=False)
    row: Mapped[int]
    number: Mapped[str | None]
    number_key: Mapped[str | None] = mapped_column(index=True)
    premium: Mapped[Decimal | None]
    commission: Mapped[Decimal | None]
    paid_on: Mapped[date | None]
    verdict: Mapped[str | None] = choice(LineVerdict)
    decision: Mapped[str | None]
    income_id: Mapped[UUID | None] = reference("crm.payment_incomes")
    cells: Mapped[dict[str, Any] | None]
