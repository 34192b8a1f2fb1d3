"""Plans of the demo's months, this one and the eleven before it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from models.bulk import insert_all
from models.dates import add_months
from models.people import Team
from models.target import SalesTarget, TargetMeasure
from seeds.demo.past import PLANS
from seeds.demo.story import Story

MONTHS = 12
PART = {TargetMeasure.PREMIUM: Decimal(1), TargetMeasure.COMMISSION: Decimal("0.17")}
"""How much of the premium's plan a measure's is."""


async def plan(story: Story) -> None:
    """A plan of premium and of commission for each team and seller."""
    async with story.by("admin", "seeds.demo") as work:
        teams = {name: key for key, name in await work.execute(select(Team.id, Team.name))}
        whose = {
            (kind, name): {"team_id": teams[name]} if kind == "team" else {"user_id": story.people[name].id}
            for kind, name in PLANS
        }
        months = [add_months(story.today.replace(day=1), -ago) for ago in range(MONTHS)]
        made = [
            SalesTarget(month=month, measure=measure.value, amount=amount * part, **whose[key])
            for month in months
            for key, amount in PLANS.items()
            for measure, part in PART.items()
        ]
        await insert_all(work, made)
