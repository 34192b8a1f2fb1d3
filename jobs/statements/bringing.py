"""An uploaded statement becomes a draft, or asks: which columns, whose it is, whether the same lines are kept twice."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

from jobs.portfolio.columns import Progress
from jobs.statements.drafts import File, keep, known_file, known_lines
from jobs.statements.guessing import guess_insurer
from jobs.statements.heads import Placed
from jobs.statements.layouts import insurer_of, remember, remembered
from jobs.statements.reading import NoLayout, Reading, read
from jobs.uploads.folder import Phase, State, Upload, problem_of
from models.actor import Actor, Via
from models.choices import StatementStatus
from models.errors import Denied, Problem, Refused
from models.session import Database, Work
from models.statement import Statement
from models.texts import N_

READ = "statement.read"
COLUMNS, INSURER, SAME = "columns", "insurer", "same"
"""What may be asked of the person."""


async def bring(database: Database, actor: Actor, upload: Upload, progress: Progress) -> None:
    """Read the file and keep its draft; the upload's state says what has become of it."""
    try:
        upload.tell(await brought(database, actor, upload, progress))
    except NoLayout as problem:
        upload.tell(State(Phase.ASKS, asks=COLUMNS, problem=problem_of(problem)))
    except Problem as problem:
        upload.tell(State(Phase.REFUSED, problem=problem_of(problem)))


async def brought(database: Database, actor: Actor, upload: Upload, progress: Progress) -> State:
    """The state after reading. Raises `NoLayout` for unknown columns, a `Problem` for what is no statement."""
    if not actor.rights.may("statement", "create"):
        raise Denied
    told, file = upload.told, await File.of(upload.workbook, upload.name)
    insurer = UUID(told["insurer"]) if told.get("insurer") else None
    async with database.transaction(actor) as work:
        known = await known_file(work, file)
        memory = await remembered(work, insurer)
    if known is not None and not told.get("columns"):
        return State(Phase.WRITTEN, result=str(known.id), counts={"known": 1})
    columns = placed_from(told["columns"]) if told.get("columns") else None
    reading = await asyncio.to_thread(_read, upload, progress, memory, columns)
    async with database.transaction(actor, Via.IMPORT, READ) as work:
        insurer = insurer or await guess_insurer(work, reading.words, upload.name, reading.lines)
        insurer = insurer or await insurer_of(work, reading.placed, reading.lines)
        if insurer is None:
            return State(Phase.ASKS, asks=INSURER, problem=(N_("Whose statement is it?"), {}))
        await _make_room(work, known)
        if known is None and not told.get("anyway") and (twin := await known_lines(work, insurer, reading.lines)):
            return State(Phase.ASKS, asks=SAME, result=str(twin.id), problem=_same(twin))
        statement, _lines, _judged = await keep(work, file, insurer, reading, upload.id)
        for one in reading.placed:
            await remember(work, insurer, one, by_hand=columns is not None)
        return State(Phase.WRITTEN, action=str(work.action_id), result=str(statement.id))


def _read(upload: Upload, progress: Progress, memory: dict[str, dict[str, int]], told: Placed | None) -> Reading:
    reading = read(upload.workbook, progress, memory, told)
    if not reading.lines:
        raise NoLayout(N_("There are no lines below the titles"))
    return reading


async def _make_room(work: Work, known: Statement | None) -> None:
    """The draft of the same file goes where its columns are mapped anew. Raises `Refused` once it is posted."""
    if known is None:
        return
    statement = await work.get_record(Statement, known.id, lock=True)
    if statement.status != StatementStatus.DRAFT:
        raise Refused(N_("This statement is posted already: undo the posting first."))
    await Statement.__verbs__["trash"].do(statement, work.act())
    await work.flush()


def _same(twin: Statement) -> tuple[str, dict[str, str]]:
    sentence = N_("The same lines are here already, in the statement “{title}”: the file was exported anew.")
    return sentence, {"title": twin.title}


def placed_from(told: str) -> Placed:
    """Columns as a person has mapped them."""
    found = json.loads(told)
    return Placed(found["sheet"], found["head"], found["places"], tuple(found["titles"]))


def placed_told(placed: Placed) -> str:
    """Columns as they are kept beside the upload."""
    return json.dumps(
        {"sheet": placed.sheet, "head": placed.head, "places": dict(placed.places), "titles": list(placed.titles)}
    )
