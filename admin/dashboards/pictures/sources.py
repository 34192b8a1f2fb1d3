"""Where deals come from."""

from __future__ import annotations

from typing import Any

from admin.dashboards.links import exactly, rows
from admin.dashboards.pictures.funnel import percent
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Table
from admin.i18n import _
from models.choices import DealStage, PolicyStatus
from models.figures.asked import Asked
from models.figures.money import COUNTED_INCOMES
from models.figures.sources import Source, sources
from models.session import Work

WON = (DealStage.WON, DealStage.CLOSED)


async def picture(work: Work, asked: Asked) -> Picture:
    """Deals opened in the period by source, and what they brought since."""
    now = await sources(work, asked)
    before = {fold(one.source): one.deals for one in await sources(work, asked.earlier)}
    columns = (
        Column(_("Deals"), colour="one", group=_("Deals")),
        Column(_("Before"), colour="pale", group=_("Deals")),
        Column(_("Won"), colour="good", group=_("Deals")),
        Column(_("Won of opened"), Kind.PERCENT),
        Column(_("Premium"), Kind.MONEY, "pale", _("Money")),
        Column(_("Commission"), Kind.MONEY, "good", _("Money")),
    )
    table = Table(
        _("Deals by source"),
        _("Source"),
        columns,
        [Row(one.source or _("not said"), cells(one, before.get(fold(one.source), 0), asked)) for one in now],
        chart="bar",
        empty=_("No deals in these days."),
        note=_("Deals opened in these days; premium and commission are all that their policies bring."),
    )
    return Picture((), [table])


def fold(source: str | None) -> str:
    """One spelling."""
    return (source or "").lower().replace("ё", "е")


def cells(one: Source, before: int, asked: Asked) -> list[Cell]:
    """A source's figures."""
    words = exactly(one.source)
    of_deals: dict[str, Any] = {"deal_id__source": words, "deal_id__created_at": asked.period}
    return [
        Cell(one.deals, opened(asked, words)),
        Cell(before, opened(asked.earlier, words)),
        Cell(one.won, opened(asked, words, stage=WON)),
        Cell(percent(one.won, one.deals)),
        Cell(one.premium, rows("policy", asked, status=PolicyStatus.ISSUED.value, **of_deals)),
        Cell(one.commission, rows("income", asked, status=COUNTED_INCOMES, **of_deals)),
    ]


def opened(asked: Asked, words: str | None, **more: Any) -> str:
    """Where the deals are that were opened in the period."""
    return rows("deal", asked, source=words, created_at=asked.period, **more)
