"""One update, handled: the verb, the answers to be sent and the end of its row are one transaction."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text

from bot.answers import Answer, how_to_link, message, pressed
from bot.asked import Asked, read
from bot.dialogues import action_of, answer
from bot.linking import start
from bot.talk import Talk, Turn
from jobs.telegram import say_to
from jobs.words import say, words
from models.actor import SYSTEM, Actor, Via
from models.errors import Problem
from models.session import Database, Work
from models.telegram import person_of, unblock
from models.texts import N_

FINISH = text("SELECT audit.finish_update(:update, :attempt)")


class Taken(NamedTuple):
    """An update in our hands; the attempt is the fence."""

    number: int
    attempt: int


async def handle(database: Database, talk: Talk, taken: Taken, told: dict[str, object]) -> None:
    """Do what it asks; a refusal is answered in words. Raises what is to be tried again."""
    asked = read(told)
    actor = await who(database, asked) if asked else None
    turn = await talk.turn(asked.chat) if asked and actor else None
    try:
        await inside(database, turn, taken, asked, actor)
    except Problem as problem:
        if asked is None:
            raise
        turn = await talk.turn(asked.chat) if turn else None  # as it was: what failed has changed nothing
        if turn is not None:
            turn.end()
        sentence = say(problem, actor.locale if actor else asked.locale)
        async with database.transaction(SYSTEM, Via.BOT, "bot.refuse") as work:
            refused = pressed(asked, sentence, aloud=True) if asked.query else message(asked, sentence)
            await close(work, taken, asked, [refused])
    if turn is not None:
        await talk.keep(turn)


async def who(database: Database, asked: Asked) -> Actor | None:
    """The person of the chat; who writes has let the bot in again."""
    async with database.transaction(SYSTEM, Via.BOT, "telegram.unblock") as work:
        actor = await person_of(work, asked.chat)
        if actor is not None:
            await unblock(work, asked.chat)
        return actor


async def inside(database: Database, turn: Turn | None, taken: Taken, asked: Asked | None, actor: Actor | None) -> None:
    """The transaction of an update: as the person, or as the system for a chat that is nobody's yet."""
    links = asked is not None and asked.command == "start"
    doer = SYSTEM if actor is None or links else actor
    async with database.transaction(doer, Via.BOT, action_of(asked, turn)) as work:
        if asked is None:
            answers: list[Answer] = []
        elif links:
            answers = await start(work, asked, actor)
        elif actor is None or turn is None:
            answers = unknown(asked)
        else:
            answers = await answer(work, asked, actor, turn)
        await close(work, taken, asked, answers)


def unknown(asked: Asked) -> list[Answer]:
    """An unknown chat hears how to link, whatever it asks."""
    sentence = words(asked.locale)(N_("This chat is not linked to the panel."))
    return [pressed(asked, sentence, aloud=True)] if asked.query else [how_to_link(asked)]


async def close(work: Work, taken: Taken, asked: Asked | None, answers: list[Answer]) -> None:
    """Order the answers and end the row, with everything that was done."""
    await work.settle()
    for n, one in enumerate(answers):
        assert asked is not None
        key = f"update:{taken.number}:{n}"
        await say_to(work, asked.chat, one.method, one.told, key=key)
    await work.execute(FINISH, {"update": taken.number, "attempt": taken.attempt})
