"""A task as a message says it: deal code, kind, day, state and buttons. No names, no titles, no sums."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from jobs.words import day, words
from models.actor import Actor
from models.choices import TaskStatus
from models.deal import Deal
from models.session import Work
from models.task import Task, TaskKind
from models.texts import N_
from settings import settings

TOMORROW = "tomorrow"
LABELS = {
    "accept": N_("Accept"),
    "complete": N_("Done"),
    "return": N_("Return"),
    "resume": N_("Resume"),
    TOMORROW: N_("+1 day"),
}
"""What a button is called, by its verb; the order is the buttons'."""
OPEN = N_("Open")
BY = N_("by {day}")
Keyboard = dict[str, Any]


async def text_of(work: Work, task: Task, locale: str) -> str:
    """The lines of a task: `D-2026-00042 · Расчёт`, its state and its day."""
    deal, kind = await work.get_record(Deal, task.deal_id), await work.get_record(TaskKind, task.kind_id)
    _ = words(locale)
    state = _(TaskStatus(task.status).label)
    due = task.wakes_on if task.status in (TaskStatus.WAITING, TaskStatus.SCHEDULED) else task.due_on
    until = f" · {_(BY).format(day=day(due, locale))}" if due else ""
    return f"{deal.code} · {kind.name}\n{state}{until}"


def buttons_of(task: Task, actor: Actor) -> Keyboard:
    """What this person can do with the task now, and a way into the panel."""
    _ = words(actor.locale)
    offered = [(name, label) for name, label in LABELS.items() if is_offered(name, task, actor)]
    row = [{"text": _(label), "callback_data": f"{name}:{task.id}"} for name, label in offered]
    return keyboard(row, into_deal(task.deal_id, actor.locale))


def is_offered(name: str, task: Task, actor: Actor) -> bool:
    """By the verb itself; a day's delay of a new task accepts it first."""
    if name == TOMORROW:
        return any(Task.__verbs__[verb].is_offered(task, actor) for verb in ("accept", "wait"))
    return Task.__verbs__[name].is_offered(task, actor)


def into_deal(deal: UUID, locale: str) -> list[dict[str, str]]:
    """The button that opens a deal in the panel."""
    return opening(f"/admin/deal/details/{deal}", locale)


def opening(path: str, locale: str) -> list[dict[str, str]]:
    """A button that opens a page; none where the panel has no name that Telegram takes for an address."""
    if urlsplit(settings.address).hostname == "localhost":
        return []
    return [{"text": words(locale)(OPEN), "url": settings.address + path}]


def keyboard(*rows: list[dict[str, str]]) -> Keyboard:
    """Buttons as Telegram takes them, without empty rows."""
    return {"inline_keyboard": [row for row in rows if row]}
