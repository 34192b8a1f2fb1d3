"""Bulk changes that are too large for a request: tried, done and taken back by the worker, as the person who asked."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from jobs.declared import SLOW, Run, errand
from jobs.notifications import who_want
from jobs.runs import order
from jobs.words import words
from models.actor import SYSTEM, Actor, Via
from models.asking import record_named
from models.base import Record
from models.errors import Problem, Refused
from models.many.change import BUSY, BulkChange, BulkStatus, Verdict, bulk_rows
from models.many.working import advance
from models.notification import Notification
from models.people import Role, User
from models.session import Database, Work
from models.telegram import actor_of
from models.texts import N_
from models.undo import undo

SLICE_SECONDS = 20
"""So long one run works; then another goes on, so that a killed one is missed soon and nobody waits behind it."""
LIMIT_SECONDS = 60
UNDO_SECONDS = 1800
TRIES = 5
NO_MORE = N_("Whoever asked for this does not work here any more.")
BROKE_OFF = N_("The work broke off. What is done stands and can be undone.")
BY_JOB = (Via.BULK, Via.IMPORT)
GIVING = "deal.given"
"""The wish that decides whether people hear of records that were given to them."""


async def order_work(work: Work, change: BulkChange, after: UUID | None = None) -> None:
    """Ask for the next slice, in the transaction of who asks; a slice that is done twice asks for one successor."""
    key = f"{change.id}:{after or change.status}"
    await order(work, "carry_out_bulk", {"change": str(change.id)}, key=key)


async def order_undo(work: Work, change: BulkChange) -> None:
    """Ask for the whole to be taken back."""
    await order(work, "take_back_bulk", {"change": str(change.id)})


@errand(tries=TRIES, seconds=LIMIT_SECONDS, queue=SLOW)
async def carry_out_bulk(database: Database, run: Run) -> None:
    """Batches for some seconds, then the next slice is ordered. What stands in the rows is not repeated."""
    await _with_change(database, run, _work_off)


@errand(tries=TRIES, seconds=UNDO_SECONDS, queue=SLOW)
async def take_back_bulk(database: Database, run: Run) -> None:
    """Undo the whole, all or nothing, in one transaction with the word that it is done."""
    await _with_change(database, run, _take_back)


Body = Callable[[Database, Run, BulkChange, Actor], Coroutine[Any, Any, None]]


async def _with_change(database: Database, run: Run, body: Body) -> None:
    key = UUID(str(run.args["change"]))
    async with database.transaction(SYSTEM, Via.JOB) as work:
        change = await work.get(BulkChange, key)
        actor = await person(work, change.user_id) if change else None
    if change is None or change.status not in (*BUSY, BulkStatus.UNDOING):
        return
    if actor is None:
        await _break_off(database, key, Refused(NO_MORE))
        return
    try:
        await body(database, run, change, actor)
    except Problem as problem:
        await _break_off(database, key, problem)
    except Exception:
        if run.attempt >= TRIES:
            await _break_off(database, key, Refused(BROKE_OFF))
        raise


async def person(work: Work, key: UUID) -> Actor | None:
    """Who asked, with the rights that they have now; nobody who does not work here any more."""
    statement = select(User, Role).join(Role, Role.id == User.role_id).where(User.id == key, User.working())
    found = (await work.execute(statement)).first()
    return actor_of(found[0], found[1]) if found else None


async def _work_off(database: Database, run: Run, change: BulkChange, actor: Actor) -> None:
    until = monotonic() + SLICE_SECONDS
    while await advance(database, actor, change):
        if monotonic() > until:
            async with database.transaction(SYSTEM, Via.JOB) as work:
                await order_work(work, change, run.id)
            return
    await tell_of_the_end(database, change.id)


async def _take_back(database: Database, run: Run, change: BulkChange, actor: Actor) -> None:
    try:
        async with database.transaction(actor, Via.BULK, "audit.undo", action_id=run.id) as work:
            (await work.get_record(BulkChange, change.id, lock=True)).undone()
            await undo(work, change.action_id)
    except Problem as problem:
        async with database.transaction(SYSTEM, Via.JOB) as work:
            (await work.get_record(BulkChange, change.id, lock=True)).undone(problem)


async def _break_off(database: Database, key: UUID, problem: Problem) -> None:
    async with database.transaction(SYSTEM, Via.JOB) as work:
        change = await work.get_record(BulkChange, key, lock=True)
        if change.status in (*BUSY, BulkStatus.UNDOING):
            change.break_off(problem, work.at)


async def tell_of_the_end(database: Database, key: UUID) -> None:
    """A bell to who asked and may have left the page, and one to each whom records were given; each once."""
    async with database.transaction(SYSTEM, Via.JOB, "notification.bulk") as work:
        change = await work.get_record(BulkChange, key, lock=True)
        if change.status != BulkStatus.DONE or change.via not in BY_JOB or await _has_rung(work, change):
            return
        asker = await work.get_record(User, change.user_id)
        said = words(asker.locale)(N_("Done: {done} of {number}"))
        work.add(_notice(change, asker.id, said.format(done=change.done, number=change.number), _page(change)))
        given = await given_to(work, change)
        for one in await work.scalars(who_want(GIVING, given.keys())):
            said = words(one.locale)(N_("{who} gives you records: {number}"))
            column, number = given[one.id]
            to = f"/admin/{change.identity}/list?{column}={one.id}"
            work.add(_notice(change, one.id, said.format(who=asker.full_name, number=number), to))


async def given_to(work: Work, change: BulkChange) -> dict[UUID, tuple[str, int]]:
    """People who have become somebody in these records: the column by which, and how many."""
    found: dict[UUID, tuple[str, int]] = {}
    record = record_named(change.identity)
    for column in people_columns(record) if record else ():
        who = bulk_rows.c.becomes[column].astext
        done = bulk_rows.c.change_id == change.id, bulk_rows.c.verdict == Verdict.DONE, who.is_not(None)
        for key, number in await work.execute(select(who, func.count()).where(*done).group_by(who)):
            if UUID(key) != change.user_id:
                found[UUID(key)] = column, number
    return found


def people_columns(record: type[Record]) -> list[str]:
    """Columns that name a person of the brokerage."""
    keys = record.__table__.foreign_keys
    return sorted(key.parent.name for key in keys if key.column.table.fullname == "auth.users")


async def _has_rung(work: Work, change: BulkChange) -> bool:
    mine = select(Notification.id).where(Notification.occasion == _occasion(change)).limit(1)
    return await work.scalar(mine) is not None


def _notice(change: BulkChange, person: UUID, said: str, to: str) -> Notification:
    return Notification(
        user_id=person, event="bulk.done", title=said, body=change.title, url=to, occasion=_occasion(change)
    )


def _occasion(change: BulkChange) -> str:
    return f"bulk:{change.id}"


def _page(change: BulkChange) -> str:
    return f"/admin/bulk-change/details/{change.id}"
