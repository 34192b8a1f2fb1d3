"""What a chat is in the middle of: kept in Redis for an hour, so that a restart forgets nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from redis.asyncio import Redis

LASTS: Final = 3600
HELD: Final = 20
"""Files of which a chat is asked for their deal, at most; older ones are forgotten."""


@dataclass
class Turn:
    """A chat's standing during one update; what changes is written down after the commit, or not at all."""

    chat: int
    matter: str = ""
    """What the next words and buttons belong to; empty for nothing."""
    deal: str = ""
    """The key of the deal that was chosen last."""
    folder: str = ""
    """The key of the deal that was chosen for a file; the next ones follow it."""
    files: dict[str, list[str]] = field(default_factory=dict)
    """Files that wait for their deal, as Telegram names them, by the number of their update."""

    def begin(self, matter: str) -> None:
        """The next words are about this."""
        self.matter = matter

    def end(self) -> None:
        """They are about nothing any more."""
        self.matter = ""

    def choose(self, deal: object) -> None:
        """Links are for this deal from now on."""
        self.deal = str(deal)

    def hold(self, update: int, file: tuple[str, str]) -> None:
        """A file waits until its deal is known."""
        kept = list(self.files.items())[1 - HELD :]
        self.files = {**dict(kept), str(update): list(file)}


class Talk:
    """Where chats stand."""

    def __init__(self, address: str) -> None:
        self.redis: Redis = Redis.from_url(address, decode_responses=True)

    async def turn(self, chat: int) -> Turn:
        """How a chat stands now."""
        told = await self.redis.hmget(key(chat), ["matter", "deal", "folder", "files"])  # type: ignore[misc]
        matter, deal, folder, files = (one or "" for one in told)
        return Turn(chat, matter, deal, folder, json.loads(files) if files else {})

    async def keep(self, turn: Turn) -> None:
        """Write down how it stands after an update."""
        async with self.redis.pipeline(transaction=True) as together:
            told = {"matter": turn.matter, "deal": turn.deal, "folder": turn.folder, "files": json.dumps(turn.files)}
            together.hset(key(turn.chat), mapping=told)
            together.expire(key(turn.chat), LASTS)
            await together.execute()

    async def close(self) -> None:
        """Give the connections back."""
        await self.redis.aclose()


def key(chat: int) -> str:
    """Where a chat's matter stands."""
    return f"polisdesk:bot:talk:{chat}"
