"""By which way a person is told outside the panel: the first that they chose; the next when it does not confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from jobs.declared import Run, job
from jobs.filling import filled, templates
from jobs.runs import order
from jobs.words import words
from models.choices import Channel, DeliveryStatus
from models.notification import DeliveryAttempt, Notification
from models.people import User
from models.session import Work
from models.wishes import wishes_of
from settings import settings

PATIENCE = timedelta(minutes=10)
"""How long a way has to confirm before the next one is tried."""
SENDERS = {Channel.TELEGRAM: "send_telegram", Channel.WEB_PUSH: "send_push", Channel.EMAIL: "send_email"}
"""The job of each way, in the order in which they are tried."""
ABOUT = ("notification", "person", "in_panel")
"""What every way is given of a notification: its key, whose it is, whether it came unread into the panel."""
Message = dict[str, Any]
"""A channel and what its job is given."""


class Ways(NamedTuple):
    """Where a person wants an event and can be told of it: their chat, any browser, their address."""

    chat: int | None = None
    has_browser: bool | None = None
    email: str | None = None

    def __bool__(self) -> bool:
        return any(self)


@dataclass(frozen=True)
class Told:
    """What is said outside the panel: facts that may leave the house, buttons where the way has them, the page."""

    facts: Mapping[str, Any]
    buttons: Mapping[str, Any]
    url: str


def channels_on() -> dict[str, bool]:
    """Which ways this installation has, as statements ask for them."""
    return {
        "telegram": bool(settings.telegram_token),
        "web_push": bool(settings.web_push_contact),
        "email": bool(settings.smtp_url),
    }


async def reach(work: Work, notice: Notification, person: User, ways: Ways, told: Told) -> None:
    """Order the message by the first way, and the question whether it came by."""
    made = [by_telegram, by_browser, by_email]
    messages = [message for make in made if (message := await make(work, notice, person, ways, told)) is not None]
    about = {"notification": str(notice.id), "person": str(person.id), "in_panel": notice.read_at is None}
    await send_first(work, about, messages)


async def send_first(work: Work, about: Mapping[str, Any], messages: Sequence[Message]) -> None:
    """The first of the ways, in quiet hours after them; the others wait. What is ordered already is not again."""
    if not messages:
        return
    first, *rest = messages
    due = (await wishes_of(work, UUID(about["person"]))).silent_until(work.at, settings.zone)
    key = f"notice:{about['notification']}:{first['channel']}"
    await order(work, SENDERS[Channel(first["channel"])], {**first, **about, "rest": rest}, key=key, due=due)
    if rest:
        asked = (due or work.at) + PATIENCE
        await order(work, "fall_back", {**about, "rest": rest}, key=f"{key}:confirmed", due=asked)


@job()
async def fall_back(work: Work, run: Run) -> None:
    """The next way, where none has confirmed and the person has not read it either."""
    notice = await work.get(Notification, UUID(run.args["notification"]))
    if notice is None or (run.args.get("in_panel") and notice.read_at):
        return
    if not await is_confirmed(work, notice.id):
        await by_the_next(work, run)


async def by_the_next(work: Work, run: Run) -> None:
    """Order the next way, where there is one."""
    if rest := run.args.get("rest"):
        await send_first(work, {name: run.args.get(name) for name in ABOUT}, rest)


async def is_still_due(work: Work, run: Run, channel: Channel, *, is_there: bool) -> bool:
    """Whether the message is to go by this way, much having happened since it was ordered.

    Not to who has left, nor a second time where some way has confirmed. The next way follows where this one is off, no
    longer wanted or, by `is_there`, leads nowhere.
    """
    notice = await work.get(Notification, UUID(run.args["notification"]))
    person = await work.get(User, UUID(run.args["person"]))
    if notice is None or person is None or not person.is_active or person.deleted_at is not None:
        return False
    if await is_confirmed(work, notice.id):
        return False
    refused = (await wishes_of(work, person.id)).refused
    if is_there and channels_on()[channel] and (notice.event, channel) not in refused:
        return True
    await by_the_next(work, run)
    return False


async def is_confirmed(work: Work, notice: UUID) -> bool:
    """Whether some way has taken it."""
    sent = select(DeliveryAttempt.id).where(
        DeliveryAttempt.notification_id == notice, DeliveryAttempt.status == DeliveryStatus.SENT
    )
    return await work.scalar(sent.limit(1)) is not None


async def note(work: Work, run: Run, channel: Channel, error: str) -> None:
    """A row for each try of a notification."""
    if "notification" not in run.args:
        return
    work.add(
        DeliveryAttempt(
            user_id=UUID(run.args["person"]),
            notification_id=UUID(run.args["notification"]),
            channel=channel,
            status=DeliveryStatus.FAILED if error else DeliveryStatus.SENT,
            error=error or None,
        )
    )


async def say_in_panel(work: Work, person: UUID, event: str, title: str, body: str, url: str) -> None:
    """A notification of the program's own; `title` and `body` are msgids."""
    _ = words((await work.get_record(User, person)).locale)
    work.add(Notification(user_id=person, event=event, title=_(title), body=_(body), url=url))


async def words_of(work: Work, notice: Notification, person: User, channel: Channel, told: Told) -> list[str] | None:
    """Subject and body by the channel's own template, which knows neither people nor sums."""
    known = {row.locale: row for row in await work.scalars(templates(notice.event, channel=channel))}
    template = known.get(person.locale) or known.get("ru")
    if template is None:
        return None
    return [filled(part, told.facts, person.locale) for part in (template.subject, template.body)]


async def by_telegram(work: Work, notice: Notification, person: User, ways: Ways, told: Told) -> Message | None:
    """A message in the chat, with buttons."""
    said = await words_of(work, notice, person, Channel.TELEGRAM, told) if ways.chat is not None else None
    if said is None:
        return None
    content = {"chat_id": ways.chat, "text": "\n".join(said), "reply_markup": told.buttons}
    return {"channel": Channel.TELEGRAM, "chat": ways.chat, "method": "send_message", "told": content}


async def by_browser(work: Work, notice: Notification, person: User, ways: Ways, told: Told) -> Message | None:
    """A notification of the browser, which opens the page."""
    said = await words_of(work, notice, person, Channel.WEB_PUSH, told) if ways.has_browser else None
    if said is None:
        return None
    title, text = said
    return {"channel": Channel.WEB_PUSH, "title": title, "text": text, "url": told.url}


async def by_email(work: Work, notice: Notification, person: User, ways: Ways, told: Told) -> Message | None:
    """A letter with the page's address."""
    said = await words_of(work, notice, person, Channel.EMAIL, told) if ways.email is not None else None
    if said is None:
        return None
    subject, body = said
    text = "\n\n".join(part for part in (body, settings.address + told.url) if part)
    return {"channel": Channel.EMAIL, "subject": subject, "text": text}
