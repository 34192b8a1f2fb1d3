"""One-time links into the panel, under the person's own session: a call's form, a deal's files."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.answers import Answer, changed, message
from bot.asked import Asked
from jobs.cards import Keyboard, keyboard
from jobs.words import words
from models.actor import Actor
from models.base import Record
from models.session import Work
from models.texts import N_
from models.ways import new_way
from settings import settings

TO_THE_PANEL = N_("To the panel")


async def led(work: Work, asked: Asked, actor: Actor, text: str, record: Record, *more: list[dict[str, str]]) -> Answer:
    """A message with a link to a record, in place of the one whose button was pressed, and more rows of buttons.

    Telegram takes no address without a name for a button; there the link stands in the words.
    """
    address = f"{settings.address}/admin/way/{await new_way(work, record)}"
    if urlsplit(settings.address).hostname == "localhost":
        return said(asked, f"{text}\n{address}", keyboard(*more))
    link = [{"text": words(actor.locale)(TO_THE_PANEL), "url": address}]
    return said(asked, text, keyboard(link, *more))


def said(asked: Asked, text: str, buttons: Keyboard) -> Answer:
    """A new message, or the one under whose button the person is, as it is now."""
    return changed(asked, text, buttons) if asked.query else message(asked, text, buttons)
