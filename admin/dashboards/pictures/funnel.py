"""The funnel of sales."""

from __future__ import annotations

from decimal import Decimal

from admin.dashboards.links import rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.choices import DealStage
from models.figures.asked import Asked
from models.figures.funnel import WAY, Step, funnel
from models.session import Work


async def picture(work: Work, asked: Asked) -> Picture:
    """Stages in their order; conversion is of those that entered, whenever they went on."""
    now, before = await funnel(work, asked), await funnel(work, asked.earlier)
    columns = (
        Column(_("Entered"), colour="one"),
        Column(_("Before"), colour="pale"),
        Column(_("Went on")),
        Column(_("Conversion"), Kind.PERCENT),
        Column(_("Lost here"), colour="late"),
        Column(_("Still here")),
    )
    table = Table(
        _("Deals by stage"),
        _("Stage"),
        columns,
        [row_of(one, earlier, asked) for one, earlier in zip(now, before, strict=True)],
        chart="across",
        empty=_("No deals in these days."),
    )
    return Picture([opened(now, before, asked), won(now, before, asked), through(now, before)], [table])


def row_of(one: Step, earlier: Step, asked: Asked) -> Row:
    """A stage."""
    is_last = one.stage == WAY[-1]
    return Row(
        _(one.stage.label),
        [
            Cell(one.entered, entered(one.stage, asked)),
            Cell(earlier.entered, entered(one.stage, asked.earlier)),
            Cell(None if is_last else one.onward, "" if is_last else entered(one.stage, asked, is_furthest="no")),
            Cell(None if is_last else percent(one.onward, one.entered)),
            Cell(None if is_last else one.lost, "" if is_last else lost(one.stage, asked), "late" if one.lost else ""),
            Cell(one.here, entered(one.stage, asked, is_furthest="yes", deal_id__stage=not_lost())),
        ],
    )


def entered(stage: DealStage, asked: Asked, **more: object) -> str:
    """Where the deals are that entered a stage."""
    return rows("deal-step", asked, stage=stage.value, entered_at=asked.period, **more)


def lost(stage: DealStage, asked: Asked) -> str:
    """Where those are that were lost at it."""
    return entered(stage, asked, is_furthest="yes", deal_id__stage=DealStage.LOST.value)


def not_lost() -> list[str]:
    """Every stage but the lost one."""
    return [stage.value for stage in DealStage if stage != DealStage.LOST]


def percent(part: int, whole: int) -> Decimal | None:
    """A part of a hundred, nothing of nothing."""
    return round(Decimal(100 * part) / whole, 1) if whole else None


def opened(now: list[Step], before: list[Step], asked: Asked) -> Said:
    """Deals that were opened."""
    return Said(_("Deals opened"), Cell(now[0].entered, entered(WAY[0], asked)), before=before[0].entered)


def won(now: list[Step], before: list[Step], asked: Asked) -> Said:
    """Deals that were won."""
    return Said(_("Deals won"), Cell(now[-1].entered, entered(WAY[-1], asked)), before=before[-1].entered)


def through(now: list[Step], before: list[Step]) -> Said:
    """Deals won for a hundred opened."""
    found, earlier = (percent(steps[-1].entered, steps[0].entered) for steps in (now, before))
    return Said(_("Won of opened"), Cell(found), Kind.PERCENT, earlier)
