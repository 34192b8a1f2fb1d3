"""Months that are closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, reference
from models.dates import add_months
from models.errors import Denied, Invalid, Refused
from models.month.figures import figures_of
from models.session import Work
from models.texts import N_
from models.verbs import Act, ask, verb

ONE_AT_A_TIME = text("SELECT crm.await_month(CAST(:month AS date))")
"""Waits until nobody's uncommitted money lies in the month, and keeps new money out until the commit."""
EARLIEST = text("SELECT crm.first_month_of_money()")


@dataclass
class Reopen:
    """Why the month must move once more."""

    reason: str = ask(N_("Reason"), long=True)


class ClosedMonth(Record):
    """A month whose money no longer moves; only dated reversals come after it. `figures` is what it held then."""

    __tablename__ = "closed_months"
    __table_args__: Any = (
        CheckConstraint("extract(day FROM month) = 1", name="first_day"),
        Index("uq_closed_months_month", "month", unique=True, postgresql_where=text("reopened_at IS NULL")),
        {"schema": "crm"},
    )
    __identity__ = "closed-month"
    __event__ = "crm.closed_month"
    __rows__ = Rows.REFERENCE
    __title__ = "month"
    __by_verb__ = frozenset({"closed_at", "reopened_by_id", "reopened_at", "reopen_reason", "figures"})
    __once__ = frozenset({"month"})

    month: Mapped[date]
    closed_by_id: Mapped[UUID] = reference("auth.users")
    closed_at: Mapped[datetime]
    reopened_by_id: Mapped[UUID | None] = reference("auth.users")
    reopened_at: Mapped[datetime | None]
    reopen_reason: Mapped[str | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(info={"quiet": True})

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """Whoever comes through a form closes by the same rules."""
        await must_be_next(act.work, values["month"])
        values["figures"] = await _frozen(act.work, values["month"])

    @classmethod
    async def close(cls, work: Work, month: date, *, earlier: bool = False, running: bool = False) -> list[ClosedMonth]:
        """Close a month; with `earlier` those before it that are still open, too, so that no gap is left.

        `running` lets the current month be closed. Raises `Denied`, `Invalid` for a month that is not over or not a
        first day, `Refused` where an earlier one is open.
        """
        if not work.actor.rights.may(cls.__identity__, "close"):
            raise Denied(N_("Your role does not allow months to be closed."))
        must_be_over(month, work.today, running=running)
        months = await open_until(work, month)
        if not months:
            raise Refused(N_("This month is closed already."))
        if months[0] != month and not earlier:
            raise Refused(N_("Close {month} first: months are closed in their order."), month=f"{months[0]:%m.%Y}")
        return [await cls._close(work, one) for one in months]

    @classmethod
    async def _close(cls, work: Work, month: date) -> ClosedMonth:
        figures = await _frozen(work, month)
        closed = cls(month=month, closed_by_id=work.actor.id, closed_at=work.at, figures=figures)
        work.add(closed)
        await work.flush()
        return closed

    @property
    def is_closed(self) -> bool:
        """Whether nothing moves in it now."""
        return self.reopened_at is None

    @verb(N_("Reopen"), asks=Reopen, only=lambda month, _actor: month.reopened_at is None, danger=True)
    async def reopen(self, act: Act, asked: Reopen) -> None:
        """Let its money move again. Raises `Refused` where a later month is closed."""
        if later := await act.work.scalar(_closed(ClosedMonth.month > self.month).order_by(ClosedMonth.month.desc())):
            raise Refused(N_("Reopen {month} first: it was closed after this one."), month=f"{later:%m.%Y}")
        self.reopened_at, self.reopened_by_id, self.reopen_reason = act.at, act.actor.id, asked.reason


def must_be_over(month: date, today: date, *, running: bool = False) -> None:
    """Raises `Invalid` for what is no first day, for a month to come, and for the current one unless `running`."""
    if month.day != 1:
        raise Invalid.at("month", N_("A month is named by its first day."))
    if month > today or (not running and add_months(month, 1) > today):
        raise Invalid.at("month", N_("This month is not over yet."))


async def must_be_next(work: Work, month: date) -> None:
    """Raises `Invalid` where the month is not over, `Refused` where an earlier one with money is open."""
    must_be_over(month, work.today)
    first, *_ = await open_until(work, month) or [month]
    if first != month:
        raise Refused(N_("Close {month} first: months are closed in their order."), month=f"{first:%m.%Y}")


async def open_until(work: Work, month: date) -> list[date]:
    """The months up to this one that are open, from the first that has money; the oldest first."""
    closed = set(await closed_months(work))
    earliest: date = min([*closed, await work.scalar(EARLIEST) or month, month])
    span = range((month.year - earliest.year) * 12 + month.month - earliest.month + 1)
    return [one for n in span if (one := add_months(earliest, n)) not in closed]


async def closed_months(work: Work) -> Iterable[date]:
    """The months that are closed now, the oldest first."""
    return list(await work.scalars(_closed().order_by(ClosedMonth.month)))


def _closed(*where: Any) -> Any:
    return select(ClosedMonth.month).where(ClosedMonth.reopened_at.is_(None), *where)


async def _frozen(work: Work, month: date) -> dict[str, Any]:
    """The month's figures once all money in it has settled, as they are kept."""
    await work.execute(ONE_AT_A_TIME, {"month": month})
    (figures,) = await figures_of(work, [month])
    return figures.plain()
