"""What the bot was told: one row an update, so that a repeated one does nothing."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Index, Integer, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB

from models.base import Base, Rows

bot_updates = Table(
    "bot_updates",
    Base.metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("told", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("handled_at", DateTime(timezone=True)),
    Column("error", Text),
    Index("ix_bot_updates_due", "update_id", postgresql_where=text("handled_at IS NULL")),
    schema="audit",
    info={"rows": Rows.JOBS},
)
"""What was said is forgotten when it has been handled; the number stays for a week."""
