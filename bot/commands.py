"""The commands: /today, /tasks, /deal, and the beginnings and ends of dialogues."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from sqlalchemy import Select, or_, select

from bot.answers import Answer, card, message
from bot.asked import Asked
from bot.calls import new
from bot.deals import UNKNOWN, by_code
from bot.payments import pay
from bot.talk import Turn
from jobs.cards import into_deal, keyboard, opening
from jobs.words import day, words
from models.actor import Actor
from models.choices import OPEN_TASKS, DealStage, TaskStatus
from models.deal import Deal
from models.session import Work
from models.task import Task, TaskKind
from models.texts import N_

AT_MOST = 20
LEFT = N_("Left as it was.")
NOTHING_BEGUN = N_("There is nothing to cancel.")


async def today(work: Work, asked: Asked, actor: Actor, _turn: Turn) -> list[Answer]:
    """My tasks that are due."""
    due = mine(actor).where(or_(Task.due_on <= work.today, Task.due_on.is_(None), Task.wakes_on <= work.today))
    return [await listed(work, asked, actor, due, N_("Due today"), N_("Nothing is due today."))]


async def tasks(work: Work, asked: Asked, actor: Actor, _turn: Turn) -> list[Answer]:
    """All my tasks."""
    return [await listed(work, asked, actor, mine(actor), N_("My tasks"), N_("You have no open tasks."))]


def mine(actor: Actor) -> Select[Task, Deal, TaskKind]:
    """Open tasks of which this person is the assignee, the most urgent first."""
    return (
        select(Task, Deal, TaskKind)
        .join(Deal, Deal.id == Task.deal_id)
        .join(TaskKind, TaskKind.id == Task.kind_id)
        .where(Task.assignee_id == actor.id, Task.status.in_([str(one) for one in OPEN_TASKS]))
        .where(Task.status != TaskStatus.RETURNED, Task.deleted_at.is_(None))
        .order_by(Task.due_on.nulls_last(), Task.created_at, Task.id)
    )


async def listed(
    work: Work, asked: Asked, actor: Actor, statement: Select[Task, Deal, TaskKind], title: str, empty: str
) -> Answer:
    """A line and a button for each task."""
    _ = words(actor.locale)
    found = (await work.execute(statement.limit(AT_MOST + 1))).all()
    if not found:
        return message(asked, _(empty), keyboard(opening("/admin/", actor.locale)))
    lines, rows = [_(title)], []
    for task, deal, kind in found[:AT_MOST]:
        until = f" · {day(task.due_on, actor.locale)}" if task.due_on else ""
        lines.append(f"{deal.code} · {kind.name}{until}")
        rows.append([{"text": f"{deal.code} · {kind.name}", "callback_data": f"show:{task.id}"}])
    if len(found) > AT_MOST:
        lines.append(_(N_("The rest is in the panel.")))
    return message(asked, "\n".join(lines), keyboard(*rows, opening("/admin/", actor.locale)))


async def deal(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """A deal by its number: its stage, its next day, its open tasks; only one that this person sees."""
    _ = words(actor.locale)
    found = await by_code(work, asked.rest)
    if found is None:
        return [message(asked, _(UNKNOWN))]
    turn.choose(found.id)
    lines = [f"{found.code} · {_(DealStage(found.stage).label)}"]
    if found.review_on:
        lines.append(_(N_("Next look: {day}")).format(day=day(found.review_on, actor.locale)))
    head = message(asked, "\n".join(lines), keyboard(into_deal(found.id, actor.locale)))
    return [head, *await cards_of(work, asked, actor, found)]


async def cards_of(work: Work, asked: Asked, actor: Actor, deal: Deal) -> list[Answer]:
    """The open tasks of a deal that this person can do something with."""
    open_ones = select(Task).where(Task.deal_id == deal.id, Task.status.in_([str(one) for one in OPEN_TASKS]))
    found: Iterable[Task] = await work.scalars(open_ones.where(Task.deleted_at.is_(None)).order_by(Task.id).limit(5))
    return [await card(work, asked, actor, task) for task in found if task.assignee_id in (actor.id, None)]


async def cancel(_work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """The dialogue is over without an end."""
    sentence = LEFT if turn.matter else NOTHING_BEGUN
    turn.end()
    return [message(asked, words(actor.locale)(sentence))]


Command = Callable[[Work, Asked, Actor, Turn], Awaitable[list[Answer]]]
COMMANDS: dict[str, Command] = {
    "today": today,
    "tasks": tasks,
    "deal": deal,
    "new": new,
    "pay": pay,
    "cancel": cancel,
}
MENU = (
    ("today", N_("What is due today")),
    ("tasks", N_("All my tasks")),
    ("deal", N_("A deal by its number")),
    ("new", N_("A new call: the form in the panel")),
    ("pay", N_("An instalment is paid")),
    ("cancel", N_("Leave what was begun")),
)
"""What Telegram offers beside the text field."""
