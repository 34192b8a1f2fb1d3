"""An uploaded file becomes rows that are tried, or asks which column is which; a known shape asks nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from jobs.bulk import order_work
from jobs.imports.reading import begin, kept, rows_of
from jobs.imports.shape import KEEP, Columns, Shape
from jobs.portfolio.columns import Progress
from jobs.statements.heads import fingerprint_of
from jobs.uploads.folder import Phase, State, Upload, problem_of
from models.actor import Actor, Via
from models.errors import Invalid, Problem
from models.many.change import IMPORT, BulkChange, opened
from models.many.working import run_through
from models.session import Database, Work
from models.texts import N_
from settings import settings

COLUMNS = "columns"
"""What is asked of the person."""
BEGUN = "begun.json"
PIECE = 1_000
"""Rows that are kept by one statement."""
MOST = 500_000
"""Rows of a file."""
AT_ONCE = 4
"""So many times `bulk_at_once` rows are tried by the process that has read them; the worker tries more."""
TOO_MANY = N_("The file has more than {most} rows: divide it, please.")
NO_ROWS = N_("There are no rows below the titles.")
KEEP_ROWS = text(
    "INSERT INTO auth.bulk_rows (change_id, user_id, place, record_id, line, told)"
    " SELECT :change, :user, o.place, o.record_id, o.line, o.told"
    " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS o (place int, record_id uuid, line int, told jsonb)"
)


async def bring(database: Database, actor: Actor, upload: Upload, progress: Progress) -> None:
    """Look at the file or keep its rows; the upload's state says what has become of it."""
    try:
        upload.tell(await brought(database, actor, upload, progress))
    except Problem as problem:
        upload.tell(State(Phase.REFUSED, problem=problem_of(problem)))


async def brought(database: Database, actor: Actor, upload: Upload, progress: Progress) -> State:
    """The state after reading. Raises a `Problem` for what is no table."""
    told = upload.told
    shape = Shape.of(told["shape"])
    if not told.get("columns"):
        beginnings = await asyncio.to_thread(begin, upload.workbook, shape)
        (upload.folder / BEGUN).write_text(json.dumps(kept(beginnings), ensure_ascii=False))
        async with database.transaction(actor) as work:
            known = [one for one in [await remembered(work, shape, b.columns) for b in beginnings] if one]
        if len(known) != 1:  # of two sheets that are known only the person says which
            return State(Phase.ASKS, asks=COLUMNS)
        upload.tell_more(columns=known[0].told())
    columns = Columns.of(upload.told["columns"])
    change = await keep_rows(database, actor, upload, shape, columns, progress)
    if change.number <= settings.bulk_at_once * AT_ONCE:
        await run_through(database, actor, change)
    return State(Phase.WRITTEN, result=str(change.id))


async def keep_rows(
    database: Database, actor: Actor, upload: Upload, shape: Shape, columns: Columns, progress: Progress
) -> BulkChange:
    """The rows of the file as those of a bulk change, all or none; a large one is tried by the worker."""
    told = {
        "file": upload.name, "sha256": await asyncio.to_thread(digest, upload.workbook),
        "fingerprint": fingerprint_of(columns.titles), "places": dict(columns.places), "fixed": dict(columns.fixed),
        "keys": [list(key) for key in keys_within(shape, columns)], "key": list(columns.key), "empty": columns.empty,
    }  # fmt: skip
    async with database.transaction(actor, Via.IMPORT, f"{shape.identity}.import") as work:
        change = await opened(work, uuid7(), shape.identity, IMPORT, told, f"{shape.title}: {upload.name}")
        rows = enumerate(rows_of(upload.workbook, shape, columns, progress), start=1)
        while piece := await asyncio.to_thread(_piece, rows):
            change.number += len(piece)
            if change.number > MOST:
                raise Invalid(TOO_MANY, most=MOST)
            await work.execute(KEEP_ROWS, {"change": change.id, "user": actor.id, "rows": json.dumps(piece)})
        if not change.number:
            raise Invalid(NO_ROWS)
        if change.number > settings.bulk_at_once * AT_ONCE:
            await order_work(work, change)
    return change


def _piece(rows: Iterator[tuple[int, tuple[int, dict[str, str]]]]) -> list[dict[str, Any]]:
    return [
        {"place": place, "record_id": str(uuid7()), "line": line, "told": told}
        for place, (line, told) in islice(rows, PIECE)
    ]


def keys_within(shape: Shape, columns: Columns) -> list[tuple[str, ...]]:
    """The key that was chosen, else the natural ones, as far as the file can fill them in."""
    wanted = [columns.key] if columns.key else shape.keys
    return [key for key in wanted if columns.places.keys() | columns.fixed.keys() >= set(key)]


async def remembered(work: Work, shape: Shape, guessed: Columns) -> Columns | None:
    """The columns that this person chose for the last file of the same titles."""
    if not any(guessed.titles):
        return None
    told = BulkChange.told
    same = told["fingerprint"].astext == fingerprint_of(guessed.titles)
    mine = BulkChange.what == IMPORT, BulkChange.identity == shape.identity, BulkChange.user_id == work.actor.id
    found = await work.scalar(select(told).where(*mine, same).order_by(BulkChange.created_at.desc()).limit(1))
    if found is None or not {*found["places"], *found["fixed"]} <= shape.fields.keys():
        return None
    key, empty = tuple(found.get("key", ())), found.get("empty", KEEP)
    return Columns(guessed.sheet, guessed.head, found["places"], guessed.titles, found["fixed"], key, empty)


async def brought_before(work: Work, change: BulkChange) -> BulkChange | None:
    """An earlier import of the very same bytes that was carried out, by this person."""
    mine = BulkChange.what == IMPORT, BulkChange.identity == change.identity, BulkChange.user_id == change.user_id
    same = BulkChange.told["sha256"].astext == change.told["sha256"], BulkChange.id < change.id, BulkChange.done > 0
    statement = select(BulkChange).where(*mine, *same).order_by(BulkChange.id.desc()).limit(1)
    return (await work.scalars(statement)).first()


def result_of(upload: Upload) -> UUID | None:
    """The bulk change that has come of it."""
    state = upload.state()
    return UUID(state.result) if state.phase is Phase.WRITTEN and state.result else None


def digest(path: Path) -> str:
    """The same for the very same bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
