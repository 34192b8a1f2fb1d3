"""One line of a preview: what stands, what the rules make of it, and why they differ."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, choice, pointer, reference
from models.choices import DifferenceOutcome, LineKind, LineSide, WhyDiffers


class RecalculationDifference(Record):
    """A line as it was and as it will be, in roubles; written by the run's batches, thrown away with it."""

    __tablename__ = "recalculation_differences"
    __table_args__: Any = (
        Index("ix_recalculation_differences_policy", "recalculation_id", "policy_id"),
        Index("ix_recalculation_differences_run", "recalculation_id", "id"),
        {"schema": "crm"},
    )
    __identity__ = "recalculation-difference"
    __event__ = "crm.recalculation.difference"
    __rows__ = Rows.OFFICE
    __logged__ = False
    __title__ = "kind"

    recalculation_id: Mapped[UUID] = reference("crm.recalculations", index=False)
    policy_id: Mapped[UUID] = pointer("crm.policies")
    deal_id: Mapped[UUID] = pointer("crm.deals")
    payment_id: Mapped[UUID] = pointer("crm.payments")
    side: Mapped[str] = choice(LineSide)
    kind: Mapped[str] = choice(LineKind)
    party: Mapped[str] = mapped_column(default="", info={"quiet": True})
    line_id: Mapped[UUID | None] = mapped_column(info={"quiet": True})
    made_id: Mapped[UUID | None] = mapped_column(info={"quiet": True})
    """The line that the run has made where there was none."""
    before_amount: Mapped[Decimal | None]
    after_amount: Mapped[Decimal | None]
    change: Mapped[Decimal]
    before: Mapped[dict[str, Any] | None] = mapped_column(info={"quiet": True})
    after: Mapped[dict[str, Any] | None] = mapped_column(info={"quiet": True})
    why: Mapped[str] = choice(WhyDiffers)
    outcome: Mapped[str | None] = choice(DifferenceOutcome)
