"""What a person wants to hear, by which channel, and the hours in which nothing is sent to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.choices import Channel
from models.errors import Invalid
from models.notification import Preference
from models.texts import N_
from models.wording import DIGEST

if TYPE_CHECKING:
    from models.session import Work

EVERYTHING = "*"
"""The event of the row that holds a channel's quiet hours."""


class Kind(NamedTuple):
    """A kind of event that people may refuse, and the channels that have words for it."""

    event: str
    label: str
    channels: tuple[Channel, ...] = (Channel.PANEL, Channel.TELEGRAM, Channel.WEB_PUSH, Channel.EMAIL)


OUTSIDE = (Channel.TELEGRAM, Channel.WEB_PUSH, Channel.EMAIL)
KINDS = (
    Kind("task.sent", N_("A task has come to me")),
    Kind("task.queued", N_("A task has come into my team's queue")),
    Kind("task.accepted", N_("My task was accepted")),
    Kind("task.returned", N_("My task was returned")),
    Kind("task.done", N_("My task is done")),
    Kind("task.cancelled", N_("A task that I had is no longer needed")),
    Kind("task.due", N_("A task is due today")),
    Kind("task.overdue", N_("A task is overdue")),
    Kind("deal.given", N_("A deal was given to me")),
    Kind("instalment.soon", N_("An instalment is coming")),
    Kind("instalment.overdue", N_("An instalment is overdue")),
    Kind("policy.expiring", N_("A policy ends soon")),
    Kind("view.entered", N_("A record has entered a list that I follow")),
    Kind("document.missing", N_("A file was not found"), (Channel.PANEL,)),
    Kind("recalculation.found", N_("Expected lines differ from the rules"), (Channel.PANEL,)),
    Kind(DIGEST, N_("The day in short, on working mornings"), OUTSIDE),
)
ASKED_FOR = (DIGEST,)
"""What comes only to those who have asked for it."""
Choice = tuple[str, str]
"""An event and a channel."""
CHOICES: frozenset[Choice] = frozenset((kind.event, str(channel)) for kind in KINDS for channel in kind.channels)
"""Everything that can be refused."""


@dataclass(frozen=True)
class Wishes:
    """What is refused, and from when to when (the brokerage's time) no message leaves the house."""

    refused: frozenset[Choice] = frozenset()
    quiet_from: time | None = None
    quiet_to: time | None = None

    def silent_until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The end of the quiet hours that run now; nothing where none do."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        here = now.astimezone(zone)
        through_midnight = self.quiet_from > self.quiet_to
        begun, over = here.time() >= self.quiet_from, here.time() >= self.quiet_to
        if not (begun or not over if through_midnight else begun and not over):
            return None
        day = here.date() + timedelta(days=1) if through_midnight and begun else here.date()
        return datetime.combine(day, self.quiet_to, zone)


async def wishes_of(work: Work, person: UUID) -> Wishes:
    """A person's wishes; who never said anything wants everything but the digest, at any hour."""
    rows = (await work.scalars(select(Preference).where(Preference.user_id == person))).all()
    hours = next((row for row in rows if (row.event, row.channel) == (EVERYTHING, Channel.TELEGRAM)), None)
    chosen = {(row.event, row.channel): row.is_wanted for row in rows}
    refused = frozenset(choice for choice in CHOICES if not chosen.get(choice, choice[0] not in ASKED_FOR))
    return Wishes(refused, hours.quiet_from, hours.quiet_to) if hours else Wishes(refused)


async def wish(work: Work, wanted: Collection[Choice], quiet_from: time | None, quiet_to: time | None) -> None:
    """Keep the actor's wishes. Raises `Invalid` for quiet hours with one end, or without any length."""
    if (quiet_from is None) != (quiet_to is None):
        raise Invalid.at("quiet_to" if quiet_to is None else "quiet_from", N_("Quiet hours need both times."))
    if quiet_from is not None and quiet_from == quiet_to:
        raise Invalid.at("quiet_to", N_("Quiet hours need two different times."))
    mine = select(Preference).where(Preference.user_id == work.actor.id).with_for_update()
    rows = {(row.event, row.channel): row for row in await work.scalars(mine)}
    for choice in sorted(CHOICES):
        keep(work, rows, choice).is_wanted = choice in wanted
    hours = keep(work, rows, (EVERYTHING, str(Channel.TELEGRAM)))
    hours.quiet_from, hours.quiet_to = quiet_from, quiet_to


def keep(work: Work, rows: dict[Choice, Preference], choice: Choice) -> Preference:
    """The row of a choice, made where there is none yet."""
    if choice not in rows:
        event, channel = choice
        rows[choice] = Preference(user_id=work.actor.id, event=event, channel=channel, is_wanted=True)
        work.add(rows[choice])
    return rows[choice]
