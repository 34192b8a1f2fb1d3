"""A file that somebody sent to the bot goes into a deal's folder, where this installation allows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from jobs.clients.outcomes import Impossible, Slow, Unclear, Unreached
from jobs.clients.storage import incoming, may_run
from jobs.clients.telegram import telegram
from jobs.declared import SLOW, GiveUp, Run, TryAgain, errand
from jobs.putting import document_key, keep
from jobs.telegram import say_to
from jobs.words import say, words
from models.actor import SYSTEM, Actor, Via
from models.deal import Deal
from models.errors import Denied, Invalid, Problem
from models.filing.names import safe_name
from models.filing.taking import Wanted
from models.session import Database
from models.telegram import person_of
from models.texts import N_
from settings import settings

IS_THERE = N_("{code}: the file is in the deal's folder.")
NO_PROGRAM = N_("Programs do not belong into a client's folder.")
NOT_HAD = N_("Telegram did not hand the file over in time. Add it in the panel.")
TRIES = 6
TOO_LARGE = N_("Telegram does not hand this file over. Add it in the panel.")


@errand(tries=TRIES, seconds=300, queue=SLOW)
async def keep_telegram_file(database: Database, run: Run) -> None:
    """Fetch it and take it in under the rights of who sent it; what became of it is said in the chat."""
    chat, deal = int(run.args["chat"]), UUID(run.args["deal"])
    async with database.transaction(SYSTEM, Via.JOB, "telegram.person") as work:
        actor = await person_of(work, chat)
    if actor is None or settings.telegram_files == "off":
        raise GiveUp("this chat is nobody's, or files no longer go through Telegram")
    try:
        code = await fetch(database, actor, run, deal)
        sentence = words(actor.locale)(IS_THERE).format(code=code)
    except Problem as problem:
        sentence = say(problem, actor.locale)
    except Slow as problem:
        raise TryAgain(problem.after) from problem
    except (Unreached, Unclear):
        if run.attempt < TRIES:
            raise
        sentence = words(actor.locale)(NOT_HAD)
    except Impossible:
        sentence = words(actor.locale)(TOO_LARGE)
    async with database.transaction(SYSTEM, Via.JOB, "telegram.file") as work:
        told = {"chat_id": chat, "text": sentence}
        await say_to(work, chat, "send_message", told, key=f"telegram-file-said:{run.id}")


async def fetch(database: Database, actor: Actor, run: Run, deal: UUID) -> str:
    """The deal's number, once the file is in its folder. Raises `Problem` for what may not be, `Impossible`."""
    if not actor.rights.may("document", "create"):
        raise Denied
    async with database.transaction(actor) as work:
        code = (await work.get_record(Deal, deal)).code
    data = await telegram().fetch(str(run.args["file"]), settings.largest_document)
    key, wanted = document_key(actor.id, run.id), Wanted(safe_name(str(run.args["name"])))
    with incoming().held(key):
        await incoming().append(key, 0, whole(data), len(data))
        content = await incoming().content(key)
        try:
            if may_run(content.media_type):
                raise Invalid(NO_PROGRAM)
            await keep(database, actor, Via.BOT, key, (deal, None), wanted, content)
        finally:
            incoming().drop(key)
    return code


async def whole(data: bytes) -> AsyncIterator[bytes]:
    """The bytes, as an upload brings them."""
    yield data
