"""The day in short, on working mornings, by chat or letter to those who have asked for it: numbers, no names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from jobs.cards import keyboard, opening
from jobs.filling import filled, templates
from jobs.reaching import Told, Ways, channels_on, reach
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.notification import Notification, Template
from models.people import User
from models.session import Database, Work
from models.wording import DIGEST

FIND = text(Path(__file__).with_suffix(".sql").read_text("utf-8"))
HOME = "/admin/"
SATURDAY = 5


async def send_digests(database: Database) -> int:
    """One to each for a day, none at the weekend or where nothing waits. Gives how many; safe to repeat."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.digest") as work:
        if work.today.weekday() >= SATURDAY:
            return 0
        found = (await work.execute(FIND, {"today": work.today} | channels_on())).mappings().all()
        known = {one.locale: one for one in await work.scalars(templates(DIGEST, channel=Channel.EMAIL))}
        return sum([await send_one(work, row, known.get(row["locale"]) or known.get("ru")) for row in found])


async def send_one(work: Work, row: Any, template: Template | None) -> bool:
    """To one person, unless they have it already; it is no news for the bell."""
    ways = Ways(row["chat"], row["has_browser"], row["email"])
    if template is None or not ways:
        return False
    notice = Notification(
        user_id=row["id"],
        event=DIGEST,
        title=filled(template.subject, row, row["locale"]),
        body=filled(template.body, row, row["locale"]),
        url=HOME,
        read_at=work.at,
        occasion=f"{DIGEST}:{work.today}",
    )
    columns = ("id", "user_id", "event", "title", "body", "url", "read_at", "occasion")
    new = insert(Notification).values({name: getattr(notice, name) for name in columns})
    if await work.scalar(new.on_conflict_do_nothing().returning(Notification.id)) is None:
        return False
    person = (await work.scalars(select(User).where(User.id == row["id"]))).one()
    await reach(work, notice, person, ways, Told(row, keyboard(opening(HOME, person.locale)), HOME))
    return True
