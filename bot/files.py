"""Files and words for a deal: not here, but by a one-time link; where the setting says so a file goes straight in."""

from __future__ import annotations

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

AT, OTHER = "at", "other"
NOT_HERE = N_("Client data and files do not go through Telegram, and nothing of this is kept. Add them in the panel.")
FOR_WHICH = N_("For which deal?")
FOR_DEAL = N_("{code}: the link opens its files once, within ten minutes.")
ANOTHER = N_("Another deal")
GOES_IN = N_("{code}: the file goes into the deal's folder.")
NO_DEALS = N_("A new client begins with /new.")
NOT_HELD = N_("This file does not wait any more. Send it again.")
NOT_YOURS = N_("This deal is not among yours any more.")


async def anything(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """Words and files: by the way into a deal, the chosen one or one of several; an unknown command: what there is."""
    _ = words(actor.locale)
    if asked.command:
        return [message(asked, _(WHAT_HELPS))]
    if not actor.rights.may("document", "create"):
        return [message(asked, f"{_(NOT_HERE)}\n{_(WHAT_HELPS)}", keyboard(opening("/admin/", actor.locale)))]
    found = await recent(work, actor)
    if asked.file and goes_straight():
        return [await for_a_folder(work, asked, actor, turn, found, asked.file)]
    chosen = await by_key(work, turn.deal) if turn.deal else found[0] if len(found) == 1 else None
    return [await link(work, asked, actor, chosen) if chosen is not None else which(asked, actor, found)]


async def for_a_folder(work: Work, asked: Asked, actor: Actor, turn: Turn, found: list[Deal], file: File) -> Answer:
    """Into the deal to which the last file was sent; otherwise the file waits until a deal is pressed."""
    deal = await by_key(work, turn.folder) if turn.folder else None
    if deal is not None:
        return await put(work, asked, actor, deal, file)
    turn.hold(asked.update, file)
    return which(asked, actor, found, asked.update)


def which(asked: Asked, actor: Actor, found: list[Deal], update: int | str = "") -> Answer:
    """A button for each deal that it may be for; `update` brought the file that waits for the answer."""
    _ = words(actor.locale)
    rows = [[{"text": one.code, "callback_data": f"{AT}:{one.id}:{update}"}] for one in found]
    ask = _(FOR_WHICH) if rows else _(NO_DEALS)
    head = "" if update else f"{_(NOT_HERE)}\n"
    return said(asked, head + ask, keyboard(*rows, *([] if rows else [opening("/admin/", actor.locale)])))


async def choose(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """A deal was pressed. Raises `NotFound` in words."""
    key, _, update = asked.button[1].partition(":")
    deal = await by_key(work, key)
    if deal is None:
        raise NotFound(NOT_YOURS)
    turn.choose(deal.id)
    if not update or not goes_straight():
        return [pressed(asked), await link(work, asked, actor, deal)]
    if (file := turn.files.pop(update, None)) is None:
        raise NotFound(NOT_HELD)
    turn.folder = str(deal.id)
    return [pressed(asked), await put(work, asked, actor, deal, File(*file))]


async def others(work: Work, asked: Asked, actor: Actor, _turn: Turn) -> list[Answer]:
    """Another deal was asked for."""
    return [pressed(asked), which(asked, actor, await recent(work, actor), asked.button[1])]


async def put(work: Work, asked: Asked, actor: Actor, deal: Deal, file: File) -> Answer:
    """The file on its way into the deal's folder."""
    args = {"chat": asked.chat, "deal": str(deal.id), "file": file.id, "name": file.name}
    await order(work, "keep_telegram_file", args, key=f"telegram-file:{asked.update}")
    return said(asked, words(actor.locale)(GOES_IN).format(code=deal.code), keyboard())


async def link(work: Work, asked: Asked, actor: Actor, deal: Deal) -> Answer:
    """The link to the deal's files."""
    _ = words(actor.locale)
    text = _(FOR_DEAL).format(code=deal.code)
    another = [{"text": _(ANOTHER), "callback_data": f"{OTHER}:"}]
    return await led(work, asked, actor, text if asked.query else f"{_(NOT_HERE)}\n{text}", deal, another)


def goes_straight() -> bool:
    """Whether this installation lets files go through Telegram."""
    return settings.telegram_files == "deal"
