"""Which button and which words belong to which dialogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot import calls, files, payments
from bot.answers import Answer, changed, pressed
from bot.asked import Asked
from bot.buttons import GONE, RETURN, give_reason, matter_of, press
from bot.commands import COMMANDS, LEFT
from bot.talk import Turn
from jobs.cards import keyboard
from jobs.words import words
from models.actor import Actor
from models.errors import NotFound
from models.session import Work

STOP = "stop"


async def stop(_work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """No was pressed: the message stays without its buttons."""
    turn.end()
    return [pressed(asked), changed(asked, words(actor.locale)(LEFT), keyboard())]


Step = Callable[[Work, Asked, Actor, Turn], Awaitable[list[Answer]]]
BUTTONS: dict[str, Step] = {
    calls.NEW: calls.choose_kind,
    calls.WANT: calls.choose_product,
    payments.PAY: payments.ask,
    payments.PAID: payments.confirm,
    files.AT: files.choose,
    files.OTHER: files.others,
    STOP: stop,
}
"""Buttons of dialogues by the word before the colon; all others are verbs of a task."""
SLUGS = {calls.WANT: "intake-draft.keep", payments.PAID: "payment.pay"}
"""What stands in the log for a button that does something."""


async def answer(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """What a linked person asks for. Raises a `Problem` in words."""
    if asked.query:
        step = BUTTONS.get(asked.button[0], press)
        try:
            return await step(work, asked, actor, turn)
        except ValueError:  # a button that we never made
            raise NotFound(GONE) from None
    if asked.command in COMMANDS:
        return await COMMANDS[asked.command](work, asked, actor, turn)
    if is_said(asked, turn, RETURN):
        return await give_reason(work, asked, actor, turn)
    if is_said(asked, turn, payments.PAY):
        return await payments.of_deal(work, asked, actor, turn, asked.text)
    return await files.anything(work, asked, actor, turn)


def is_said(asked: Asked, turn: Turn, matter: str) -> bool:
    """Whether these words are what a dialogue waits for."""
    return not asked.command and not asked.has_file and turn.matter.partition(":")[0] == matter


def action_of(asked: Asked | None, turn: Turn | None) -> str:
    """What stands in the log: the verb where there is one."""
    if asked is None:
        return "bot.ignore"
    name = asked.button[0]
    if name in BUTTONS:
        return SLUGS.get(name, f"bot.{name}")
    try:
        verb = matter_of(asked.data)[0] if asked.query else RETURN if turn and is_said(asked, turn, RETURN) else ""
    except NotFound:
        verb = ""
    return f"task.{verb}" if verb else f"bot.{asked.command or 'write'}"[:40]
