"""What the bot answers: calls of the Bot API, ordered in the transaction of what they tell about."""

from __future__ import annotations

from typing import Any, NamedTuple

from bot.asked import Asked
from jobs.cards import Keyboard, buttons_of, text_of
from jobs.words import words
from models.actor import Actor
from models.session import Work
from models.task import Task
from models.texts import N_

WHAT_HELPS = N_(
    "/today: what is due · /tasks: all my tasks · /deal D-2026-00042: a deal · /new: a new call · /pay: an instalment"
    " is paid"
)

NOT_LINKED = N_("This chat is not linked. In the panel open your name, then Telegram, and take a code.")


class Answer(NamedTuple):
    """One call."""

    method: str
    told: dict[str, Any]


def message(asked: Asked, text: str, buttons: Keyboard | None = None) -> Answer:
    """A new message in the chat."""
    return Answer("send_message", {"chat_id": asked.chat, "text": text, **with_buttons(buttons)})


def changed(asked: Asked, text: str, buttons: Keyboard) -> Answer:
    """The message whose button was pressed, as it is now."""
    told = {"chat_id": asked.chat, "message_id": asked.message, "text": text, **with_buttons(buttons)}
    return Answer("edit_message_text", told)


def pressed(asked: Asked, text: str = "", *, aloud: bool = False) -> Answer:
    """The press is answered; `aloud` shows the words until the person closes them."""
    return Answer("answer_callback_query", {"callback_query_id": asked.query, "text": text[:200], "show_alert": aloud})


def with_buttons(buttons: Keyboard | None) -> dict[str, Any]:
    """Buttons where there are any."""
    return {"reply_markup": buttons} if buttons else {}


async def card(work: Work, asked: Asked, actor: Actor, task: Task) -> Answer:
    """A task with its buttons, in a message of its own."""
    return message(asked, await text_of(work, task, actor.locale), buttons_of(task, actor))


def how_to_link(asked: Asked) -> Answer:
    """All that an unknown chat hears."""
    return message(asked, words(asked.locale)(NOT_LINKED))
