"""Events to whoever wants to follow what happens here: at least once, under an id by which repetitions are known.

A webhook and RabbitMQ have a job and a queue each: neither waits for the other, nor hears again what the other missed.
"""

from __future__ import annotations

from datetime import timedelta

from jobs.clients.amqp import amqp
from jobs.clients.outcomes import ShutOut, Slow
from jobs.clients.webhook import webhook
from jobs.declared import BUS, OUT, Event, GiveUp, Run, TryAgain, errand
from jobs.events.catalogue import BY_LOG, Outgoing
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
    """One event of the log to the receiver of the webhook."""
    event = run.cause
    body = await told(database, run, outgoing(event))
    if body is None:
        return
    try:
        await webhook().send(str(event.id), body)
    except Slow as problem:
        if clock.now() - event.at > LONGEST_PATIENCE:
            raise GiveUp(f"{problem}, as it has for a day") from problem
        raise TryAgain(problem.after) from problem
    except ShutOut as problem:
        raise GiveUp(str(problem)) from problem


@errand(tries=TRIES, seconds=40, queue=BUS)
async def publish_event(database: Database, run: Run) -> None:
    """One event of the log to its exchange in RabbitMQ."""
    event, kind = run.cause, outgoing(run.cause)
    body = await told(database, run, kind)
    if body is not None:
        await amqp().publish(
            kind.family.exchange, kind.routing_key, body, identity=str(event.id), name=kind.type, at=event.at
        )


def outgoing(event: Event) -> Outgoing:
    """What the event is outside. Raises `GiveUp` for one that stays here."""
    try:
        return BY_LOG[event.type]
    except KeyError:
        raise GiveUp(f"{event.type} does not go out") from None


async def told(database: Database, run: Run, kind: Outgoing) -> bytes | None:
    """The envelope; nothing where the record has gone since, of which another event tells."""
    async with database.transaction(SYSTEM, Via.JOB, f"job.{run.job}") as work:
        data = await payload(work, run.cause, kind)
    return None if data is None else envelope(run.cause, kind, settings.address, data)
