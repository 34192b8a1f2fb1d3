"""Premiums and commission: by month, and what is to come."""

from __future__ import annotations

from decimal import Decimal

from admin.dashboards.asked import month_title
from admin.dashboards.links import EMPTY, Days, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.figures.asked import Asked
from models.figures.money import (
    COUNTED_INCOMES,
    COUNTED_PAYMENTS,
    OPEN_INCOMES,
    OPEN_PAYMENTS,
    Coming,
    Month,
    by_month,
    forecast,
)
from models.session import Work
from models.task.report import Period

ZERO = Decimal(0)


async def picture(work: Work, asked: Asked) -> Picture:
    """What was planned and what came; transit stands last and belongs to no total."""
    now, before = await by_month(work, asked), await by_month(work, asked.earlier)
    premium, commission = _("Premium"), _("Commission")
    columns = (
        Column(_("Premium planned"), Kind.MONEY, "pale", premium),
        Column(_("Premium collected"), Kind.MONEY, "one", premium),
        Column(_("Commission expected"), Kind.MONEY, "pale", commission),
        Column(_("Commission received"), Kind.MONEY, "good", commission),
        Column(_("Transit in"), Kind.MONEY),
        Column(_("Transit passed on"), Kind.MONEY),
    )
    table = Table(
        _("Premiums and commission by month"),
        _("Month"),
        columns,
        [
            *(Row(month_title(one.first), cells(one, asked, asked.within(one.first))) for one in now),
            Row(_("Total"), cells(total(now), asked, asked.period), is_total=True),
        ],
        chart="bar",
        empty=_("No money in these days."),
        note=_("Planned and expected by their due days, collected and received by the days when the money came. "
               "Premium in transit is the insurers' and no revenue."),
    )  # fmt: skip
    return Picture(said(total(now), total(before), asked), [table])


def said(now: Month, before: Month, asked: Asked) -> list[Said]:
    """What came."""
    return [
        Said(_("Premium collected"), Cell(now.paid, paid(asked, asked.period)), Kind.MONEY, before.paid),
        Said(_("Commission received"), Cell(now.received, received(asked, asked.period)), Kind.MONEY, before.received),
    ]


def cells(one: Month, asked: Asked, days: Period) -> list[Cell]:
    """The figures of some days."""
    return [
        Cell(one.planned, rows("payment", asked, status=COUNTED_PAYMENTS, due_on=days)),
        Cell(one.paid, paid(asked, days)),
        Cell(one.expected, rows("income", asked, status=COUNTED_INCOMES, expected_on=days)),
        Cell(one.received, received(asked, days)),
        Cell(one.collected, rows("transit", asked, collected_on=days)),
        Cell(one.passed_on, rows("transit", asked, passed_on=days)),
    ]


def paid(asked: Asked, days: Period) -> str:
    """Where the instalments are that clients paid."""
    return rows("payment", asked, paid_on=days)


def received(asked: Asked, days: Period) -> str:
    """Where the lines are whose money came."""
    return rows("income", asked, received_on=days)


def total(months: list[Month]) -> Month:
    """All of them as one."""
    names = Month._fields[1:]
    return Month(months[0].first, *(sum((getattr(one, name) for one in months), ZERO) for name in names))


async def coming(work: Work, asked: Asked) -> Picture:
    """The next twelve months: instalments that clients owe, commission that insurers owe."""
    found = await forecast(work, asked)
    drawn = found[1:-1]
    columns = (
        Column(_("Premium to come"), Kind.MONEY, "pale", _("Premium")),
        Column(_("Commission to come"), Kind.MONEY, "one", _("Commission")),
    )
    premium, commission = (sum((getattr(one, name) for one in found), ZERO) for name in ("premium", "commission"))
    whole = Coming(None, drawn[-1].last, premium, commission)
    table = Table(
        _("To come by month"),
        _("Month"),
        columns,
        [
            Row(_("Overdue"), owed(found[0], asked, "late"), is_drawn=False),
            *(Row(month_title(one.first), owed(one, asked)) for one in drawn if one.first),
            *([Row(_("Without a day"), undated(found[-1], asked), is_drawn=False)] if found[-1].commission else []),
            Row(_("Total"), [Cell(whole.premium, owed(whole, asked)[0].href), Cell(whole.commission)], is_total=True),
        ],
        chart="bar",
        empty=_("Nothing is to come: there are no unpaid instalments and no expected commission."),
        note=_("From planned instalments and expected commission of policies that are there; renewals are not in it."),
    )
    return Picture((), [table], as_of=asked.today)


def owed(one: Coming, asked: Asked, tone: str = "") -> list[Cell]:
    """What is to come within some days."""
    days = Days(one.first, one.last)
    return [
        Cell(one.premium, rows("payment", asked, status=OPEN_PAYMENTS, due_on=days), tone if one.premium else ""),
        Cell(one.commission, rows("income", asked, status=OPEN_INCOMES, expected_on=days),
             tone if one.commission else ""),
    ]  # fmt: skip


def undated(one: Coming, asked: Asked) -> list[Cell]:
    """What nobody has said a day of; instalments always have theirs."""
    return [Cell(None), Cell(one.commission, rows("income", asked, status=OPEN_INCOMES, expected_on=EMPTY))]
