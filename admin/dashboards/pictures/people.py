"""Load and speed of those who do tasks."""

from __future__ import annotations

from typing import Any

from admin.dashboards.links import Days, rows
from admin.dashboards.table import Cell, Column, Kind, Picture, Row, Said, Table
from admin.i18n import _
from models.choices import OPEN_TASKS, TaskStatus
from models.figures.asked import Asked
from models.figures.people import Worker, workers
from models.session import Work


async def picture(work: Work, asked: Asked) -> Picture:
    """By person; medians are of hours by the clock, nights and weekends counted."""
    now, before = await workers(work, asked), await workers(work, asked.earlier)
    tasks, hours = _("Tasks"), _("Hours")
    columns = (
        Column(_("Open now"), colour="one", group=tasks),
        Column(_("Late"), colour="late", group=tasks),
        Column(_("Tasks done"), colour="good", group=tasks),
        Column(_("Hours to accept"), Kind.HOURS, "pale", hours),
        Column(_("Hours to finish"), Kind.HOURS, "one", hours),
        Column(_("Given back")),
    )
    table = Table(
        _("Tasks by executor"),
        _("Executor"),
        columns,
        [Row(one.name or _("All together"), cells(one, asked), is_total=one.id is None) for one in now],
        chart="bar",
        empty=_("No tasks in these days."),
        note=_("Hours are medians by the clock: from given to accepted, from accepted to done."),
    )
    return Picture(said(now, before, asked), [table])


def cells(one: Worker, asked: Asked) -> list[Cell]:
    """A person's figures, or everybody's."""
    whose = {"assignee_id": str(one.id) if one.id else "filled"}
    back = {"returned_by_id": str(one.id)} if one.id else {}
    done = finished(asked, **whose)
    return [
        Cell(one.open, opened(asked, **whose)),
        Cell(one.late, opened(asked, due_on=Days(None, asked.yesterday), **whose), "late" if one.late else ""),
        Cell(one.done, done),
        Cell(one.hours_to_accept, rows("task", asked, accepted_at=asked.period, **({} if one.id is None else whose))),
        Cell(one.hours_to_finish, finished(asked, accepted_at="filled", **whose)),
        Cell(one.returns, rows("task-return", asked, created_at=asked.period, **back)),
    ]


def opened(asked: Asked, **more: Any) -> str:
    """Where the open tasks are."""
    return rows("task", asked, status=OPEN_TASKS, **more)


def finished(asked: Asked, **more: Any) -> str:
    """Where the tasks are that were done in the period."""
    return rows("task", asked, status=TaskStatus.DONE.value, done_at=asked.period, **more)


def said(now: list[Worker], before: list[Worker], asked: Asked) -> list[Said]:
    """Everybody's figures."""
    if not now:
        return []
    all_now, earlier = now[-1], before[-1] if before else None
    one, other = cells(all_now, asked), earlier
    return [
        Said(_("Tasks done"), one[2], before=other.done if other else 0),
        Said(_("Hours to accept"), one[3], Kind.HOURS, other.hours_to_accept if other else None, less_is_better=True),
        Said(_("Hours to finish"), one[4], Kind.HOURS, other.hours_to_finish if other else None, less_is_better=True),
    ]
