"""`/start CODE`: the chat becomes the person's."""

from __future__ import annotations

from bot.answers import WHAT_HELPS, Answer, how_to_link, message
from bot.asked import Asked
from jobs.words import words
from models.actor import Actor
from models.session import Work
from models.telegram import link, person_of, unblock
from models.texts import N_

LINKED = N_("This chat is linked to the panel. Tasks come here by deal number, without clients and sums.")
OLD_CODE = N_("This code does not work any more. In the panel open your name, then Telegram, and take a new one.")


async def start(work: Work, asked: Asked, known: Actor | None) -> list[Answer]:
    """Link by a code; without one say what helps."""
    if asked.rest:
        if not await link(work, asked.rest, asked.chat):
            return [message(asked, words(known.locale if known else asked.locale)(OLD_CODE))]
        await work.flush()
        known = await person_of(work, asked.chat)
    if known is None:
        return [how_to_link(asked)]
    await unblock(work, asked.chat)
    _ = words(known.locale)
    return [message(asked, f"{_(LINKED)}\n{_(WHAT_HELPS)}")]
