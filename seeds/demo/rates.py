"""A rate has changed in the demo, and the accountant looks what that makes of the expected lines."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from jobs.recalculation import work_at
from models.catalogue import Product
from models.changes import create
from models.recalculation import Recalculation
from models.rules import CommissionRule, NewRate
from seeds.demo.story import Story

INSURER, PRODUCT = "reso", "kasko"
SINCE = -90
"""Days from today from which on the insurer pays more by so many percent:"""
MORE = Decimal(2)


async def change_a_rate(story: Story) -> None:
    """From a day on another percent; its preview waits to be applied."""
    async with story.by("olga", "seeds.demo") as work:
        product = select(Product.id).where(Product.slug == PRODUCT).scalar_subquery()
        named = CommissionRule.insurer_id == story.insurer(INSURER), CommissionRule.product_id == product
        rule = (await work.scalars(select(CommissionRule).where(*named))).one()
    asked = NewRate(from_day=story.day(SINCE), percent=(rule.percent or Decimal(0)) + MORE)
    await story.do("olga", CommissionRule, rule.id, "change_rate", asked)
    async with story.by("olga", "recalculation.create") as work:
        newer = (await work.scalars(select(CommissionRule).where(*named, CommissionRule.ends_on.is_(None)))).one()
        run = await create(work, Recalculation, {"commission_rule_id": str(newer.id)})
    await work_at(story.database, run.id)
