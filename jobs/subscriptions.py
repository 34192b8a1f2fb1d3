"""Which job follows which events: the whole page. Patterns are of event types, `*` stands for anything."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import NamedTuple

import jobs
from jobs.events.catalogue import BY_LOG
from settings import settings


class Subscription(NamedTuple):
    """A job and the types of events that it follows; bulk work (an import) only where it says so."""

    job: str
    types: tuple[str, ...]
    bulk: bool = False


MEMBERSHIP = ("crm.deal.created", "crm.deal.updated", "crm.deal.participant.*", "tasks.task.*")
"""Events after which somebody may see a deal or see it no more."""
RECALCULATING = (
    "crm.recalculation.created",
    *(f"crm.recalculation.status.{s}" for s in ("planned", "running", "undoing")),
)
"""Events after which a recalculation has batches to do."""
SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription("notify_of_task", ("tasks.task.created", "tasks.task.updated", "tasks.task.status_changed")),
    Subscription("notify_of_deal", ("crm.deal.updated",)),
    Subscription("notify_of_document", ("documents.document.updated",)),
    Subscription("recalculate", RECALCULATING),
    Subscription("tell_of_recalculation", ("crm.recalculation.status.previewed",)),
    *((Subscription("share_folders", MEMBERSHIP, bulk=True),) if settings.file_shares == "acl" else ()),
    *((Subscription("send_event", tuple(BY_LOG), bulk=True),) if settings.events_webhook_url else ()),
    *((Subscription("publish_event", tuple(BY_LOG), bulk=True),) if settings.events_amqp_url else ()),
)


def arrays(subscriptions: tuple[Subscription, ...] = SUBSCRIPTIONS) -> dict[str, list[str] | list[bool]]:
    """As `audit.relay` takes them: patterns of LIKE, jobs, and whether each wants bulk work."""
    rows = [(pattern, one.job, one.bulk) for one in subscriptions for pattern in one.types]
    return {
        "patterns": [pattern.replace("_", r"\_").replace("*", "%") for pattern, _job, _bulk in rows],
        "jobs": [job for _pattern, job, _bulk in rows],
        "bulk": [bulk for _pattern, _job, bulk in rows],
    }


def load() -> None:
    """Import every module of this room that may declare a job, so that each is known by its name."""
    for module in pkgutil.iter_modules(jobs.__path__, "jobs."):
        if not module.ispkg and not module.name.endswith("__main__"):
            import_module(module.name)
