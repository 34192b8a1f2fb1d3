"""Where updates of the bot come in, by the webhook or by asking: a row each, so that a repeated one does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from models.actor import SYSTEM, Via
from models.session import Database, dumps

CHANNEL: Final = "bot"
"""The NOTIFY that wakes the bot."""
RECEIVE = text("SELECT audit.receive_update(:update, CAST(:told AS jsonb))")


async def receive(database: Database, told: Mapping[str, Any]) -> bool:
    """Keep an update; false for one that is known. Raises `KeyError`, `ValueError` for what is no update."""
    number = int(told["update_id"])
    async with database.transaction(SYSTEM, Via.BOT, "bot.receive") as work:
        return bool(await work.scalar(RECEIVE, {"update": number, "told": dumps(told)}))
