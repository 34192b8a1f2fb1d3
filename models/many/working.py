"""Working a bulk change off: batch after batch, each one transaction that holds its rows, their verdicts and the place.

Whoever is killed in the middle leaves whole batches; whoever goes on begins after the place that stands there. Two who
work on one change take turns: the row of the change is locked for a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from models.actor import Actor, Via
from models.errors import NotFound, Problem
from models.many.bringing import BATCH as BATCH_OF_FILE
from models.many.bringing import BringStep
from models.many.change import BUSY, CREATE, BulkChange, BulkStatus, Verdict, bulk_rows, own_change
from models.many.reasons import IS_SO, pack
from models.many.steps import step_of
from models.many.trying import Outcome, Step, try_one
from models.refusals import is_of_a_row, worded
from models.session import Database, Work

BATCH = 40
"""Rows of a transaction: short, and below the 64 savepoints from which on other readers become slower."""
PATIENCE = {False: "SET LOCAL lock_timeout = '3s'", True: "SET LOCAL lock_timeout = '10s'"}
"""How long a row that somebody holds is waited for, twice: not long where a person waits, longer in a job."""
COLUMNS = tuple(bulk_rows.c[name] for name in ("place", "record_id", "was", "line", "told", "does"))
NOTE = text(
    "UPDATE auth.bulk_rows b SET verdict = o.verdict, reason = nullif(o.reason, 'null'),"
    " was = coalesce(o.was, b.was), becomes = coalesce(o.becomes, b.becomes), does = coalesce(o.does, b.does),"
    " record_id = coalesce(o.record_id, b.record_id), key = coalesce(o.key, b.key)"
    " FROM jsonb_to_recordset(:rows) AS o (place int, verdict text, reason jsonb, was jsonb, becomes jsonb,"
    " does text, record_id uuid, key text)"
    " WHERE b.change_id = :change AND b.place = o.place"
).bindparams(bindparam("rows", type_=JSONB))


async def advance(database: Database, actor: Actor, change: BulkChange, size: int = 0) -> bool:
    """One batch. False when nothing is left to work off. Raises `Problem` where the actor may not do it at all."""
    step = step_of(change.identity, change.what, change.told, actor)
    size = size or (BATCH_OF_FILE if isinstance(step, BringStep) else BATCH)
    try:
        return await _batch(database, actor, change, step, size)
    except Exception as error:
        if not isinstance(error, Problem) and not is_of_a_row(error):
            raise
        if size > 1:
            return await _singly(database, actor, change, step, size)
        await _leave(database, actor, change, error if isinstance(error, Problem) else worded(error) or Problem())
        return True


async def run_through(database: Database, actor: Actor, change: BulkChange) -> None:
    """Every batch that there is."""
    while await advance(database, actor, change):
        pass


async def _singly(database: Database, actor: Actor, change: BulkChange, step: Step | BringStep, size: int) -> bool:
    """What only the end of a transaction refuses must not take the other rows of its batch along."""
    goes_on = True
    for _row in range(size):
        goes_on = goes_on and await advance(database, actor, change, 1)
    return goes_on


async def _batch(database: Database, actor: Actor, change: BulkChange, step: Step | BringStep, size: int) -> bool:
    async with database.transaction(
        actor, Via(change.via), change.slug, asked=change.told, action_id=change.action_id
    ) as work:
        await work.driver.tell(PATIENCE[change.via in (Via.BULK, Via.IMPORT)])
        now = await own_change(work, change.id, lock=True)
        if now.status not in BUSY:
            return False
        keep = now.status == BulkStatus.RUNNING
        rows = await _next_rows(work, now, size, keep=keep)
        outcomes = await _tried(work, now, step, rows, keep=keep)
        await _note(work, now, rows, outcomes, keep=keep)
        now.reach(rows[-1].place if rows else now.reached, work.at, is_end=len(rows) < size)
        await work.flush()
        return now.status in BUSY


async def _tried(
    work: Work, change: BulkChange, step: Step | BringStep, rows: list[Row[Any]], *, keep: bool
) -> dict[int, Outcome]:
    if isinstance(step, BringStep):
        return await step.rows(work, change, rows, keep=keep)
    return {row.place: await try_one(work, step, row.record_id, _seen(row, keep), keep=keep) for row in rows}


async def try_row(work: Work, actor: Actor, change: BulkChange, place: int, told: dict[str, str]) -> None:
    """A row of a file with other words in it, tried once more in its place; the change is locked.

    Raises `NotFound` for a place that is none of a file, `Refused` once it is decided.
    """
    step = step_of(change.identity, change.what, change.told, actor)
    mine = bulk_rows.c.change_id == change.id, bulk_rows.c.place == place
    row = (await work.execute(select(bulk_rows).where(*mine))).first()
    if row is None or not isinstance(step, BringStep):
        raise NotFound
    change.forget(row.verdict, is_new=row.does == CREATE, is_same=row.reason == IS_SO)
    blank: dict[str, Any] = {
        "told": told,
        "verdict": None,
        "reason": None,
        "key": None,
        "does": None,
        "was": None,
        "becomes": None,
    }
    blank["record_id"] = uuid7()
    await work.execute(update(bulk_rows).where(*mine).values(**blank))
    rows = list(await work.execute(select(*COLUMNS).where(*mine)))
    await _note(work, change, rows, await step.rows(work, change, rows, keep=False), keep=False)
    await work.flush()


async def _leave(database: Database, actor: Actor, change: BulkChange, problem: Problem) -> None:
    """The next row stays as it is: its own transaction was refused at its end."""
    async with database.transaction(actor, Via(change.via), change.slug, action_id=change.action_id) as work:
        now = await own_change(work, change.id, lock=True)
        if now.status not in BUSY:
            return
        keep = now.status == BulkStatus.RUNNING
        for row in await _next_rows(work, now, 1, keep=keep):
            await _note(work, now, [row], {row.place: Outcome(Verdict.SKIPPED, pack(problem))}, keep=keep)
            now.reach(row.place, work.at, is_end=False)


async def _next_rows(work: Work, change: BulkChange, size: int, *, keep: bool) -> list[Row[Any]]:
    """The rows after the place: all of them when tried; when done, those of which it was said that they will change."""
    wanted = select(*COLUMNS).where(bulk_rows.c.change_id == change.id, bulk_rows.c.place > change.reached)
    if keep:
        wanted = wanted.where(bulk_rows.c.verdict == Verdict.WILL)
    return list(await work.execute(wanted.order_by(bulk_rows.c.place).limit(size)))


def _seen(row: Row[Any], keep: bool) -> dict[str, str | None]:
    return (row.was or {}) if keep else {}


async def _note(
    work: Work, change: BulkChange, rows: Sequence[Row[Any]], outcomes: dict[int, Outcome], *, keep: bool
) -> None:
    """Each row's outcome, and the numbers of all."""
    told = [
        {
            "place": place,
            "verdict": one.verdict,
            "reason": one.reason,
            "was": one.was,
            "becomes": one.becomes,
            "does": one.does,
            "record_id": str(one.record_id) if one.record_id else None,
            "key": one.key,
        }
        for place, one in outcomes.items()
    ]
    await work.execute(NOTE, {"change": change.id, "rows": told})
    taken = [one for one in outcomes.values() if one.verdict != Verdict.SKIPPED]
    change.skipped += len(outcomes) - len(taken)
    change.same_rows += sum(one.reason == IS_SO for one in outcomes.values())
    if keep:
        change.done += len(taken)
        change.new_rows -= sum(row.does == CREATE and outcomes[row.place].verdict == Verdict.SKIPPED for row in rows)
    else:
        change.will += len(taken)
        change.new_rows += sum(one.does == CREATE for one in taken)
