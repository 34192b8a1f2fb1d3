"""Where a person is told outside the panel: a mailbox and browsers, named by themselves, closed when they refuse."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update

from models.choices import Channel
from models.errors import Invalid
from models.notification import ContactPoint
from models.texts import N_

if TYPE_CHECKING:
    from models.session import Work

ATOM = r"[\w!#$%&'*+/^`{|}~-]+"
ADDRESS = re.compile(rf"(?=.{{1,64}}@){ATOM}(?:\.{ATOM})*@(?:[\w-]{{1,63}}\.)+[\w-]{{2,63}}", re.ASCII)
LONGEST = 254
MOST_BROWSERS = 10
"""Of one person."""


async def mailbox_of(work: Work, person: UUID) -> ContactPoint | None:
    """The person's address."""
    return (await work.scalars(select(ContactPoint).where(*_mailbox(person)))).first()


async def choose_mailbox(work: Work, given: str) -> None:
    """Keep the actor's address, open again if it was closed; an empty one removes it. Raises `Invalid`."""
    address = given.strip()
    if not address:
        await work.execute(delete(ContactPoint).where(*_mailbox(work.actor.id)))
        return
    if len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise Invalid.at("email", N_("Write the address as name@company.ru."))
    kept = await mailbox_of(work, work.actor.id)
    if kept is None:
        told = {"label": masked(address), "address": address}
        work.add(ContactPoint(user_id=work.actor.id, channel=Channel.EMAIL, **told))
    else:
        kept.label, kept.address, kept.blocked_at = masked(address), address, None


def masked(address: str) -> str:
    """What others may see of an address, in the log too: `a…@company.ru`."""
    name, _at, company = address.rpartition("@")
    return f"{name[0]}…@{company}"


async def browsers_of(work: Work, person: UUID) -> list[ContactPoint]:
    """The browsers that show the person's notifications, the newest first."""
    mine = (ContactPoint.user_id == person, ContactPoint.channel == Channel.WEB_PUSH)
    return list(await work.scalars(select(ContactPoint).where(*mine).order_by(ContactPoint.created_at.desc())))


async def add_browser(work: Work, label: str, endpoint: str, keys: dict[str, str]) -> None:
    """A browser shows the actor's notifications from now on. Raises `Invalid` for too many."""
    await work.execute(delete(ContactPoint).where(*_browser(endpoint), ContactPoint.user_id == work.actor.id))
    if len(await browsers_of(work, work.actor.id)) >= MOST_BROWSERS:
        raise Invalid.at("browser", N_("There are {most} browsers already. Remove one of them."), most=MOST_BROWSERS)
    told = {"label": label, "address": endpoint, "keys": keys}
    work.add(ContactPoint(user_id=work.actor.id, channel=Channel.WEB_PUSH, **told))


async def remove_browser(work: Work, key: UUID) -> None:
    """The actor's browser shows nothing more."""
    mine = (ContactPoint.id == key, ContactPoint.user_id == work.actor.id, ContactPoint.channel == Channel.WEB_PUSH)
    await work.execute(delete(ContactPoint).where(*mine))


async def take_browser_over(work: Work, endpoint: str, person: UUID) -> None:
    """Whoever used the browser before is told nothing by it any more: the program's own doing, for the person."""
    await work.execute(delete(ContactPoint).where(*_browser(endpoint), ContactPoint.user_id != person))


async def forget_browsers(work: Work, keys: Collection[UUID]) -> None:
    """Their push services know them no more."""
    await work.execute(delete(ContactPoint).where(ContactPoint.id.in_(list(keys))))


async def close_mailbox(work: Work, person: UUID, address: str) -> bool:
    """Nothing more is sent there; whether that is news."""
    statement = update(ContactPoint).where(
        *_mailbox(person), ContactPoint.address == address, ContactPoint.blocked_at.is_(None)
    )
    return await work.scalar(statement.values(blocked_at=work.at).returning(ContactPoint.id)) is not None


def _browser(endpoint: str) -> tuple[ColumnElement[bool], ...]:
    return (ContactPoint.address == endpoint, ContactPoint.channel == Channel.WEB_PUSH)


def _mailbox(person: UUID) -> tuple[ColumnElement[bool], ...]:
    return (ContactPoint.user_id == person, ContactPoint.channel == Channel.EMAIL)
