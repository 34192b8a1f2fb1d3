"""The deal's journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, list_index, reference
from models.choices import JournalKind


class JournalEntry(Trashable, Record):
    """What matters, in words: a note, a call, a message."""

    __tablename__ = "deal_journal"
    __table_args__: Any = (list_index("ix_deal_journal_happened_at", "happened_at"), {"schema": "crm"})
    __identity__ = "journal-entry"
    __event__ = "crm.deal.journal"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "body"
    __search__ = ("body",)

    deal_id: Mapped[UUID] = reference("crm.deals")
    author_id: Mapped[UUID] = reference("auth.users", index=False)
    kind: Mapped[str] = choice(JournalKind, JournalKind.NOTE)
    body: Mapped[str] = mapped_column(info={"long": True})
    happened_at: Mapped[datetime]
