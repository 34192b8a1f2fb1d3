"""What became of each row, as CSV for Excel: a file of names, so a right and a row in the log like every export."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import true
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from admin.i18n import _
from admin.imports.showing import result_lines
from admin.many.showing import Line, lines_of, rows_of
from admin.sheets import disarmed
from admin.views.listing.export import BOM
from admin.views.listing.taking import take
from admin.views.registry import view_named
from models.errors import Denied, Unauthenticated
from models.many.change import BulkChange, own_change
from models.session import Work

AT_ONCE = 1_000


async def results_page(request: Request) -> Response:
    """The file, read and sent a thousand rows at a time. Raises `Denied` for who may not export such records."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    async with state.database.transaction(state.actor) as work:
        change = await own_change(work, request.path_params["key"])
    view = view_named(change.identity)
    if not state.actor.rights.may(change.identity, "export"):
        raise Denied
    told = {"rows": change.number, "bulk": str(change.id)}
    await take(state.database, state.actor, view, told, state.request_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{change.identity}-{change.what}.csv"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces(request, change), media_type="text/csv; charset=utf-8", headers=headers)


async def pieces(request: Request, change: BulkChange) -> AsyncIterator[bytes]:
    """The file piece by piece."""
    heads = [_("Row"), _("Record"), _("What becomes of it"), _("Why"), _("Changes")]
    yield BOM + written([heads])
    place = 0
    while True:
        async with request.state.database.transaction(request.state.actor) as work:
            lines = await some_lines(work, change, place)
        if not lines:
            return
        yield written([cells_of(line) for line in lines])
        place = lines[-1].place


async def some_lines(work: Work, change: BulkChange, after: int) -> list[Line]:
    """The next rows in words."""
    rows = await rows_of(work, change, true(), after, AT_ONCE)
    view = view_named(change.identity)
    return await result_lines(work, view, change, rows) if change.is_import else await lines_of(work, view, rows)


def cells_of(line: Line) -> list[Any]:
    """A row of the file."""
    changes = "; ".join(f"{label}: {was} → {now}" for label, was, now in line.changes)
    return [line.place, disarmed(line.title), line.verdict, disarmed(line.reason), disarmed(changes)]


def written(rows: list[list[Any]]) -> bytes:
    """Rows as CSV with semicolons."""
    target = io.StringIO()
    csv.writer(target, delimiter=";", lineterminator="\n").writerows(rows)
    return target.getvalue().encode()
