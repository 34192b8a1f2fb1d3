"""A row of a file is corrected in its place and tried once more; nothing is written before all is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from admin.imports.describing import shape_of
from admin.imports.showing import counts_of, lines_of
from admin.rendering import fragment, is_partial
from admin.views.record.replies import posted
from admin.views.registry import view_named
from jobs.bulk import order_work
from jobs.imports.reading import said
from jobs.imports.shape import CLEAR, Shape
from models.actor import Via
from models.errors import Unauthenticated
from models.many.change import BulkChange, bulk_rows, own_change
from models.many.working import try_row


async def fix_page(request: Request) -> Response:
    """POST: other words for some fields of a row. The row comes back with its verdict."""
    state, place = request.state, request.path_params["place"]
    if state.actor is None:
        raise Unauthenticated
    data = await posted(request)
    async with state.database.transaction(state.actor, Via.IMPORT, "bulk-change.fix") as work:
        change = await own_change(work, request.path_params["key"], lock=True)
        view = view_named(change.identity)
        mine = bulk_rows.c.change_id == change.id, bulk_rows.c.place == place
        told = dict(await work.scalar(select(bulk_rows.c.told).where(*mine)) or {})
        said = told | words_in(shape_of(view, state.actor.rights), data)
        clears = change.told.get("empty") == CLEAR
        await try_row(work, state.actor, change, place, {name: text for name, text in said.items() if text or clears})
        rows = (await work.execute(select(bulk_rows).where(*mine))).all()
        (line,) = await lines_of(work, view, change, rows)
        counts = counts_of(change)
    if not is_partial(request):
        return RedirectResponse(f"/admin/bulk-change/details/{change.id}", 303)
    context: dict[str, Any] = {"line": line, "change": change, "view": view, "counts": counts, "is_fixed": True}
    return fragment(request, "imports/row.html", **context)


def words_in(shape: Shape, data: Any) -> dict[str, str]:
    """What was typed, by field; a word of a choice as what it stands for."""
    typed = {name: str(data.get(f"f-{name}") or "").strip() for name in shape.fields if f"f-{name}" in data}
    return {name: said(shape, name, text) for name, text in typed.items()}


async def go_on_page(request: Request) -> Response:
    """A step for many that was stopped goes on from where it stood."""
    state = request.state
    if state.actor is None:
        raise Unauthenticated
    async with state.database.transaction(state.actor, state.via, "bulk-change.go_on") as work:
        change: BulkChange = await own_change(work, request.path_params["key"], lock=True)
        change.go_on()
        await order_work(work, change, uuid7())
    return RedirectResponse(f"/admin/bulk-change/details/{change.id}", 303)


ROUTES = (
    Route("/bulk-change/{key:uuid}/row/{place:int}", fix_page, methods=["POST"], name="bulk_fix"),
    Route("/bulk-change/{key:uuid}/go-on", go_on_page, methods=["POST"], name="bulk_go_on"),
)
