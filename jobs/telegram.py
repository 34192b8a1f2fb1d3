"""Everything that the bot says goes out here: in its turn, again after a failure, and never more than twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from jobs import limits
from jobs.clients.telegram import Impossible, ShutOut, Slow, Unclear, Unreached, telegram
from jobs.declared import GiveUp, Run, TryAgain, errand
from jobs.embedded import redis_url
from jobs.runs import order
from jobs.words import words
from models.actor import SYSTEM, Via
from models.choices import DeliveryStatus
from models.notification import DeliveryAttempt, Notification
from models.people import User
from models.session import Database, Work
from models.telegram import block
from models.texts import N_
from settings import settings

WITHOUT_REDIS = timedelta(seconds=5)
PATIENCE_MS = 4000
"""How long a message waits for its turn before another one may have the place."""
SHUT_OUT = N_("Telegram is off: the bot is blocked in your chat")
SHUT_OUT_WHY = N_("Unblock the bot and write to it, then it will tell you again.")


async def say_to(
    work: Work,
    chat: int,
    method: str,
    told: dict[str, Any],
    *,
    key: str,
    notice: Notification | None = None,
    due: datetime | None = None,
) -> None:
    """Order a call, not before `due`, in the transaction of what it tells about; nothing where Telegram is off."""
    if settings.telegram_token:
        about = {"notification": str(notice.id), "person": str(notice.user_id)} if notice else {}
        await order(work, "send_telegram", {"chat": chat, "method": method, "told": told, **about}, key=key, due=due)


@errand(tries=10, seconds=40)
async def send_telegram(database: Database, run: Run) -> None:
    """One call of the Bot API, and what became of it."""
    try:
        await in_turn(database, run)
    except RedisError:
        raise TryAgain(WITHOUT_REDIS) from None


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
        await give_way(database, redis, chat, problem)
    else:
        await note(database, run, "")


async def give_way(database: Database, redis: Redis, chat: int, problem: Exception) -> None:
    """Wait as asked, leave a chat alone that has shut us out, give up what is impossible."""
    match problem:
        case Slow():
            await limits.pause(redis, max(1, int(problem.after.total_seconds())))
            raise TryAgain(problem.after) from problem
        case ShutOut():
            await shut_out(database, chat)
        case Impossible():
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
    if "notification" not in run.args:
        return
    status = DeliveryStatus.FAILED if error else DeliveryStatus.SENT
    person, notice = UUID(run.args["person"]), UUID(run.args["notification"])
    async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
        work.add(DeliveryAttempt(user_id=person, notification_id=notice, status=status, error=error or None))


async def shut_out(database: Database, chat: int) -> None:
    """Send nothing more to this chat, and say so in the panel."""
    async with database.transaction(SYSTEM, Via.JOB, "telegram.block") as work:
        if person := await block(work, chat):
            user = await work.get_record(User, person)
            _ = words(user.locale)
            work.add(
                Notification(
                    user_id=person,
                    event="telegram.blocked",
                    title=_(SHUT_OUT),
                    body=_(SHUT_OUT_WHY),
                    url="/admin/telegram",
                )
            )


@cache
def connected(address: str) -> Redis:
    """The connections of this process."""
    redis: Redis = Redis.from_url(address)
    return redis
