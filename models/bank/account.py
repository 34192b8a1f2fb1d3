"""Own accounts with banks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, reference


class BankAccount(Trashable, Record):
    """An account of one of the own entities, in roubles."""

    __tablename__ = "bank_accounts"
    __table_args__: Any = (
        Index("uq_bank_accounts_number", "number", unique=True, postgresql_where=text("deleted_at IS NULL")),
        CheckConstraint("length(number) <= 34", name="number_length"),
        {"schema": "crm"},
    )
    __identity__ = "bank-account"
    __event__ = "crm.bank.account"
    __rows__ = Rows.OFFICE
    __title__ = "number"
    __search__ = ("number", "bank")

    entity_id: Mapped[UUID] = reference("crm.entities")
    number: Mapped[str]
    bic: Mapped[str | None]
    bank: Mapped[str | None]
    note: Mapped[str | None]
