"""What a chat is in the middle of: kept in Redis for an hour, so that a restart forgets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis

LASTS: Final = 3600


@dataclass
class Turn:
    """A chat's standing during one update; what changes is written down after the commit, or not at all."""

    chat: int
    matter: str = ""
    """What the next words and buttons belong to; empty for nothing."""
    deal: str = ""
    """The key of the deal that was chosen last."""

    def begin(self, matter: str) -> None:
        """The next words are about this."""
        self.matter = matter

    def end(self) -> None:
        """They are about nothing any more."""
        self.matter = ""

    def choose(self, deal: object) -> None:
        """Files are for this deal from now on."""
        self.deal = str(deal)


class Talk:
    """Where chats stand."""

    def __init__(self, address: str) -> None:
        self.redis: Redis = Redis.from_url(address, decode_responses=True)

    async def turn(self, chat: int) -> Turn:
        """How a chat stands now."""
        matter, deal = await self.redis.hmget(key(chat), ["matter", "deal"])  # type: ignore[misc]
        return Turn(chat, matter or "", deal or "")

    async def keep(self, turn: Turn) -> None:
        """Write down how it stands after an update."""
        async with self.redis.pipeline(transaction=True) as together:
            together.hset(key(turn.chat), mapping={"matter": turn.matter, "deal": turn.deal})
            together.expire(key(turn.chat), LASTS)
            await together.execute()

    async def close(self) -> None:
        """Give the connections back."""
        await self.redis.aclose()


def key(chat: int) -> str:
    """Where a chat's matter stands."""
    return f"polisdesk:bot:talk:{chat}"
