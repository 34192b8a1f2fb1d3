"""Plans of sales against what has come."""

from __future__ import annotations

from typing import Any

from admin.dashboards.links import Days, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Table
from admin.i18n import _
from models.figures.asked import Asked
from models.figures.plan import Target, targets
from models.session import Work
from models.target import TargetMeasure


async def picture(work: Work, asked: Asked) -> Picture:
    """A table for each measure: teams first, then sellers."""
    found = await targets(work, asked)
    shown = [one for one in TargetMeasure if any(target.measure == one for target in found)]
    tables = [table_of(measure, [one for one in found if one.measure == measure], asked) for measure in shown]
    may_plan = work.actor.rights.may("sales-target", "create")
    nothing = Table(_("Plan and fact"), _("Team or seller"), (), (), empty=_("Nothing is planned for these months."))
    foot = "dashboards/plan_foot.html" if may_plan else ""
    return Picture((), tables or [nothing], foot=foot)


def table_of(measure: TargetMeasure, found: list[Target], asked: Asked) -> Table:
    """The plans of a measure."""
    columns = (
        Column(_("Target"), Kind.MONEY, "pale"),
        Column(_("Fact"), Kind.MONEY, "good"),
        Column(_("Done, %"), Kind.PERCENT, has_bar=True),
    )
    return Table(
        _(measure.label),
        _("Team or seller"),
        columns,
        [Row(one.name, cells(one, asked)) for one in found],
        chart="across",
    )


def cells(one: Target, asked: Asked) -> list[Cell]:
    """A plan, what came, and how much of it that is."""
    plain = Asked(asked.period, asked.before, asked.today)
    months = Days(one.first.replace(day=1), one.last)
    whose: dict[str, Any] = {"user_id": str(one.user_id)} if one.user_id else {"team_id": str(one.team_id)}
    sold = (
        {"deal_id__seller_id": str(one.user_id)} if one.user_id else {"deal_id__seller_id__team_id": str(one.team_id)}
    )
    days = Days(one.first, one.last)
    is_premium = one.measure is TargetMeasure.PREMIUM
    fact = (
        rows("payment", plain, paid_on=days, **sold) if is_premium else rows("income", plain, received_on=days, **sold)
    )
    return [
        Cell(one.planned, rows("sales-target", plain, month=months, measure=one.measure.value, **whose)),
        Cell(one.fact, fact),
        Cell(one.percent, tone="good" if one.percent >= 100 else ""),
    ]
