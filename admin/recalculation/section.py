"""How far a recalculation is, for the section of its page and for the progress that asks again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select

from admin.views.record.children import Table
from models.actor import Actor
from models.choices import DifferenceOutcome, RecalculationStatus
from models.recalculation import Recalculation, RecalculationDifference
from models.recalculation.record import BUSY
from models.session import Work
from models.texts import N_

S = RecalculationStatus
DOING = {
    S.PLANNED: N_("Looking what would change"),
    S.RUNNING: N_("Writing lines"),
    S.UNDOING: N_("Putting lines back"),
}


class Progress(NamedTuple):
    """What is being done, and how much of it is done."""

    label: str
    done: int
    total: int


async def state_of(work: Work, _actor: Actor, table: Table) -> Mapping[str, Any]:
    """The run, its progress, and how many policies were left alone."""
    run = await work.get_record(Recalculation, table.parent_id)
    left = 0
    if run.left_alone:
        mine = (
            RecalculationDifference.recalculation_id == run.id,
            RecalculationDifference.outcome == DifferenceOutcome.LEFT,
        )
        left = await work.scalar(select(func.count(RecalculationDifference.policy_id.distinct())).where(*mine)) or 0
    kept = run.applied - run.restored if run.status == S.UNDONE else 0
    return {"run": run, "progress": progress_of(run), "left_policies": left, "kept": kept}


def progress_of(run: Recalculation) -> Progress | None:
    """Nothing where nobody is at work."""
    if run.status not in BUSY:
        return None
    done, total = {
        S.PLANNED: (run.looked_at, run.policies_total),
        S.RUNNING: (run.applied + run.left_alone, run.lines),
        S.UNDOING: (run.restored, run.applied),
    }[S(run.status)]
    return Progress(DOING[S(run.status)], done, total)
