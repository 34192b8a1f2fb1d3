"""What is done to a pay-out sheet as a whole, by one statement for all its lines: filled, totalled, approved, paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from models.errors import Refused
from models.texts import N_

if TYPE_CHECKING:
    from models.payout import Payout
    from models.session import Work

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('payouts', 0))")
FILL = text("SELECT crm.fill_payouts(:sheets)")
TOTAL = text("SELECT crm.total_payouts(:sheets)")
LOCK_EXPENSES = text(
    "SELECT 1 FROM crm.payment_expenses WHERE id IN (SELECT expense_id FROM crm.payout_lines"
    " WHERE payout_id = :sheet AND status = 'in') ORDER BY id FOR NO KEY UPDATE"
)
DIFFER = N_(
    "Lines that differ from the money by now: {number}. Fill the sheet anew; an approved one goes back to draft."
)
DIFFERENCES = text("SELECT count(*) FROM crm.payout_differences(:sheet)")
APPROVE = text(
    "UPDATE crm.payment_expenses e SET status = 'approved' FROM crm.payout_lines l"
    " WHERE l.payout_id = :sheet AND l.status = 'in' AND e.id = l.expense_id AND e.status = 'expected'"
)
PAY = text(
    "UPDATE crm.payment_expenses e SET status = 'paid', paid_on = CAST(:day AS date) FROM crm.payout_lines l"
    " WHERE l.payout_id = :sheet AND l.status = 'in' AND e.id = l.expense_id"
)
FREE_LINES = text("UPDATE crm.payout_lines SET status = 'freed' WHERE payout_id = :sheet AND status = 'in'")


async def fill(work: Work, sheet: Payout) -> None:
    """Lines and total as the money stands now."""
    await one_at_a_time(work)
    await fill_all(work, [sheet])


async def one_at_a_time(work: Work) -> None:
    """Sheets are made and filled one after the other: an expense stands on one of them."""
    await work.execute(ONE_AT_A_TIME)


async def fill_all(work: Work, sheets: Sequence[Payout]) -> None:
    """Lines and totals of sheets, for who holds `one_at_a_time`."""
    await work.flush()
    await work.execute(FILL, {"sheets": [sheet.id for sheet in sheets]})
    await _written(work, sheets)


async def total(work: Work, sheet: Payout) -> None:
    """The sum of the lines that count."""
    await work.flush()
    await work.execute(TOTAL, {"sheets": [sheet.id]})
    await _written(work, [sheet])


async def must_be_up_to_date(work: Work, sheet: Payout) -> None:
    """Raises `Refused` where lines differ from the money, which stays as it is from here on."""
    await work.execute(LOCK_EXPENSES, {"sheet": sheet.id})
    if changed := await work.scalar(DIFFERENCES, {"sheet": sheet.id}):
        raise Refused(DIFFER, number=changed)


async def approve_expenses(work: Work, sheet: Payout) -> None:
    """What is on it is approved with it."""
    await work.flush()
    await work.execute(APPROVE, {"sheet": sheet.id})
    work.has_written = True


async def pay_expenses(work: Work, sheet: Payout, day: date) -> None:
    """What is on it is paid on this day."""
    await work.flush()
    await work.execute(PAY, {"sheet": sheet.id, "day": day})
    work.has_written = True


async def free_lines(work: Work, sheet: Payout) -> None:
    """Lines that counted count no longer."""
    await work.flush()
    await work.execute(FREE_LINES, {"sheet": sheet.id})
    work.has_written = True


async def _written(work: Work, sheets: Sequence[Payout]) -> None:
    work.has_written = True
    for sheet in sheets:
        await work.refresh(sheet)
