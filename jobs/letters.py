"""Letters go out here: again after a failure, and the address is left alone when its mailbox is closed."""

from __future__ import annotations

from uuid import UUID

from jobs import reaching
from jobs.clients.email import mail
from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.declared import OUT, GiveUp, Run, TryAgain, errand
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.session import Database, Work
from models.texts import N_
from models.ways_out import close_mailbox

SHUT_OUT = N_("E-mail is off: your mailbox does not take letters")
SHUT_OUT_WHY = N_("Check the address in your notifications' settings and save it, then letters come again.")


@errand(tries=8, seconds=60, queue=OUT)
async def send_email(database: Database, run: Run) -> None:
    """One letter, and what became of it. A repetition after an unclear end has the same Message-ID."""
    args = run.args
    try:
        await mail().send(str(run.id), str(args["address"]), str(args["subject"]), str(args["text"]))
    except (Slow, Unreached, Unclear, ShutOut, Impossible) as problem:
        await failed(database, run, problem)
    else:
        async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
            await reaching.note(work, run, Channel.EMAIL, "")


async def failed(database: Database, run: Run, problem: Exception) -> None:
    """Note it; wait as asked, try again, or leave it and go on by the next way. Raises what makes the run do so."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
        await reaching.note(work, run, Channel.EMAIL, str(problem))
        if isinstance(problem, ShutOut):
            await shut_out(work, run)
        if isinstance(problem, ShutOut | Impossible):
            await reaching.by_the_next(work, run)
    match problem:
        case Slow():
            raise TryAgain(problem.after) from problem
        case Impossible():
            raise GiveUp(str(problem)) from problem
        case Unreached() | Unclear():
            raise problem


async def shut_out(work: Work, run: Run) -> None:
    """Send nothing more to this mailbox, and say so in the panel."""
    person = UUID(run.args["person"])
    if await close_mailbox(work, person, str(run.args["address"])):
        await reaching.say_in_panel(work, person, "email.blocked", SHUT_OUT, SHUT_OUT_WHY, "/admin/preferences")
