"""Where updates of the bot come in, by the webhook or by asking: a row each, so that a repeated one does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from models.actor import SYSTEM, Via
from models.session import Database, dumps
from settings import settings

CHANNEL: Final = "bot"
"""The NOTIFY that wakes the bot."""
RECEIVE = text("SELECT audit.receive_update(:update, CAST(:told AS jsonb))")


async def receive(database: Database, told: Mapping[str, Any]) -> bool:
    """Keep an update; false for one that is known. Raises `KeyError`, `ValueError` for what is no update."""
    number = int(told["update_id"])
    told = needed(told)
    async with database.transaction(SYSTEM, Via.BOT, "bot.receive") as work:
        return bool(await work.scalar(RECEIVE, {"update": number, "told": dumps(told)}))


def needed(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the bot works with. Captions, contacts, places and whatever else was sent are never written down."""
    query = told.get("callback_query")
    message = query.get("message") if query else told.get("message")
    if not message:
        return {"update_id": told["update_id"]}
    kept = {
        **only(message, "message_id", "text"),
        "chat": only(message["chat"], "id", "type"),
        "from": sender(message),
    }
    if settings.telegram_files == "deal" and not query:
        kept |= only(message, "document", "photo")
    if query:
        pressed = {**only(query, "id", "data"), "from": sender(query), "message": {**kept, "text": ""}}
        return {"update_id": told["update_id"], "callback_query": pressed}
    return {"update_id": told["update_id"], "message": kept}


def sender(told: Mapping[str, Any]) -> dict[str, Any]:
    """Who wrote or pressed, without a name."""
    return only(told.get("from", {}), "id", "is_bot", "language_code")


def only(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """These values, where they are."""
    return {name: told[name] for name in names if name in told}
