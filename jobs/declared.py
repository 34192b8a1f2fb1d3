"""What a job is: a name, a body, how often it is tried and how long it may take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.session import Database, Work

QUICK, SLOW = "quick", "slow"
"""Queues: what people wait for; what takes minutes."""
OUT, BUS, MAIL, PUSH = "out", "bus", "mail", "push"
"""Queues of what depends on others: the receiver of events, the message broker, the mail server, push services.
None stands in another's way."""


class TryAgain(Exception):
    """The other side asks for patience: the run waits this long, and it does not count against the job."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"again in {after}")
        self.after = after


class GiveUp(Exception):
    """No further try can succeed: the run is parked as dead with this reason."""


@dataclass(frozen=True)
class Event:
    """A row of the log, as a job reads it."""

    id: UUID
    at: datetime
    type: str
    table: str
    op: str
    action_id: UUID
    actor_id: UUID
    via: str
    record_id: UUID | None
    deal_id: UUID | None
    client_id: UUID | None
    changes: Mapping[str, Any]
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """One doing of a job: its event where an event asked for it, else its arguments."""

    id: UUID
    job: str
    attempt: int
    args: Mapping[str, Any]
    event: Event | None

    @property
    def cause(self) -> Event:
        """The event. Raises `GiveUp` for a run that was ordered without one."""
        if self.event is None:
            raise GiveUp("this job follows events only")
        return self.event


@dataclass(frozen=True)
class Job:
    """A declared job. `inside`: its writes and its end are one transaction, so that they happen once."""

    name: str
    body: Callable[..., Awaitable[None]]
    inside: bool
    tries: int
    timeout: timedelta
    queue: str


Inside = Callable[[Work, Run], Awaitable[None]]
Outside = Callable[[Database, Run], Awaitable[None]]
JOBS: dict[str, Job] = {}
"""Every job by its name."""


def job(*, tries: int = 5, seconds: float = 30, queue: str = QUICK) -> Callable[[Inside], Inside]:
    """Declare a job that only writes here: `async def body(work, run)`; what it writes stands exactly once."""

    def declare(body: Inside) -> Inside:
        _declare(body, True, tries, seconds, queue)
        return body

    return declare


def errand(*, tries: int = 8, seconds: float = 30, queue: str = QUICK) -> Callable[[Outside], Outside]:
    """Declare a job that touches the world: `async def body(database, run)`; it may run twice and must bear that."""

    def declare(body: Outside) -> Outside:
        _declare(body, False, tries, seconds, queue)
        return body

    return declare


def _declare(body: Callable[..., Awaitable[None]], inside: bool, tries: int, seconds: float, queue: str) -> None:
    name = body.__name__
    if name in JOBS and JOBS[name].body.__module__ != body.__module__:
        raise ValueError(f"Two jobs are called {name}")
    JOBS[name] = Job(name, body, inside, tries, timedelta(seconds=seconds), queue)
