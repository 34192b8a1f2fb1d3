"""The funnel: deals by the stage that they entered, how many went on, and where they were lost."""

from __future__ import annotations

from typing import NamedTuple

from models.choices import BEFORE_POLICY, DealStage
from models.figures.asked import Asked, ask
from models.session import Work

WAY = (*BEFORE_POLICY, DealStage.WON)
STEPS = """
WITH entered AS (
    SELECT s.stage, count(*) AS entered, count(*) FILTER (WHERE s.is_furthest) AS furthest
    FROM crm.deal_steps s WHERE s.entered_at >= :begins AND s.entered_at < :ends {deal_steps s}
    GROUP BY s.stage
), lost AS (
    SELECT s.stage, count(*) AS lost
    FROM crm.deals d JOIN crm.deal_steps s ON s.deal_id = d.id AND s.is_furthest
    WHERE d.stage = 'lost' AND s.entered_at >= :begins AND s.entered_at < :ends {deal_steps s}
    GROUP BY s.stage
)
SELECT e.stage, e.entered, e.entered - e.furthest AS onward, coalesce(l.lost, 0) AS lost,
       e.furthest - coalesce(l.lost, 0) AS here
FROM entered e LEFT JOIN lost l USING (stage)"""


class Step(NamedTuple):
    """Deals that entered a stage in the period, by what has become of them since."""

    stage: DealStage
    entered: int
    onward: int
    """Entered a later stage, whenever."""
    lost: int
    here: int
    """Came no further as yet; in service, that is what was wanted."""


async def funnel(work: Work, asked: Asked) -> list[Step]:
    """The stages in their order, empty ones too."""
    found = {row["stage"]: row for row in await ask(work, STEPS, asked)}
    nothing = {"entered": 0, "onward": 0, "lost": 0, "here": 0}
    return [Step(stage, **{name: found.get(stage.value, nothing)[name] for name in nothing}) for stage in WAY]
