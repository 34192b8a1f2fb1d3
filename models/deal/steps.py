"""How far deals have come, and when: the ground of the funnel."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, choice
from models.choices import DealStage


class DealStep(Record):
    """A stage that a deal has entered, when first, and whether it is the furthest; written by triggers only.

    A stage that was passed over is entered together with the one that followed. Deals that were brought in from
    elsewhere already won or lost have no steps: nobody sold them here.
    """

    __tablename__ = "deal_steps"
    __table_args__: Any = (
        UniqueConstraint("deal_id", "stage"),
        CheckConstraint("stage NOT IN ('closed', 'lost')", name="way"),
        Index("ix_deal_steps_entered", "stage", "entered_at", postgresql_include=["deal_id", "is_furthest"]),
        {"schema": "crm"},
    )
    __identity__ = "deal-step"
    __event__ = "crm.deal.step"
    __rows__ = Rows.UNDER_DEAL
    __logged__ = False
    __title__ = "stage"

    deal_id: Mapped[UUID] = mapped_column(
        ForeignKey("crm.deals.id", ondelete="CASCADE", deferrable=True, initially="IMMEDIATE")
    )
    stage: Mapped[str] = choice(DealStage)
    entered_at: Mapped[datetime]
    is_furthest: Mapped[bool] = mapped_column(default=False)
