"""Events to whoever wants to follow what happens here: at least once, under an id by which repetitions are known."""

from __future__ import annotations

from datetime import timedelta

from jobs.clients.webhook import Busy, Gone, webhook
from jobs.declared import OUT, GiveUp, Run, TryAgain, errand
from jobs.events.catalogue import BY_LOG
from jobs.events.payload import envelope, payload
from models import clock
from models.actor import SYSTEM, Via
from models.session import Database
from settings import settings

TRIES = 24
"""About fourteen hours, then the event is parked on the page of the state."""
LONGEST_PATIENCE = timedelta(days=1)
"""How old an event may be whose receiver keeps asking to wait; such waiting does not count as a try."""


@errand(tries=TRIES, seconds=40, queue=OUT)
async def send_event(database: Database, run: Run) -> None:
    """One event of the log to the receiver."""
    event = run.cause
    outgoing = BY_LOG.get(event.type)
    if outgoing is None:
        raise GiveUp(f"{event.type} does not go out")
    async with database.transaction(SYSTEM, Via.JOB, "job.send_event") as work:
        data = await payload(work, event, outgoing)
    if data is None:
        return  # it has gone since, of which another event tells
    try:
        await webhook().send(str(event.id), envelope(event, outgoing, settings.address, data))
    except Busy as problem:
        if clock.now() - event.at > LONGEST_PATIENCE:
            raise GiveUp(f"{problem}, as it has for a day") from problem
        raise TryAgain(problem.after) from problem
    except Gone as problem:
        raise GiveUp(str(problem)) from problem
