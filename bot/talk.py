"""What a chat is in the middle of: kept in Redis for an hour, so that a restart forgets nothing."""

from __future__ import annotations

from typing import Final

from redis.asyncio import Redis

LASTS: Final = 3600


class Talk:
    """The matter that a chat's next words belong to."""

    def __init__(self, address: str) -> None:
        self.redis: Redis = Redis.from_url(address, decode_responses=True)

    async def begin(self, chat: int, matter: str) -> None:
        """The next words are about this."""
        await self.redis.set(key(chat), matter, ex=LASTS)

    async def matter(self, chat: int) -> str:
        """What they are about; empty for nothing."""
        found: str | None = await self.redis.get(key(chat))
        return found or ""

    async def end(self, chat: int) -> None:
        """They are about nothing any more."""
        await self.redis.delete(key(chat))

    async def close(self) -> None:
        """Give the connections back."""
        await self.redis.aclose()


def key(chat: int) -> str:
    """Where a chat's matter stands."""
    return f"polisdesk:bot:talk:{chat}"
