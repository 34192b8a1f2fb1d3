"""One cell of a list: its editor, and the row as it is once the cell is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from markupsafe import Markup
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from admin.i18n import say
from admin.rendering import fragment
from admin.toasts import toast
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.pages import drawn_rows, rows_of, titles_of, visible_fields
from admin.views.listing.sight import sees_little
from admin.views.listing.statement import Listing
from admin.views.record.editing import posted_seen, wanted_of
from admin.views.record.forms import RecordForm, fields_of, fill_titles, labels_of, record_form, show_clashes
from admin.views.record.inputs import mark
from admin.views.record.replies import merged_sentence, posted
from models import clock
from models.changes import Change, apply
from models.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.session import Work
from models.texts import N_

BEING_EDITED = "tr[data-editing]"
"""The row that takes the answer: the script marks it while its cell is open."""


@dataclass(frozen=True)
class Cell:
    """A field of a record that somebody edits."""

    view: View
    key: UUID
    name: str

    @classmethod
    def of(cls, request: Request, view: View) -> Cell:
        """The cell of an address. Raises `Refused` for a field that is not written here."""
        name = request.path_params["field"]
        if name not in fields_of(view, request.state.actor.rights, creating=False):
            raise Refused(N_("This field is not changed here: a verb or another record decides it."))
        return cls(view, request.path_params["pk"], name)


async def cell_page(request: Request, view: View) -> Response:
    """GET: the editor of a cell. POST: save it; the whole row comes back, since more of it may have changed."""
    cell = Cell.of(request, view)
    if request.method == "POST":
        return await save_cell(request, cell)
    state = request.state
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, cell.key)
        form = record_form(view, state.actor, creating=False, row=row)
        await fill_titles(work, form)
        drawn = await drawn_row(request, work, view, cell.key)
    return editor(request, cell, form, row=drawn)


async def save_cell(request: Request, cell: Cell) -> Response:
    """Merge the one field; what cannot be saved comes back in the cell with the reason."""
    state, view = request.state, cell.view
    data = await posted(request)
    form: RecordForm | None = None
    action = f"{view.identity}.update"
    try:
        async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
            row = await work.get_record(view.record, cell.key, lock=True)
            form = record_form(view, state.actor, creating=False, data=data, row=row)
            form.seen = posted_seen(data)
            merged = await apply(work, Change(view.record, cell.key, form.seen, only(cell, form, data)), row)
            changed = work.action_id if merged.changed else None
    except (Conflict, Invalid, Refused) as problem:
        if form is None:
            raise
        return await refused_cell(request, cell, form, problem)
    response = await row_response(request, view, cell.key)
    if changed is None:
        return response
    return toast(request, response, merged_sentence(view, merged.kept, labels_of(view)), undo=changed)


def only(cell: Cell, form: RecordForm, data: FormData) -> dict[str, str]:
    """The posted value of this cell, unless the writer chose the other's."""
    return {name: value for name, value in wanted_of(cell.view, form, data).items() if name == cell.name}


async def refused_cell(request: Request, cell: Cell, form: RecordForm, problem: Problem) -> Response:
    """The editor with the reason, or with mine and theirs."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        if isinstance(problem, Conflict):
            await show_clashes(work, form, problem.fields)
            form.loose = [say(problem)]
        else:
            fields = problem.fields if isinstance(problem, Invalid) else {}
            form.loose = [*mark(form.form, fields), *([] if fields else [say(problem)])]
        await fill_titles(work, form)
    return editor(request, cell, form, status=problem.status)


def editor(
    request: Request, cell: Cell, form: RecordForm, *, status: int = 200, row: Markup | str = ""
) -> Response:  # fmt: skip
    """The small form in the cell; beside it the row as it is now, so that who begins to write sees what has changed."""
    context: dict[str, Any] = {
        "one": form.form[cell.name],
        "form": form,
        "row": row,
        "view": cell.view,
        "seen": {cell.name: form.seen.get(cell.name, "")},
        "action": f"/admin/{cell.view.identity}/cell/{cell.key}/{cell.name}?{look_of(request.query_params)}",
    }
    return fragment(request, "parts/cell_form.html", status=status, **context)


def look_of(query: QueryParams) -> str:
    """What of the list's address says which columns it has, and which rows have a tone."""
    pairs = [(name, value) for name, value in query.multi_items() if name == "col" or name.startswith("tint.")]
    return str(QueryParams(pairs))


async def row_response(request: Request, view: View, key: UUID) -> Response:
    """The row as the list draws it, whatever it was filtered by: it does not jump away from under the hand."""
    async with request.state.database.transaction(request.state.actor) as work:
        drawn = await drawn_row(request, work, view, key)
    response = HTMLResponse(drawn or Markup(""))
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = BEING_EDITED, "outerHTML"
    return response


async def row_page(request: Request, view: View) -> Response:
    """A row that somebody else has changed, as the list draws it now. Raises `NotFound` where it is out of sight."""
    async with request.state.database.transaction(request.state.actor) as work:
        drawn = await drawn_row(request, work, view, request.path_params["pk"])
    if not drawn:
        raise NotFound
    return HTMLResponse(drawn)


async def drawn_row(request: Request, work: Work, view: View, key: UUID) -> Markup:
    """The HTML of one row."""
    actor = request.state.actor
    look = asked(view, QueryParams(look_of(request.query_params)), actor.rights)
    fields = visible_fields(view, actor, look.chosen)
    wanted = replace(look, one=key)
    listing = Listing(wanted, actor, clock.today(), await sees_little(work, view, actor))
    rows = await rows_of(work, listing, fields)
    return drawn_rows(listing, fields, rows, await titles_of(work, wanted))
