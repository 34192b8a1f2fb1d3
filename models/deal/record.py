"""The deal's row. Money is never stored on it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.actor import Actor, Scope
from models.base import Record, Rows, Trashable, choice, reference
from models.choices import Ball, DealStage, ReviewReason
from models.deal.opening import DealOpening
from models.deal.stages import DealStages

DERIVED = {"derived": True}
"""Worked out by `crm.derive`; logged, never merged, never undone."""

FOLDED_TITLE = "lower(translate(title, 'Ёё', 'Ее'))"
"""The title as terms of search are spelled."""


OPEN_DEALS = text("deleted_at IS NULL AND stage NOT IN ('closed', 'lost')")


def in_lists(name: str, *columns: str, beside: tuple[str, ...]) -> Index:
    """An index that lists walk: without the trash, and with what the row policies look at, so that no row is read."""
    return Index(name, *columns, postgresql_include=beside, postgresql_where=text("deleted_at IS NULL"))


class Deal(DealOpening, DealStages, Trashable, Record):
    """Сделка: a client, a seller, an executor, a stage, whose turn it is, and the day to look at it again."""

    __tablename__ = "deals"
    __table_args__: Any = (
        UniqueConstraint("code"),
        CheckConstraint("next_review_at IS NOT NULL OR stage IN ('closed', 'lost')", name="review"),
        CheckConstraint("stage <> 'lost' OR lost_reason IS NOT NULL", name="lost_reason"),
        in_lists("ix_deals_review", "next_review_at", "id", beside=("seller_id", "executor_id")),
        in_lists("ix_deals_stage", "stage", "next_review_at", "id", beside=("seller_id", "executor_id")),
        in_lists("ix_deals_seller", "seller_id", "next_review_at", "id", beside=("executor_id", "stage")),
        in_lists("ix_deals_executor", "executor_id", "next_review_at", "id", beside=("seller_id", "stage")),
        Index("ix_deals_turn", "ball", "seller_id", postgresql_where=OPEN_DEALS),
        Index("ix_deals_turn_executor", "executor_id", "ball", postgresql_where=OPEN_DEALS),
        Index("ix_deals_trash", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_deals_search", text(f"({FOLDED_TITLE}) gin_trgm_ops"), postgresql_using="gin"),
        {"schema": "crm"},
    )
    __identity__ = "deal"
    __event__ = "crm.deal"
    __rows__ = Rows.DEAL
    __title__ = "code"
    __search__ = ("code", "title")
    __state__ = "stage"
    __by_verb__ = frozenset(
        {
            *("code", "ball", "stage_since", "ball_since", "review_on", "review_note"),
            *("lost_reason", "lost_to", "lost_difference", "win_back"),
        }
    )
    __once__ = frozenset({"seller_id", "executor_id"})

    def may_be_trashed_by(self, actor: Actor) -> bool:
        """Its seller, or who answers for more than their own."""
        return self.seller_id == actor.id or actor.scope is not Scope.OWN

    code: Mapped[str]
    title: Mapped[str]
    client_id: Mapped[UUID] = reference("crm.clients")
    stage: Mapped[str] = choice(DealStage, DealStage.DRAFT)
    ball: Mapped[str] = choice(Ball, Ball.SELLER)
    seller_id: Mapped[UUID] = reference("auth.users", index=False)
    executor_id: Mapped[UUID | None] = reference("auth.users", index=False)
    source: Mapped[str | None]
    review_on: Mapped[date | None]
    review_note: Mapped[str | None]
    next_review_at: Mapped[date | None] = mapped_column(info=DERIVED)
    next_review_reason: Mapped[str | None] = choice(ReviewReason, info=DERIVED)
    stage_since: Mapped[datetime]
    ball_since: Mapped[datetime]
    lost_reason: Mapped[str | None]
    lost_to: Mapped[str | None]
    lost_difference: Mapped[Decimal | None]
    win_back: Mapped[bool] = mapped_column(default=False)
