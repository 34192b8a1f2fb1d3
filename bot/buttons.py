"""Buttons: each does the verb of the same name, as the panel does; what no longer fits is answered kindly."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.answers import Answer, card, changed, message, pressed
from bot.asked import Asked
from bot.talk import Turn
from jobs.cards import LABELS, TOMORROW, buttons_of, text_of
from jobs.words import words
from models.actor import Actor
from models.errors import NotFound, Refused
from models.session import Work
from models.task import Task
from models.task.record import Result, Return, Until
from models.texts import N_

SHOW, RETURN = "show", "return"
WHY = N_("Why is it returned? Write the reason in one message, without names and phone numbers. /cancel to leave it.")
GONE = N_("This button is no longer valid: the task is not among yours any more.")


def matter_of(data: str) -> tuple[str, UUID]:
    """The verb and the task of a button. Raises `NotFound` for one that we never made."""
    name, _, key = data.partition(":")
    try:
        task = UUID(key)
    except ValueError:
        raise NotFound(GONE) from None
    if name not in (SHOW, *LABELS):
        raise NotFound(GONE)
    return name, task


async def press(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """Do what the button says. Raises a `Problem` in words."""
    name, key = matter_of(asked.data)
    task = await task_of(work, key)
    _ = words(actor.locale)
    if name == SHOW:
        return [pressed(asked), await card(work, asked, actor, task)]
    if name == RETURN:
        await must_fit(task, actor)
        turn.begin(asked.data)
        return [
            pressed(asked),
            message(asked, f"{(await text_of(work, task, actor.locale)).splitlines()[0]}\n{_(WHY)}"),
        ]
    await do(work, task, name)
    await work.settle()
    return [pressed(asked), changed(asked, await text_of(work, task, actor.locale), buttons_of(task, actor))]


async def task_of(work: Work, key: UUID) -> Task:
    """The task, as this person sees it. Raises `NotFound` in words."""
    try:
        return await work.get_record(Task, key, lock=True)
    except NotFound:
        raise NotFound(GONE) from None


async def must_fit(task: Task, actor: Actor) -> None:
    """Before a reason is asked for. Raises `Refused`."""
    verb = Task.__verbs__[RETURN]
    if not verb.is_offered(task, actor):
        raise Refused(N_("“{verb}” is not possible now: the state is “{state}”."), verb=verb.label, state=task.state)


async def do(work: Work, task: Task, name: str) -> None:
    """The verb; a day's delay of a new task accepts it first."""
    act, verbs = work.act(), Task.__verbs__
    if name == TOMORROW:
        if verbs["accept"].fits(task):
            await verbs["accept"].do(task, act)
        until = Until(wakes_on=act.today + timedelta(days=1), waiting_for="")
        await verbs["wait"].do(task, act, until)
    else:
        await verbs[name].do(task, act, Result(result="", review_on=None) if verbs[name].asks is Result else None)


async def give_reason(work: Work, asked: Asked, actor: Actor, turn: Turn) -> list[Answer]:
    """The words after Return: the reason."""
    _, key = matter_of(turn.matter)
    task = await task_of(work, key)
    await Task.__verbs__[RETURN].do(task, work.act(), Return(cause="", reason=asked.text.strip()))
    await work.settle()
    turn.end()
    return [await card(work, asked, actor, task)]
