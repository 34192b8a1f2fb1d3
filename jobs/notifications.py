"""Who is told of what: words from the templates, people by their part in it, never of their own doing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, null, select

from jobs.cards import buttons_of, into_deal, keyboard
from jobs.declared import Event, Run, job
from jobs.filling import filled, templates
from jobs.reaching import Told, Ways, reach
from models.choices import Channel, TaskStatus
from models.client import Client
from models.deal import Deal
from models.document import Document
from models.log import actions
from models.notification import ContactPoint, Notification, Preference
from models.people import Role, TelegramLink, User
from models.session import Work
from models.task import Task, TaskKind
from models.telegram import actor_of
from settings import settings

MISSING = "document.missing"
GIVING = ("deal.transfer", "deal.update", "deal.put_back")
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
    await tell(work, name, people, task.deal_id, event, told, task)


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
    work: Work,
    name: str,
    people: Iterable[UUID],
    deal_id: UUID,
    event: Event,
    told: Mapping[str, Any],
    task: Task | None = None,
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
    in_panel = {person.id for person in await work.scalars(who_want(name, wanted))}
    for person, *places in (await work.execute(with_ways(name, wanted))).all():
        template, ways = words.get(person.locale) or words.get("ru"), Ways(*places)
        if template is None or (person.id not in in_panel and not ways):
            continue
        notice = Notification(
            user_id=person.id,
            deal_id=deal_id,
            event=name,
            title=filled(template.subject, facts, person.locale),
            body=filled(template.body, facts, person.locale),
            url=f"/admin/deal/details/{deal_id}",
            read_at=None if person.id in in_panel else work.at,
        )
        work.add(notice)
        if ways:
            await work.flush()
            await reach_of(work, notice, person, ways, task, deal)


async def reach_of(
    work: Work,
    notice: Notification,
    person: User,
    ways: Ways,
    task: Task | None,
    deal: Deal,
    safe: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """The same outside the panel, where neither people nor sums are named."""
    kind = await work.get_record(TaskKind, task.kind_id) if task else None
    facts = {"deal": deal.code, "kind": kind and kind.name, "due": task and task.due_on, **safe}
    actor = actor_of(person, await work.get_record(Role, person.role_id))
    buttons = buttons_of(task, actor) if task else keyboard(into_deal(deal.id, person.locale))
    await reach(work, notice, person, ways, Told(facts, buttons, f"/admin/deal/details/{deal.id}"))


def who_want(name: str, people: Iterable[UUID]) -> Any:
    """Of these people those who work here and want to hear it in the panel."""
    here = (User.id.in_(list(people)), User.is_active, User.deleted_at.is_(None))
    return select(User).where(*here, wants(name, Channel.PANEL))


def with_ways(name: str, people: Iterable[UUID]) -> Any:
    """Those who work here, each with the ways by which they want to hear it, where they have them."""
    return (
        select(User, chat_of(name), has_browser(name), address_of(name))
        .where(User.id.in_(list(people)), User.is_active, User.deleted_at.is_(None))
        .order_by(User.id)
    )


def chat_of(name: str) -> Any:
    """The person's chat, unless they do not want this event there or have shut the bot out."""
    found = select(TelegramLink.chat_id).where(
        TelegramLink.user_id == User.id, TelegramLink.blocked_at.is_(None), wants(name, Channel.TELEGRAM)
    )
    return found.scalar_subquery() if settings.telegram_token else null()


def has_browser(name: str) -> Any:
    """Whether some browser of the person shows notifications, unless they do not want this event there."""
    if not settings.web_push_contact:
        return null()
    mine = exists().where(ContactPoint.user_id == User.id, ContactPoint.channel == Channel.WEB_PUSH)
    return and_(mine, wants(name, Channel.WEB_PUSH))


def address_of(name: str) -> Any:
    """The person's e-mail address, unless they do not want this event there or the mailbox is closed."""
    found = select(ContactPoint.address).where(
        ContactPoint.user_id == User.id,
        ContactPoint.channel == Channel.EMAIL,
        ContactPoint.blocked_at.is_(None),
        wants(name, Channel.EMAIL),
    )
    return found.scalar_subquery() if settings.smtp_url else null()


def wants(name: str, channel: Channel) -> Any:
    """Whether the person of the row around has not refused the event by this channel."""
    return ~exists().where(
        Preference.user_id == User.id,
        Preference.event == name,
        Preference.channel == channel,
        Preference.is_wanted.is_(False),
    )
