"""An update as the bot reads it: who writes where, and what: a button, a command, words or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

LONGEST_TEXT = 2000


class File(NamedTuple):
    """A file as Telegram names it; it stays there until somebody fetches it."""

    id: str
    name: str


@dataclass(frozen=True)
class Asked:
    """What one update asks for. `data` is a button's, `query` the number of its press."""

    update: int
    chat: int
    locale: str
    text: str = ""
    data: str = ""
    query: str = ""
    message: int = 0
    has_file: bool = False
    file: File | None = None

    @property
    def button(self) -> tuple[str, str]:
        """`accept:018f…` → what the button does, and with what."""
        name, _, about = self.data.partition(":")
        return name, about

    @property
    def command(self) -> str:
        """`/deal@bot D-1` → `deal`; empty for words."""
        return self.text.split(maxsplit=1)[0][1:].partition("@")[0].lower() if self.text.startswith("/") else ""

    @property
    def rest(self) -> str:
        """What follows the command."""
        return self.text.partition(" ")[2].strip()


def read(told: Mapping[str, Any]) -> Asked | None:
    """A press or a message of a person in a private chat; nothing for all else, which the bot leaves alone."""
    query = told.get("callback_query")
    message = query.get("message") if query else told.get("message")
    sender = (query or message or {}).get("from", {})
    if not message or message.get("chat", {}).get("type") != "private" or sender.get("is_bot"):
        return None
    chat = int(message["chat"]["id"])
    if int(sender.get("id", chat)) != chat:
        return None
    locale = "ru" if str(sender.get("language_code") or "ru").startswith(("ru", "be", "uk", "kk")) else "en"
    number = int(told["update_id"])
    if query:
        data, key, under = str(query.get("data", "")), str(query["id"]), int(message["message_id"])
        return Asked(number, chat, locale, data=data, query=key, message=under)
    text = str(message.get("text") or "")[:LONGEST_TEXT]
    return Asked(number, chat, locale, text=text, has_file="text" not in message, file=file_of(message))


def file_of(message: Mapping[str, Any]) -> File | None:
    """The document of a message, or its photo in the largest size; nothing for all else that is no text."""
    if document := message.get("document"):
        return File(str(document["file_id"]), str(document.get("file_name") or ""))
    if photo := message.get("photo"):
        return File(str(photo[-1]["file_id"]), "photo.jpg")
    return None
