"""What follows when an act is drafted."""

from __future__ import annotations

from models import acting
from models.act import AgentAct
from models.errors import Invalid
from models.facts import Fact, follows
from models.texts import N_
from models.verbs import Act


@follows("act.drafted")
async def fill(act: Act, fact: Fact) -> None:
    """Its lines. Raises `Invalid` where nothing belongs into it: an empty act is nobody's."""
    paper: AgentAct = fact.record
    await acting.fill(act.work, paper)
    if not paper.line_count:
        raise Invalid.at("period_to", N_("In these days no premium was paid that is in no act yet."))
