"""The calendar of renewals, and retention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from admin.dashboards.asked import month_title, short_day
from admin.dashboards.links import Days, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.choices import PolicyStatus
from models.figures.asked import Asked
from models.figures.renewals import Ending, Fate, calendar, is_by_week, retention
from models.session import Work
from models.task.report import Period

COLOURS = {Fate.RENEWED: "good", Fate.LOST: "late", Fate.LAPSED: "due", Fate.OPEN: "pale"}


async def picture(work: Work, asked: Asked) -> Picture:
    """Weeks or months; retention says nothing of what is open still."""
    now, before = await calendar(work, asked), await calendar(work, asked.earlier)
    whole, earlier = together(now), together(before)
    shown = Days(asked.period.first, asked.period.last)
    table = Table(
        _("Policies that end, by week") if is_by_week(asked) else _("Policies that end, by month"),
        _("Ends"),
        [*columns(_("Policies"), Kind.COUNT), *columns(_("Premium"), Kind.MONEY)],
        [
            *(Row(title(one, asked), cells(one, asked)) for one in now),
            Row(_("Total"), cells(whole, asked), is_total=True),
        ],
        chart="bar",
        is_stacked=True,
        empty=_("No policies end in these days."),
    )
    said = [
        Said(_("Retention, policies"), Cell(retention(whole.policies)), Kind.PERCENT, retention(earlier.policies)),
        Said(_("Retention, premium"), Cell(retention(whole.premium)), Kind.PERCENT, retention(earlier.premium)),
        Said(_("Premium still open"), Cell(whole.premium[Fate.OPEN], ending(asked, shown, Fate.OPEN)), Kind.MONEY,
             has_before=False),
    ]  # fmt: skip
    return Picture(said, [table], note=_("A policy is renewed when another one follows it. Clients are not counted."))


def columns(group: str, kind: Kind) -> list[Column]:
    """All that end, each fate, and retention."""
    fates = [Column(_(fate.label), kind, COLOURS[fate], group) for fate in Fate]
    return [Column(group, kind), *fates, Column(_("Retention"), Kind.PERCENT)]


def cells(one: Ending, asked: Asked) -> list[Cell]:
    """The figures of some days."""
    days = Days(one.first, one.last)
    return [*figures(one.policies, asked, days), *figures(one.premium, asked, days)]


def figures(by_fate: Mapping[Fate, int] | Mapping[Fate, Decimal], asked: Asked, days: Days) -> list[Cell]:
    """Policies, or their premium, by fate."""
    total = Cell(sum((by_fate[fate] for fate in Fate), type(by_fate[Fate.OPEN])(0)), ending(asked, days))
    parts = [Cell(by_fate[fate], ending(asked, days, fate)) for fate in Fate]
    return [total, *parts, Cell(retention(by_fate))]


def ending(asked: Asked, days: Days | Period, fate: Fate | None = None) -> str:
    """Where the policies are that end within some days."""
    more = {"slice": fate.value} if fate else {}
    return rows("policy", asked, status=PolicyStatus.ISSUED.value, ends_on=days, **more)


def title(one: Ending, asked: Asked) -> str:
    """A week by its days, a month by its name."""
    if not is_by_week(asked):
        return month_title(one.first)
    return " – ".join(dict.fromkeys(short_day(day) for day in (one.first, one.last)))


def together(endings: list[Ending]) -> Ending:
    """All of them as one."""
    policies = {fate: sum(one.policies[fate] for one in endings) for fate in Fate}
    premium = {fate: sum((one.premium[fate] for one in endings), Decimal(0)) for fate in Fate}
    return Ending(endings[0].first, endings[-1].last, policies, premium)


def soon(asked: Asked) -> Period:
    """The days that come."""
    return Period(asked.today, asked.today + timedelta(days=30))
