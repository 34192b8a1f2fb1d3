"""Files and words for a deal: not here, but by a one-time link; where the setting says so a file goes straight in."""

from __future__ import annotations

import json

from bot.answers import WHAT_HELPS, Answer, message, pressed
from bot.asked import Asked, File
from bot.deals import by_key, recent
from bot.talk import Turn
from bot.ways import led, said
from jobs.cards import keyboard, opening
from jobs.runs import order
from jobs.words import words
from models.actor import Actor
from models.deal import Deal
from models.errors import NotFound
from models.session import Work
from models.texts import N_
from settings import settings

AT, OTHER, FILE = "at", "other", "file"
NOT_HERE = N_("Client data and files do not go through Telegram, and nothing of this is kept. Add them in the panel.")
FOR_WHICH = N_("For which deal?")
FOR_DEAL = N_("{code}: the link opens its files once, within ten minutes.")
ANOTHER = N_("Another deal")
GOES_IN = N_("{code}: the file goes into the deal's folder.")
NO_DEALS = N_("A new client begins with /new.")
NOT_YOURS = N_("This deal is not among yours any more.")


async def anything(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """Words and files: by the way into a deal, the chosen one or one of several; an unknown command: what there is."""
    _ = words(actor.locale)
    if asked.command:
        return [message(asked, _(WHAT_HELPS))]
    if not actor.rights.may("document", "create"):
        return [message(asked, f"{_(NOT_HERE)}\n{_(WHAT_HELPS)}", keyboard(opening("/admin/", actor.locale)))]
    found = await recent(work, actor)
    chosen = await by_key(work, turn.deal) if turn.deal else found[0] if len(found) == 1 else None
    if chosen is not None:
        return [await into(work, asked, actor, chosen, asked.file)]
    if asked.file and goes_straight():
        turn.begin(f"{FILE}:{json.dumps(asked.file)}")
    return [which(asked, actor, found)]


def which(asked: Asked, actor: Actor, found: list[Deal]) -> Answer:
    """A button for each deal that it may be for."""
    _ = words(actor.locale)
    rows = [[{"text": one.code, "callback_data": f"{AT}:{one.id}"}] for one in found]
    ask = _(FOR_WHICH) if rows else _(NO_DEALS)
    head = "" if asked.file and goes_straight() else f"{_(NOT_HERE)}\n"
    return said(asked, head + ask, keyboard(*rows, *([] if rows else [opening("/admin/", actor.locale)])))


async def choose(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """A deal was pressed. Raises `NotFound` in words."""
    deal = await by_key(work, asked.button[1])
    if deal is None:
        raise NotFound(NOT_YOURS)
    turn.choose(deal.id)
    kind, _, told = turn.matter.partition(":")
    file = File(*json.loads(told)) if kind == FILE and goes_straight() else None
    if file:
        turn.end()
    return [pressed(asked), await into(work, asked, actor, deal, file)]


async def others(work: Work, asked: Asked, actor: Actor, _turn: Turn) -> list[Answer]:
    """Another deal was asked for."""
    return [pressed(asked), which(asked, actor, await recent(work, actor))]


async def into(work: Work, asked: Asked, actor: Actor, deal: Deal, file: File | None) -> Answer:
    """The file on its way into the deal, or the link to the deal's files."""
    _ = words(actor.locale)
    if file and goes_straight():
        args = {"chat": asked.chat, "deal": str(deal.id), "file": file.id, "name": file.name}
        await order(work, "keep_telegram_file", args, key=f"telegram-file:{asked.update}")
        return said(asked, _(GOES_IN).format(code=deal.code), keyboard())
    text = _(FOR_DEAL).format(code=deal.code)
    another = [{"text": _(ANOTHER), "callback_data": f"{OTHER}:"}]
    return await led(work, asked, actor, text if asked.query else f"{_(NOT_HERE)}\n{text}", deal, another)


def goes_straight() -> bool:
    """Whether this installation lets files go through Telegram."""
    return settings.telegram_files == "deal"
