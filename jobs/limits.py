"""Telegram's limits, kept by all processes together: the next free moment of each chat and of the bot, in Redis."""

from __future__ import annotations

from typing import Final

from redis.asyncio import Redis

ALL_MS: Final = 1000 // 30 + 1
CHAT_MS: Final = 1000
GROUP_MS: Final = 3000
"""Milliseconds between messages: 30 a second in all, one a second to a chat, 20 a minute to a group."""
MARGIN_MS: Final = 50
"""Messages arrive later than they leave, and not all equally later."""
BUSY_MS: Final = 20_000
"""A chat to which a message is under way is let alone for so long at most, should its sender die."""
LOOK_AGAIN_MS: Final = 100
PREFIX: Final = "polisdesk:telegram:"
EVERYBODY: Final = f"{PREFIX}free"

TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('EXISTS', KEYS[3]) == 1 then
    return tonumber(ARGV[4])
end
local free = now
for n = 1, 2 do
    free = math.max(free, tonumber(redis.call('GET', KEYS[n]) or '0'))
end
if free > now then
    return free - now
end
for n = 1, 2 do
    redis.call('SET', KEYS[n], now + ARGV[n], 'PX', ARGV[n])
end
redis.call('SET', KEYS[3], '1', 'PX', ARGV[3])
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
    keys = EVERYBODY, free(chat), busy(chat)
    numbers = ALL_MS, apart(chat), BUSY_MS, LOOK_AGAIN_MS
    answer = await redis.eval(TAKE, len(keys), *keys, *map(str, numbers))  # type: ignore[misc]
    return int(answer)


async def left(redis: Redis, chat: int) -> None:
    """The message that the moment was taken for has left, or not: the chat's time begins now, however long it took."""
    await redis.eval(PAUSE, 1, free(chat), str(apart(chat)))  # type: ignore[misc]
    await redis.delete(busy(chat))


async def pause(redis: Redis, seconds: int) -> None:
    """Nobody sends anything for so long: Telegram has asked for it."""
    await redis.eval(PAUSE, 1, EVERYBODY, str(seconds * 1000))  # type: ignore[misc]


def apart(chat: int) -> int:
    """Milliseconds between messages to a chat; groups have numbers below zero."""
    return (CHAT_MS if chat > 0 else GROUP_MS) + MARGIN_MS


def free(chat: int) -> str:
    """Where a chat's next free moment stands."""
    return f"{PREFIX}free:{chat}"


def busy(chat: int) -> str:
    """Where it stands that a message to a chat is under way."""
    return f"{PREFIX}busy:{chat}"


async def begin(redis: Redis, run: str) -> int:
    """Note that a message is about to leave; gives how many tries of it have an unknown outcome with this one."""
    key = f"{PREFIX}sending:{run}"
    number = int(await redis.incr(key))
    await redis.expire(key, 24 * 3600)
    return number


async def refused(redis: Redis, run: str) -> None:
    """The try is known not to have taken effect."""
    await redis.decr(f"{PREFIX}sending:{run}")
