"""Why hand-offs came back, and why clients did not stay."""

from __future__ import annotations

from admin.dashboards.links import exactly, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.choices import DealStage, RenewalStatus
from models.figures.asked import Asked
from models.figures.losses import Lost, by_competitor, by_reason, returns
from models.session import Work


async def picture(work: Work, asked: Asked) -> Picture:
    """Lost deals and renewals by reason, and by where the clients went."""
    reasons, before = await by_reason(work, asked), await by_reason(work, asked.earlier)
    competitors = await by_competitor(work, asked)
    deals, renewals = (sum(getattr(one, name) for one in reasons) for name in ("deals", "renewals"))
    earlier = [sum(getattr(one, name) for one in before) for name in ("deals", "renewals")]
    said = [
        Said(_("Deals lost"), Cell(deals, lost_deals(asked)), before=earlier[0], less_is_better=True),
        Said(_("Lost renewals"), Cell(renewals, lost_renewals(asked)), before=earlier[1], less_is_better=True),
    ]
    tables = [
        table_of(_("Why clients left"), _("Reason"), "lost_reason", reasons, asked, chart="across"),
        table_of(_("Where clients went"), _("Competitor"), "lost_to", competitors, asked),
    ]
    note = _("Deals by the day when they were lost, renewals by the day when their policies end.")
    return Picture(said, tables, note=note)


def table_of(title: str, head: str, column: str, found: list[Lost], asked: Asked, chart: str = "") -> Table:
    """Losses by one of their words."""
    columns = (
        Column(_("Deals"), colour="one"),
        Column(_("Renewals"), colour="due"),
        Column(_("Mean difference, deals"), Kind.MONEY),
        Column(_("Mean difference, renewals"), Kind.MONEY),
    )
    shown = [Row(one.words or _("not said"), cells(one, column, asked)) for one in found]
    return Table(title, head, columns, shown, chart=chart, is_stacked=True, empty=_("Nothing was lost in these days."))


def cells(one: Lost, column: str, asked: Asked) -> list[Cell]:
    """How many there are, and by how much dearer we were."""
    words = {column: exactly(one.words)}
    deals, renewals = lost_deals(asked, **words), lost_renewals(asked, **words)
    return [
        Cell(one.deals, deals),
        Cell(one.renewals, renewals),
        Cell(one.deal_difference, deals),
        Cell(one.renewal_difference, renewals),
    ]


def lost_deals(asked: Asked, **words: str | None) -> str:
    """Where the deals are that were lost in the period."""
    return rows("deal", asked, stage=DealStage.LOST.value, stage_since=asked.period, **words)


def lost_renewals(asked: Asked, **words: str | None) -> str:
    """Where the renewals are that were lost, of policies that end in the period."""
    return rows("renewal", asked, status=RenewalStatus.LOST.value, policy_id__ends_on=asked.period, **words)


async def given_back(work: Work, asked: Asked) -> Picture:
    """Hand-offs that came back, by reason."""
    now, before = await returns(work, asked), await returns(work, asked.earlier)
    earlier = {one.cause: one.returns for one in before}
    columns = (
        Column(_("Returns"), colour="due"),
        Column(_("Before"), colour="pale"),
        Column(_("Tasks that came back")),
    )
    shown = [
        Row(
            _(one.cause.label),
            [
                Cell(one.returns, returned(asked, cause=one.cause.value)),
                Cell(earlier.get(one.cause, 0), returned(asked.earlier, cause=one.cause.value)),
                Cell(one.tasks, returned(asked, cause=one.cause.value)),
            ],
        )
        for one in now
    ]
    table = Table(
        _("Why hand-offs come back"), _("Reason"), columns, shown, chart="across", empty=_("No returns in these days")
    )
    all_now, all_before = sum(one.returns for one in now), sum(earlier.values())
    said = [Said(_("Returns"), Cell(all_now, returned(asked)), before=all_before, less_is_better=True)]
    foot = "dashboards/returns_foot.html" if work.actor.rights.may("task", "act_for_others") else ""
    return Picture(said, [table], foot=foot)


def returned(asked: Asked, **more: str) -> str:
    """Where the returns of the period are."""
    return rows("task-return", asked, created_at=asked.period, **more)
