"""Reminds people, once for each occasion, of instalments, expiring policies and tasks whose day has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from jobs.filling import filled, templates
from jobs.notifications import reach_of
from jobs.reaching import Ways, channels_on
from models.actor import SYSTEM, Via
from models.deal import Deal
from models.notification import Notification, Template
from models.people import User
from models.session import Database, Work
from models.task import Task

BATCH = 200
"""Reminders of one transaction: it is short, since a long one would hold up the readers of the log."""
LOOKING_BACK = 7
"""Days for which a reminder is caught up after a downtime; what is older stands in Today and is nobody's news."""
SAFE = ("due", "number", "count")
"""What a message outside the house may know besides the deal's code and the kind of task."""

FIND = text(Path(__file__).with_suffix(".sql").read_text("utf-8"))


async def remind(database: Database, batch: int = BATCH) -> int:
    """Tell what is news, in batches under one action. Gives how many reminders there were; safe to repeat."""
    action, done = uuid7(), 0
    while True:
        async with database.transaction(SYSTEM, Via.JOB, "notification.remind", action_id=action) as work:
            told = {"today": work.today, "looking_back": LOOKING_BACK, "batch": batch}
            rows = await work.execute(FIND, told | channels_on())
            found = [row._asdict() for row in rows]
            await write_down(work, found)
        done += len(found)
        if len(found) < batch:
            return done


async def write_down(work: Work, found: Sequence[Mapping[str, Any]]) -> None:
    """A notification for each, by one statement; those who want it outside the panel hear it there too."""
    people = {person.id: person for person in await work.scalars(select(User).where(User.id.in_(of(found, "user_id"))))}
    words = {(row.event, row.locale): row for row in await work.scalars(templates(*of(found, "event")))}
    made = [
        notice(row, words.get((row["event"], people[row["user_id"]].locale)) or words[row["event"], "ru"], work)
        for row in found
    ]
    if not made:
        return
    columns = ("id", "user_id", "deal_id", "event", "title", "body", "url", "read_at", "occasion")
    values = [{name: getattr(one, name) for name in columns} for one in made]
    new = insert(Notification).values(values).on_conflict_do_nothing().returning(Notification.id)
    written = set(await work.scalars(new))
    for row, one in zip(found, made, strict=True):
        if (ways := Ways(row["chat"], row["has_browser"], row["email"])) and one.id in written:
            await ring_of(work, row, one, people[one.user_id], ways)


def of(found: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    """The different values of a column."""
    return list({row[name] for row in found})


def notice(row: Mapping[str, Any], template: Template, work: Work) -> Notification:
    """The words for one person; read already where they do not want it in the panel, so that it is told only once."""
    locale = template.locale
    return Notification(
        user_id=row["user_id"],
        deal_id=row["deal_id"],
        event=row["event"],
        title=filled(template.subject, row, locale),
        body=filled(template.body, row, locale),
        url=f"/admin/deal/details/{row['deal_id']}",
        read_at=None if row["in_panel"] else work.at,
        occasion=row["occasion"],
    )


async def ring_of(work: Work, row: Mapping[str, Any], one: Notification, person: User, ways: Ways) -> None:
    """The same outside the panel, with the buttons of the task where it is about one."""
    task = await work.get(Task, row["task_id"]) if row["task_id"] else None
    deal = await work.get_record(Deal, row["deal_id"])
    await reach_of(work, one, person, ways, task, deal, {name: row[name] for name in SAFE})
