"""Letters go out here: again after a failure, and the address is left alone when its mailbox is closed."""

from __future__ import annotations

from uuid import UUID

from jobs import reaching
from jobs.clients.email import mail
from jobs.clients.outcomes import Impossible, ShutOut, Slow, Unclear, Unreached
from jobs.declared import MAIL, GiveUp, Run, TryAgain, errand
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.session import Database, Work
from models.texts import N_
from models.ways_out import close_mailbox, mailbox_of

SHUT_OUT = N_("E-mail is off: your mailbox does not take letters")
SHUT_OUT_WHY = N_("Check the address in your notifications' settings and save it, then letters come again.")


@errand(tries=8, seconds=60, queue=MAIL)
async def send_email(database: Database, run: Run) -> None:
    """One letter, and what became of it. A repetition after an unclear end has the same Message-ID."""
    address = await address_of(database, run)
    if address is None:
        return
    try:
        await mail().send(str(run.id), address, str(run.args["subject"]), str(run.args["text"]))
    except (Slow, Unreached, Unclear, ShutOut, Impossible) as problem:
        await failed(database, run, address, problem)
    else:
        async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
            await reaching.note(work, run, Channel.EMAIL, "")


async def address_of(database: Database, run: Run) -> str | None:
    """Where the letter goes, the address of now; nothing where none is to go."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.fall_back") as work:
        mailbox = await mailbox_of(work, UUID(run.args["person"]))
        address = mailbox.address if mailbox and mailbox.blocked_at is None else None
        is_due = await reaching.is_still_due(work, run, Channel.EMAIL, is_there=address is not None)
    return address if is_due else None


async def failed(database: Database, run: Run, address: str, problem: Exception) -> None:
    """Note it; wait as asked, try again, or leave it and go on by the next way. Raises what makes the run do so."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
        await reaching.note(work, run, Channel.EMAIL, str(problem))
        if isinstance(problem, ShutOut):
            await shut_out(work, run, address)
        if isinstance(problem, ShutOut | Impossible):
            await reaching.by_the_next(work, run)
    match problem:
        case Slow():
            raise TryAgain(problem.after) from problem
        case Impossible():
            raise GiveUp(str(problem)) from problem
        case Unreached() | Unclear():
            raise problem


async def shut_out(work: Work, run: Run, address: str) -> None:
    """Send nothing more to this mailbox, and say so in the panel."""
    person = UUID(run.args["person"])
    if await close_mailbox(work, person, address):
        await reaching.say_in_panel(work, person, "email.blocked", SHUT_OUT, SHUT_OUT_WHY, "/admin/preferences")
