"""The brokerage at one look."""

from __future__ import annotations

from dataclasses import replace

from admin.dashboards.links import Days
from admin.dashboards.pictures import funnel as sales
from admin.dashboards.pictures import money as flow
from admin.dashboards.pictures import receivables as owed
from admin.dashboards.pictures import renewals as ends
from admin.dashboards.table import Cell, Kind, Picture, Said
from admin.i18n import _
from models.figures.asked import Asked
from models.figures.funnel import funnel
from models.figures.money import by_month
from models.figures.overheads import overheads, together
from models.figures.receivables import of_clients, of_insurers
from models.figures.renewals import Fate, calendar, retention
from models.session import Work


async def picture(work: Work, asked: Asked) -> Picture:
    """Sales, money, what is owed, what ends soon."""
    return Picture([*await sold(work, asked), *await earned(work, asked), *await awaited(work, asked)])


async def sold(work: Work, asked: Asked) -> list[Said]:
    """Deals won, premium and commission that came."""
    now, before = await funnel(work, asked), await funnel(work, asked.earlier)
    money, earlier = [flow.total(await by_month(work, one)) for one in (asked, asked.earlier)]
    return [sales.won(now, before, asked), *flow.said(money, earlier, asked)]


async def earned(work: Work, asked: Asked) -> list[Said]:
    """Profit and retention."""
    profit, earlier = [together(await overheads(work, one)).profit for one in (asked, asked.earlier)]
    ended, before = [ends.together(await calendar(work, one)) for one in (asked, asked.earlier)]
    kept = Cell(retention(ended.premium))
    return [
        Said(_("Profit"), Cell(profit, tone="late" if profit < 0 else ""), Kind.MONEY, earlier),
        Said(_("Retention, premium"), kept, Kind.PERCENT, retention(before.premium)),
    ]


async def awaited(work: Work, asked: Asked) -> list[Said]:
    """What is late, and what ends within a month, as of today."""
    insurers = owed.together(await of_insurers(work, asked)).late
    clients = owed.together(await of_clients(work, asked)).late
    soon = ends.soon(asked)
    open_ = ends.together(await calendar(work, replace(asked, period=soon))).premium[Fate.OPEN]
    unpaid = Days(None, asked.yesterday)
    late = [
        Cell(insurers, owed.lines(asked, expected_on=owed.late_days(asked)), "late" if insurers else ""),
        Cell(clients, owed.due(asked, unpaid), "late" if clients else ""),
    ]
    return [
        Said(_("Commission overdue"), late[0], Kind.MONEY, has_before=False),
        Said(_("Instalments overdue"), late[1], Kind.MONEY, has_before=False),
        Said(_("Ends within 30 days"), Cell(open_, ends.ending(asked, soon, Fate.OPEN)), Kind.MONEY, has_before=False),
    ]
