"""Everything that the bot says goes out here: in its turn, again after a failure, and never more than twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from jobs import limits, reaching
from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.clients.telegram import telegram
from jobs.declared import GiveUp, Run, TryAgain, errand
from jobs.embedded import redis_url
from jobs.runs import order
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.session import Database, Work
from models.telegram import block, link_of
from models.texts import N_
from settings import settings

WITHOUT_REDIS = timedelta(seconds=5)
PATIENCE_MS = 4000
"""How long a message waits for its turn before another one may have the place."""
SHUT_OUT = N_("Telegram is off: the bot is blocked in your chat")
SHUT_OUT_WHY = N_("Unblock the bot and write to it, then it will tell you again.")


async def say_to(work: Work, chat: int, method: str, told: dict[str, Any], *, key: str) -> None:
    """Order a call that answers somebody, in the transaction of what it tells about; nothing where Telegram is off."""
    if settings.telegram_token:
        await order(work, "send_telegram", {"chat": chat, "method": method, "told": told}, key=key)


@errand(tries=10, seconds=40)
async def send_telegram(database: Database, run: Run) -> None:
    """One call of the Bot API, and what became of it."""
    if not await is_still_due(database, run):
        return
    try:
        await in_turn(database, run)
    except RedisError:
        raise TryAgain(WITHOUT_REDIS) from None


async def is_still_due(database: Database, run: Run) -> bool:
    """Whether to call; a notification may have lost its person, its chat or its reason while it waited."""
    if "notification" not in run.args:
        return True
    async with database.transaction(SYSTEM, Via.JOB, "notification.fall_back") as work:
        link = await link_of(work, UUID(run.args["person"]))
        is_there = link is not None and link.blocked_at is None and link.chat_id == run.args["chat"]
        return await reaching.is_still_due(work, run, Channel.TELEGRAM, is_there=is_there)


async def in_turn(database: Database, run: Run) -> None:
    """Wait for the turn and send. Raises what makes the run wait, try again or give up."""
    redis, chat = connected(redis_url()), int(run.args["chat"])
    if str(run.args["method"]) == "answer_callback_query":  # no message: it has no limit
        await sent(database, run, redis, chat)
        return
    await turn(redis, chat)
    try:
        await sent(database, run, redis, chat)
    finally:
        with suppress(RedisError):  # the message has left: it must not be sent again for want of a note
            await limits.left(redis, chat)


async def sent(database: Database, run: Run, redis: Redis, chat: int) -> None:
    """Send now, note the outcome. Raises what makes the run wait, try again or give up."""
    if await limits.begin(redis, str(run.id)) > 2:
        await note(database, run, "unclear twice")
        raise GiveUp("there was no answer twice; a third message would be too much")
    try:
        await telegram().call(str(run.args["method"]), run.args["told"])
    except Unclear as problem:
        await note(database, run, f"no answer: {problem}")
        raise
    except (Slow, Unreached, ShutOut, Impossible) as problem:
        await limits.refused(redis, str(run.id))
        await note(database, run, str(problem))
        await give_way(database, redis, run, problem)
    else:
        await note(database, run, "")


async def give_way(database: Database, redis: Redis, run: Run, problem: Exception) -> None:
    """Wait as asked, leave a chat alone that has shut us out, give up the impossible: the next way is tried."""
    match problem:
        case Slow():
            await limits.pause(redis, max(1, int(problem.after.total_seconds())))
            raise TryAgain(problem.after) from problem
        case ShutOut():
            await shut_out(database, run)
        case Impossible():
            await go_on(database, run)
            raise GiveUp(str(problem)) from problem
        case _:
            raise problem


async def turn(redis: Redis, chat: int) -> None:
    """Wait until this chat and everybody's limit have room. Raises `TryAgain` when that takes long."""
    waited = 0
    while wait := await limits.take(redis, chat):
        if waited + wait > PATIENCE_MS:
            raise TryAgain(timedelta(milliseconds=wait))
        await asyncio.sleep(wait / 1000)
        waited += wait


async def note(database: Database, run: Run, error: str) -> None:
    """A row for each try of a notification."""
    if "notification" in run.args:
        async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
            await reaching.note(work, run, Channel.TELEGRAM, error)


async def go_on(database: Database, run: Run) -> None:
    """The next way of this notification."""
    if run.args.get("rest"):
        async with database.transaction(SYSTEM, Via.JOB, "notification.fall_back") as work:
            await reaching.by_the_next(work, run)


async def shut_out(database: Database, run: Run) -> None:
    """Send nothing more to this chat, say so in the panel, go on by the next way."""
    async with database.transaction(SYSTEM, Via.JOB, "telegram.block") as work:
        if person := await block(work, int(run.args["chat"])):
            await reaching.say_in_panel(work, person, "telegram.blocked", SHUT_OUT, SHUT_OUT_WHY, "/admin/telegram")
        await reaching.by_the_next(work, run)


@cache
def connected(address: str) -> Redis:
    """The connections of this process."""
    redis: Redis = Redis.from_url(address)
    return redis
