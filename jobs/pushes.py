"""Notifications to browsers go out here: to all of a person's, until one of them has taken it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from jobs import reaching
from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.clients.web_push import web_push
from jobs.declared import OUT, GiveUp, Run, TryAgain, errand
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.notification import ContactPoint
from models.session import Database
from models.ways_out import browsers_of, forget_browsers


@errand(tries=5, seconds=180, queue=OUT)
async def send_push(database: Database, run: Run) -> None:
    """One notification. A browser that has it shows a repetition in its place, by its tag."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.fall_back") as work:
        browsers = await browsers_of(work, UUID(run.args["person"]))
        if not await reaching.is_still_due(work, run, Channel.WEB_PUSH, is_there=bool(browsers)):
            return
    taken, gone, problems = 0, [], []
    for browser in browsers:
        try:
            await show(browser, run)
        except ShutOut:
            gone.append(browser.id)
        except (Slow, Unreached, Unclear, Impossible) as problem:
            problems.append(problem)
        else:
            taken += 1
    await note(database, run, gone, "" if taken else "; ".join({str(one) for one in problems}) or "no browser is left")
    if not taken:
        settle(problems)


async def show(browser: ContactPoint, run: Run) -> None:
    """To one browser. Raises what became of it."""
    told = {name: str(run.args[name]) for name in ("title", "text", "url")} | {"tag": str(run.args["notification"])}
    await web_push().send(browser.address, browser.keys or {}, told, UUID(run.args["notification"]).hex)


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
