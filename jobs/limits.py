"""Telegram's limits, kept by all processes together: the next free moment of each chat and of the bot, in Redis."""

from __future__ import annotations

from typing import Final

from redis.asyncio import Redis

ALL_MS: Final = 1000 // 30 + 1
CHAT_MS: Final = 1000
GROUP_MS: Final = 3000
"""Milliseconds between messages: 30 a second in all, one a second to a chat, 20 a minute to a group."""
MARGIN_MS: Final = 50
"""Messages leave later than they were let go, and not all equally later."""
PREFIX: Final = "polisdesk:telegram:"
EVERYBODY: Final = f"{PREFIX}free"

TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free = now
for _, key in ipairs(KEYS) do
    free = math.max(free, tonumber(redis.call('GET', key) or '0'))
end
if free > now then
    return free - now
end
for n, key in ipairs(KEYS) do
    redis.call('SET', key, now + ARGV[n], 'PX', ARGV[n])
end
return 0
"""
PAUSE: Final = """
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
redis.call('SET', KEYS[1], until_ms, 'PX', ARGV[1])
return 0
"""


async def take(redis: Redis, chat: int) -> int:
    """Take this moment for a message to a chat; else how many milliseconds to wait before asking again."""
    apart = (CHAT_MS if chat > 0 else GROUP_MS) + MARGIN_MS
    answer = await redis.eval(TAKE, 2, EVERYBODY, f"{PREFIX}free:{chat}", str(ALL_MS), str(apart))  # type: ignore[misc]
    return int(answer)


async def pause(redis: Redis, seconds: int) -> None:
    """Nobody sends anything for so long: Telegram has asked for it."""
    await redis.eval(PAUSE, 1, EVERYBODY, str(seconds * 1000))  # type: ignore[misc]


async def begin(redis: Redis, run: str) -> int:
    """Note that a message is about to leave; gives how many tries of it have an unknown outcome with this one."""
    key = f"{PREFIX}sending:{run}"
    number = int(await redis.incr(key))
    await redis.expire(key, 24 * 3600)
    return number


async def refused(redis: Redis, run: str) -> None:
    """The try is known not to have taken effect."""
    await redis.decr(f"{PREFIX}sending:{run}")
