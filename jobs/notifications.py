"""Who is told of what, in the panel: words from the templates, people by their part in it, never of their own doing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import select

from jobs.declared import Event, Run, job
from models.choices import Channel, TaskStatus
from models.client import Client
from models.deal import Deal
from models.document import Document
from models.log import actions
from models.notification import Notification, Preference, Template
from models.people import Role, User
from models.session import Work
from models.task import Task

NAME = re.compile(r"\{(\w+)\}")
EMPTY_END = re.compile(r"[\s.·,:]+$")
MISSING = "document.missing"
GIVING = ("deal.transfer", "deal.update")
"""Actions by which a deal comes to somebody without a task."""
TO_AUTHOR = {
    TaskStatus.RETURNED: "task.returned",
    TaskStatus.ACCEPTED: "task.accepted",
    TaskStatus.DONE: "task.done",
}
"""What the author hears when a task comes to these states."""


@job(tries=5)
async def notify_of_task(work: Work, run: Run) -> None:
    """Who is to do it hears that it came, who asked for it hears what became of it."""
    event = run.cause
    task = await work.get(Task, event.record_id)
    if task is None or task.deleted_at is not None:
        return
    name, people = await concerned(work, task, event)
    told = {"task": task.title, "reason": task.reason, "result": task.result, "due": task.due_on}
    await tell(work, name, people, task.deal_id, event, told)


@job(tries=5)
async def notify_of_deal(work: Work, run: Run) -> None:
    """Who has been given a deal by itself hears of it; a hand-off rings by its task."""
    event = run.cause
    slug = await work.scalar(select(actions.c.slug).where(actions.c.id == event.action_id))
    if slug not in GIVING or not event.deal_id:
        return
    changes = [event.changes.get(name, (None, None)) for name in ("seller_id", "executor_id")]
    await tell(work, "deal.given", {UUID(new) for _old, new in changes if new}, event.deal_id, event, {})


@job(tries=5)
async def notify_of_document(work: Work, run: Run) -> None:
    """The seller of a deal hears that a file of it is not found; once, until they have read it."""
    event = run.cause
    was, now = event.changes.get("missing_since", (None, None))
    document = await work.get(Document, event.record_id)
    if was or not now or document is None or document.missing_since is None or document.deal_id is None:
        return
    deal = await work.get_record(Deal, document.deal_id)
    unread = select(Notification.id).where(
        Notification.user_id == deal.seller_id,
        Notification.deal_id == deal.id,
        Notification.event == MISSING,
        Notification.read_at.is_(None),
    )
    if deal.deleted_at is None and document.deleted_at is None and await work.scalar(unread.limit(1)) is None:
        await tell(work, MISSING, {deal.seller_id}, deal.id, event, {"document": document.name})


async def concerned(work: Work, task: Task, event: Event) -> tuple[str, set[UUID]]:
    """The name of what happened and whom it concerns."""
    came = event.op == "insert" or "assignee_id" in event.changes or "status" in event.changes
    if task.status == TaskStatus.NEW and came:
        if task.assignee_id:
            return "task.sent", {task.assignee_id}
        return "task.queued", await executors_of(work, task.team_id)
    if task.status == TaskStatus.CANCELLED and "status" in event.changes:
        return "task.cancelled", {task.assignee_id} if task.assignee_id else set()
    if "status" in event.changes and event.changes["status"][0] in (TaskStatus.NEW, TaskStatus.ACCEPTED):
        return TO_AUTHOR.get(TaskStatus(task.status), ""), {task.author_id}
    return "", set()


async def executors_of(work: Work, team: UUID | None) -> set[UUID]:
    """Who may take from a team's queue."""
    statement = (
        select(User.id)
        .join(Role, Role.id == User.role_id)
        .where(User.team_id == team, User.is_active, User.deleted_at.is_(None), Role.slug == "executor")
    )
    return set(await work.scalars(statement))


async def tell(
    work: Work, name: str, people: Iterable[UUID], deal_id: UUID, event: Event, told: Mapping[str, Any]
) -> None:
    """A notification for each person who wants it; nobody hears of what they did themselves."""
    wanted = set(people) - {event.actor_id}
    if not name or not wanted:
        return
    deal = await work.get_record(Deal, deal_id)
    client = await work.get_record(Client, deal.client_id)
    actor = await work.get(User, event.actor_id)
    facts = {
        **told,
        "deal": deal.code,
        "client": client.name,
        "subject": deal.title,
        "actor": actor and actor.full_name,
    }
    words = {row.locale: row for row in await work.scalars(templates(name))}
    for person in await work.scalars(who_want(name, wanted)):
        if template := words.get(person.locale) or words.get("ru"):
            work.add(
                Notification(
                    user_id=person.id,
                    deal_id=deal_id,
                    event=name,
                    title=filled(template.subject, facts, person.locale),
                    body=filled(template.body, facts, person.locale),
                    url=f"/admin/deal/details/{deal_id}",
                )
            )


def templates(name: str) -> Any:
    """The words of an event in the panel."""
    return select(Template).where(
        Template.event == name, Template.channel == Channel.PANEL, Template.deleted_at.is_(None)
    )


def who_want(name: str, people: Iterable[UUID]) -> Any:
    """Of these people those who work here and have not said that they do not want to hear it."""
    refused = select(Preference.user_id).where(
        Preference.event == name, Preference.channel == Channel.PANEL, Preference.is_wanted.is_(False)
    )
    return select(User).where(
        User.id.in_(list(people)), User.is_active, User.deleted_at.is_(None), User.id.not_in(refused)
    )


def filled(template: str, facts: Mapping[str, Any], locale: str) -> str:
    """The words with their names filled in; names that nobody knows and what they leave at the end go."""

    def fact(found: re.Match[str]) -> str:
        value = facts.get(found[1])
        if value is None or value == "":
            return ""
        return (
            format_date(value, "dd.MM.yyyy" if locale == "ru" else "d MMM y", locale)
            if hasattr(value, "year")
            else str(value)
        )

    text = NAME.sub(fact, template).strip()
    return text if text.endswith(".") and not NAME.search(template[-12:]) else EMPTY_END.sub("", text)
