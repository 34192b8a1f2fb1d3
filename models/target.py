"""Plans of sales: what a team or a seller should bring in a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, validates

from models.base import Record, Rows, Trashable, choice, reference
from models.bulk import insert_all
from models.choices import Choice
from models.dates import add_months
from models.texts import N_

if TYPE_CHECKING:
    from models.session import Work

LIVING = text("deleted_at IS NULL")


class TargetMeasure(Choice):
    """What is planned, in roubles of money that has come."""

    PREMIUM = "premium", N_("Premium collected")
    COMMISSION = "commission", N_("Commission received")


class SalesTarget(Trashable, Record):
    """План: roubles of premium or commission in a month, of one team or of one seller."""

    __tablename__ = "sales_targets"
    __table_args__: Any = (
        CheckConstraint("extract(day FROM month) = 1", name="first_day"),
        CheckConstraint("num_nonnulls(team_id, user_id) = 1", name="whose"),
        CheckConstraint("amount > 0", name="amount"),
        Index("uq_sales_targets_team", "month", "team_id", "measure", unique=True, postgresql_where=LIVING),
        Index("uq_sales_targets_user", "month", "user_id", "measure", unique=True, postgresql_where=LIVING),
        {"schema": "crm"},
    )
    __identity__ = "sales-target"
    __event__ = "crm.sales_target"
    __rows__ = Rows.TARGET
    __title__ = "month"

    month: Mapped[date]
    team_id: Mapped[UUID | None] = reference("auth.teams")
    user_id: Mapped[UUID | None] = reference("auth.users")
    measure: Mapped[str] = choice(TargetMeasure, TargetMeasure.PREMIUM)
    amount: Mapped[Decimal]

    @validates("month")
    def _first(self, name: str, month: date) -> date:
        """Any day of the month names it."""
        return month.replace(day=1)


async def copy_month(work: Work, month: date) -> int:
    """Plan a month as the one before it, where nothing is planned for it yet; gives how many plans that made."""
    month = month.replace(day=1)
    before = await _planned(work, add_months(month, -1))
    known = {(one.team_id, one.user_id, one.measure) for one in await _planned(work, month)}
    made = [
        SalesTarget(month=month, team_id=one.team_id, user_id=one.user_id, measure=one.measure, amount=one.amount)
        for one in before
        if (one.team_id, one.user_id, one.measure) not in known
    ]
    await insert_all(work, made)
    return len(made)


async def _planned(work: Work, month: date) -> list[SalesTarget]:
    """The plans of a month that the actor sees."""
    found = select(SalesTarget).where(SalesTarget.month == month, SalesTarget.deleted_at.is_(None))
    return list(await work.scalars(found.order_by(SalesTarget.id)))
