"""Expenses by kind, what part of the commission they are, and what is left."""

from __future__ import annotations

from admin.dashboards.asked import month_title
from admin.dashboards.links import rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.choices import ExpenseKind, ExpenseStatus, VatMode
from models.figures.asked import Asked
from models.figures.overheads import Earned, overheads, together
from models.session import Work
from models.task.report import Period

COLOURS = dict(zip(ExpenseKind, ("due", "one", "pale", "rust", "quiet"), strict=True))
TAXED = [mode.value for mode in VatMode if mode != VatMode.NONE]


async def picture(work: Work, asked: Asked) -> Picture:
    """By month: what came without VAT, what was paid out by kind, what is left; transit is no part of it."""
    months, before = await overheads(work, asked), await overheads(work, asked.earlier)
    whole, earlier = together(months), together(before)
    columns = (
        Column(_("Commission received"), Kind.MONEY),
        Column(_("VAT within it"), Kind.MONEY),
        *(Column(_(kind.label), Kind.MONEY, COLOURS[kind]) for kind in ExpenseKind),
        Column(_("All expenses"), Kind.MONEY),
        Column(_("Discounts, %"), Kind.PERCENT),
        Column(_("Shares, %"), Kind.PERCENT),
        Column(_("Profit"), Kind.MONEY, "good", is_line=True),
    )
    table = Table(
        _("Expenses and profit by month"),
        _("Month"),
        columns,
        [
            *(Row(month_title(one.first), cells(one, asked, asked.within(one.first))) for one in months),
            Row(_("Total"), cells(whole, asked, asked.period), is_total=True),
        ],
        chart="bar",
        is_stacked=True,
        empty=_("No money in these days."),
        note=_("By the days of money. Profit is what came less VAT and expenses paid out; percentages are of what came "
               "less VAT. Premium in transit is in none of it."),
    )  # fmt: skip
    said = [
        Said(_("Profit"), Cell(whole.profit, tone="late" if whole.profit < 0 else ""), Kind.MONEY, earlier.profit),
        Said(_("Expenses paid out"), Cell(whole.paid, paid(asked, asked.period)), Kind.MONEY, earlier.paid,
             less_is_better=True),
        Said(_("Expenses of commission"), Cell(whole.percent(whole.paid)), Kind.PERCENT, earlier.percent(earlier.paid),
             less_is_better=True),
    ]  # fmt: skip
    return Picture(said, [table])


def cells(one: Earned, asked: Asked, days: Period) -> list[Cell]:
    """The figures of some days."""
    return [
        Cell(one.received, rows("income", asked, received_on=days)),
        Cell(one.vat, rows("income", asked, received_on=days, vat_mode=TAXED)),
        *(Cell(one.expenses[kind], paid(asked, days, kind)) for kind in ExpenseKind),
        Cell(one.paid, paid(asked, days)),
        Cell(one.percent(one.expenses[ExpenseKind.CLIENT_DISCOUNT])),
        Cell(one.percent(one.shares)),
        Cell(one.profit, tone="late" if one.profit < 0 else ""),
    ]


def paid(asked: Asked, days: Period, kind: ExpenseKind | None = None) -> str:
    """Where the expenses are that were paid out."""
    more = {"kind": kind.value} if kind else {}
    return rows("expense", asked, status=ExpenseStatus.PAID.value, paid_on=days, **more)
