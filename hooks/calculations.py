"""What follows when the client has chosen."""

from __future__ import annotations

from sqlalchemy import select

from models.calculation import Calculation
from models.choices import CalculationStatus
from models.deal import Deal
from models.facts import Fact, follows
from models.inquiries import policy_of
from models.verbs import Act

AGAINST = (CalculationStatus.READY, CalculationStatus.OFFERED, CalculationStatus.CONFIRMED)
"""What the client could have chosen; a refused one keeps the insurer's reason, a declined one its own."""


@follows("calculation.confirmed")
async def archive_the_others(act: Act, fact: Fact) -> None:
    """The same need's other variants are archived, other needs' are not; last year's choice keeps its policy."""
    chosen: Calculation = fact.record
    others = select(Calculation).where(
        Calculation.need_id == chosen.need_id,
        Calculation.id != chosen.id,
        Calculation.status != CalculationStatus.ARCHIVED,
        Calculation.deleted_at.is_(None),
    )
    for other in await act.work.scalars(others.order_by(Calculation.id)):
        if other.status != CalculationStatus.CONFIRMED or await policy_of(act.work, other.id) is None:
            if other.status in AGAINST and not other.decline_reason:
                other.lose(fact.told["why"])
            other.archive(act)


@follows("calculation.confirmed")
async def let_the_seller_go_on(act: Act, fact: Fact) -> None:
    """The deal has the client's decision, and it is the seller's turn."""
    deal = await act.work.get_record(Deal, fact.record.deal_id, lock=True)
    deal.decide(act)
