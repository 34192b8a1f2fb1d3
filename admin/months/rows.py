"""What the page of months shows: a row for each month, with its figures and what is open in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from admin.i18n import _
from admin.months.words import last_day_of
from models.dates import add_months
from models.month import ClosedMonth, Figures, figures_of
from models.month.checklist import CHECKS, Check, Matter, matters_of
from models.month.record import EARLIEST
from models.people import User
from models.session import Work
from models.texts import N_

SHOWN = 24
"""Months on the page, the newest first."""


@dataclass
class Line:
    """One month."""

    figures: Figures
    closed: ClosedMonth | None = None
    closed_by: str = ""
    matters: list[Matter] = field(default_factory=list)
    is_over: bool = True
    now: Figures | None = None
    """Today's figures of a closed month, where they are not those with which it was closed."""
    reopened: list[tuple[ClosedMonth, str]] = field(default_factory=list)

    @property
    def month(self) -> date:
        """Its first day."""
        return self.figures.month

    @property
    def open_rows(self) -> int:
        """How many rows are open in it."""
        return sum(matter.rows for matter in self.matters)

    def checklist(self) -> list[tuple[Check, Matter | None, str]]:
        """Every check with what it has found, and the address of its rows."""
        found = {matter.check.slug: matter for matter in self.matters}
        days = {"first": self.month.isoformat(), "last": last_day_of(self.month).isoformat()}
        return [
            (check, found.get(check.slug), f"/admin/{check.identity}/list?{check.filters.format(**days)}")
            for check in CHECKS
        ]


async def lines_of(work: Work) -> list[Line]:
    """The months that have money, and the current one, the newest first."""
    this = work.today.replace(day=1)
    earliest: date = await work.scalar(EARLIEST) or this
    count = (this.year - earliest.year) * 12 + this.month - earliest.month + 1
    months = [add_months(this, -n) for n in range(min(max(count, 1), SHOWN))]
    return await _lines(work, months, this)


async def line_of(work: Work, month: date) -> Line:
    """One month."""
    (found,) = await _lines(work, [month], work.today.replace(day=1))
    return found


async def _lines(work: Work, months: Sequence[date], this: date) -> list[Line]:
    found = {one.month: Line(one, is_over=one.month < this) for one in await figures_of(work, months)}
    for matter in await matters_of(work, months):
        found[matter.month].matters.append(matter)
    for closed, by, again in await _closings(work, months):
        line = found[closed.month]
        if closed.is_closed:
            line.closed, line.closed_by = closed, by
            kept = Figures.kept(closed.month, closed.figures) if closed.figures else line.figures
            line.now = line.figures if kept != line.figures else None
            line.figures = kept
        else:
            line.reopened.append((closed, again))
    return list(found.values())


async def _closings(work: Work, months: Sequence[date]) -> list[tuple[ClosedMonth, str, str]]:
    again = aliased(User)
    statement = (
        select(ClosedMonth, User.full_name, again.full_name)
        .join(User, User.id == ClosedMonth.closed_by_id)
        .outerjoin(again, again.id == ClosedMonth.reopened_by_id)
        .where(ClosedMonth.month.in_(months))
        .order_by(ClosedMonth.closed_at)
    )
    return [(closed, by, told or "") for closed, by, told in await work.execute(statement)]


CELLS = (
    ("premium", N_("Premium paid"), "payment/list?paid_on.from={first}&paid_on.to={last}"),
    ("received", N_("Commission received"), "income/list?received_on.from={first}&received_on.to={last}"),
    ("paid_out", N_("Shares paid out"), "expense/list?status=paid&paid_on.from={first}&paid_on.to={last}"),
    (
        "vat",
        N_("VAT within"),
        "income/list?vat_mode=5&vat_mode=7&vat_mode=22&received_on.from={first}&received_on.to={last}",
    ),
    ("in_transit", N_("Not passed on"), "transit/list?status=collected&collected_on.to={last}"),
)
"""Figure, label, and the list behind it."""


def cells(line: Line) -> list[tuple[str, Decimal, Decimal, str]]:
    """Label, figure as it was closed, figure as it is, and the address of the rows behind it."""
    days = {"first": line.month.isoformat(), "last": last_day_of(line.month).isoformat()}
    now = line.now or line.figures
    return [
        (_(label), getattr(line.figures, name), getattr(now, name), f"/admin/{address.format(**days)}")
        for name, label, address in CELLS
    ]
