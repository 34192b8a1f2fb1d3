"""Days on which one could come back to a matter, each with its reason; a person may always choose another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from models.choices import ReviewReason
from models.dates import add_months
from models.errors import Refused
from models.texts import N_
from models.verbs import Act, ask

if TYPE_CHECKING:
    from models.session import Work

AHEAD = text(
    "SELECT day, reason FROM crm.review_days(ARRAY[CAST(:deal AS uuid)])"
    " WHERE NOT fallback AND reason <> 'manual' AND day > :today ORDER BY day, reason LIMIT 1"
)


@dataclass(frozen=True)
class Proposal:
    """A day and, as a msgid, why that day."""

    day: date
    why: str


@dataclass
class Later:
    """The day on which it is shown again."""

    remind_on: date = ask(N_("Remind on"), proposals="days_ahead")


def usual_days(today: date) -> list[Proposal]:
    """Tomorrow, Monday, a week on, the end of the month."""
    month_end = add_months(today.replace(day=1), 1) - timedelta(days=1)
    return [
        Proposal(today + timedelta(days=1), N_("tomorrow")),
        Proposal(today + timedelta(days=7 - today.weekday()), N_("next Monday")),
        Proposal(today + timedelta(days=7), N_("in a week")),
        Proposal(month_end, N_("end of the month")),
    ]


def in_order(today: date, *proposals: Proposal) -> list[Proposal]:
    """Those that lie ahead, each day once, with the reason that was named first."""
    by_day: dict[date, Proposal] = {}
    for proposal in proposals:
        if proposal.day > today:
            by_day.setdefault(proposal.day, proposal)
    return [by_day[day] for day in sorted(by_day)]


async def next_event(work: Work, deal: UUID) -> Iterable[Proposal]:
    """The nearest day on which the deal comes back by itself, with what brings it back."""
    found = (await work.execute(AHEAD, {"deal": deal, "today": work.today})).first()
    return [Proposal(found.day, ReviewReason(found.reason).label)] if found is not None else []


def must_lie_ahead(day: date, act: Act) -> date:
    """The day itself. Raises `Refused` for one that has come."""
    if day <= act.today:
        raise Refused(N_("The day must lie ahead: {day} has come."), day=day)
    return day
