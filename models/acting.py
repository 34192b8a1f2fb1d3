"""What is done to an act as a whole, by one statement for all its lines: filled, totalled, numbered, dated."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from models.errors import Invalid, Refused
from models.texts import N_

if TYPE_CHECKING:
    from models.act import AgentAct
    from models.session import Work

ONE_AT_A_TIME = text("SELECT 1 FROM crm.agreements WHERE id = :agreement FOR NO KEY UPDATE")
FILL = text("SELECT crm.fill_act(:act)")
TOTAL = text("SELECT crm.total_act(:act)")
LOCK_INCOMES = text(
    "SELECT 1 FROM crm.payment_incomes WHERE id IN"
    " (SELECT income_id FROM crm.act_lines WHERE act_id = :act AND status = 'in') ORDER BY id FOR NO KEY UPDATE"
)
DIFFERENCES = text("SELECT count(*) FROM crm.act_differences(:act)")
ONE_NUMBER_AT_A_TIME = text("SELECT 1 FROM crm.entities WHERE id = :entity FOR NO KEY UPDATE")
LAST_NUMBER = text("SELECT max(number) FROM crm.acts WHERE entity_id = :entity AND year = :year")
DATE_INCOMES = text(
    "UPDATE crm.payment_incomes i SET act_date = CAST(:day AS date) FROM crm.act_lines l"
    " WHERE l.act_id = :act AND l.status = :status AND i.id = l.income_id"
)
FREE_LINES = text("UPDATE crm.act_lines SET status = 'freed' WHERE act_id = :act AND status = 'in'")


async def fill(work: Work, act: AgentAct) -> None:
    """Lines and totals as the money stands now. Two drafts of one agreement are filled one after the other."""
    await work.flush()
    await work.execute(ONE_AT_A_TIME, {"agreement": act.agreement_id})
    await work.execute(FILL, {"act": act.id})
    await _written(work, act)


async def total(work: Work, act: AgentAct) -> None:
    """Totals of the lines that count."""
    await work.flush()
    await work.execute(TOTAL, {"act": act.id})
    await _written(work, act)


async def must_be_up_to_date(work: Work, act: AgentAct) -> None:
    """Raises `Refused` for an empty act, and where lines differ from the money, which stays as it is from here on."""
    await work.execute(LOCK_INCOMES, {"act": act.id})
    if changed := await work.scalar(DIFFERENCES, {"act": act.id}):
        raise Refused(N_("Lines that differ from the money by now: {number}. Fill the act anew and look at it."),
                      number=changed)  # fmt: skip
    if not act.line_count:
        raise Refused(N_("There are no lines in this act."))


async def number_for(work: Work, act: AgentAct, wanted: int | None) -> int:
    """The next number of the entity and year. Raises `Invalid` for another one, but the year's first may be any."""
    await work.execute(ONE_NUMBER_AT_A_TIME, {"entity": act.entity_id})
    last: int | None = await work.scalar(LAST_NUMBER, {"entity": act.entity_id, "year": act.year})
    if last is None:
        if wanted is not None and wanted < 1:
            raise Invalid.at("number", N_("Numbers begin with 1."))
        return wanted or 1
    if wanted is not None and wanted != last + 1:
        raise Invalid.at("number", N_("The next number is {number}: there are no gaps."), number=last + 1)
    return last + 1


async def date_incomes(work: Work, act: AgentAct, day: date | None) -> None:
    """The day of the act at its incomes; None takes it away from those that the act has let go."""
    await work.flush()
    await work.execute(DATE_INCOMES, {"act": act.id, "day": day, "status": "in" if day else "freed"})
    work.has_written = True


async def free_lines(work: Work, act: AgentAct) -> None:
    """Lines that counted count no longer."""
    await work.flush()
    await work.execute(FREE_LINES, {"act": act.id})
    work.has_written = True


async def _written(work: Work, act: AgentAct) -> None:
    work.has_written = True
    await work.refresh(act)
