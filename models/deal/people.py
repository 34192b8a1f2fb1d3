"""Who takes part in a deal beside its seller and executor, and who sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped

from models.base import Base, Record, Rows, Trashable, reference


class DealParticipant(Trashable, Record):
    """A colleague who was asked into the deal."""

    __tablename__ = "deal_participants"
    __table_args__: Any = (UniqueConstraint("deal_id", "user_id", deferrable=True), {"schema": "crm"})
    __identity__ = "deal-participant"
    __event__ = "crm.deal.participant"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "user_id"
    __once__ = frozenset({"user_id"})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    user_id: Mapped[UUID] = reference("auth.users")


deal_members = Table(
    "deal_members",
    Base.metadata,
    Column("user_id", Uuid, nullable=False),
    Column("deal_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "deal_id", "reason"),
    Index("ix_deal_members_deal", "deal_id"),
    Index("ix_deal_members_extra", "user_id", "deal_id", postgresql_where=text("reason NOT IN ('seller', 'executor')")),
    schema="crm",
    info={"rows": Rows.MEMBERSHIP},
)
"""Who sees a deal and why; written by triggers only."""

client_members = Table(
    "client_members",
    Base.metadata,
    Column("user_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    Column("deal_id", Uuid, nullable=False),
    PrimaryKeyConstraint("user_id", "client_id", "deal_id"),
    Index("ix_client_members_deal", "deal_id"),
    schema="crm",
    info={"rows": Rows.MEMBERSHIP},
)
"""Who sees a client and by which deal; written by triggers only."""
