"""Notifications to browsers go out here: to all of a person's, until one of them has taken it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from jobs import reaching
from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.clients.web_push import web_push
from jobs.declared import PUSH, GiveUp, Run, TryAgain, errand
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.notification import ContactPoint
from models.session import Database
from models.ways_out import browsers_of, forget_browsers


@errand(tries=5, seconds=60, queue=PUSH)
async def send_push(database: Database, run: Run) -> None:
    """One notification. A browser that has it shows a repetition in its place, by its tag."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.fall_back") as work:
        browsers = await browsers_of(work, UUID(run.args["person"]))
        if not await reaching.is_still_due(work, run, Channel.WEB_PUSH, is_there=bool(browsers)):
            return
    ends = await asyncio.gather(*(show(browser, run) for browser in browsers))
    gone = [browser.id for browser, end in zip(browsers, ends, strict=True) if isinstance(end, ShutOut)]
    problems = [end for end in ends if end is not None and not isinstance(end, ShutOut)]
    is_taken = None in ends
    error = "" if is_taken else "; ".join({str(one) for one in problems}) or "no browser is left"
    await note(database, run, gone, error)
    if not is_taken:
        settle(problems)


async def show(browser: ContactPoint, run: Run) -> Exception | None:
    """To one browser; gives what hindered it."""
    told = {name: str(run.args[name]) for name in ("title", "text", "url")} | {"tag": str(run.args["notification"])}
    try:
        await web_push().send(browser.address, browser.keys or {}, told, UUID(run.args["notification"]).hex)
    except (Slow, Unreached, Unclear, ShutOut, Impossible) as problem:
        return problem
    return None


async def note(database: Database, run: Run, gone: list[UUID], error: str) -> None:
    """What became of it; browsers that have unsubscribed are forgotten, and without any the next way follows."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
        await reaching.note(work, run, Channel.WEB_PUSH, error)
        await forget_browsers(work, gone)
        if error and not await browsers_of(work, UUID(run.args["person"])):
            await reaching.by_the_next(work, run)


def settle(problems: Sequence[Exception]) -> None:
    """Whether to try again: the shortest wait that was asked for, a failure of the way, or nothing to hope for."""
    waits = [one.after for one in problems if isinstance(one, Slow)]
    if waits:
        raise TryAgain(min(waits))
    if again := next((one for one in problems if isinstance(one, Unreached | Unclear)), None):
        raise again
    if problems:
        raise GiveUp(str(problems[0])) from problems[0]
