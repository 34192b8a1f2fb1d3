"""The page of a bulk change: what would become of the rows, how far it is, what became of them, and the way back."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.i18n import _, ngettext
from admin.imports.showing import Shown as ShownOfFile
from admin.imports.showing import shown as shown_of_file
from admin.many.asking import change_address, list_address
from admin.many.results import results_page
from admin.many.showing import Shown, reason_words, shown
from admin.rendering import fragment, page
from admin.toasts import toast
from admin.views.registry import view_named
from jobs.bulk import order_undo, order_work
from models.errors import Unauthenticated
from models.many.change import BulkChange, BulkStatus, own_change
from models.many.working import run_through
from models.session import Database
from models.texts import N_
from models.undo import undo
from settings import settings

S = BulkStatus
WORKING = (S.CHECKING, S.RUNNING, S.UNDOING)
UNDONE_AT_ONCE = 4
"""So many times `bulk_at_once` records are taken back in the request."""


def signed_in(request: Request) -> Database:
    """The door's database. Raises `Unauthenticated`."""
    if request.state.actor is None:
        raise Unauthenticated
    database: Database = request.state.database
    return database


async def show_page(request: Request) -> Response:
    """The whole page, whatever the state."""
    async with signed_in(request).transaction(request.state.actor) as work:
        change = await own_change(work, request.path_params["key"])
        show = shown_of_file if change.is_import else shown
        told: Any = await show(work, change, request.query_params)
    return page(request, "many/change.html", **context_of(request, change, told))


async def status_page(request: Request) -> Response:
    """How far it is, asked for again and again; when it is over the page loads anew."""
    async with signed_in(request).transaction(request.state.actor) as work:
        change = await own_change(work, request.path_params["key"])
    if change.status not in WORKING:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    return fragment(request, "many/progress.html", change=change)


async def apply_page(request: Request) -> Response:
    """Do it: at once for a few, by the worker for many. A second request finds it decided and shows how far it is."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor, state.via, "bulk-change.begin") as work:
        change = await own_change(work, request.path_params["key"], lock=True)
        if change.status in (S.RUNNING, S.DONE):
            return RedirectResponse(change_address(change), 303)
        by_job = change.will > settings.bulk_at_once
        change.begin(work.at, by_job=by_job)
        if by_job:
            await order_work(work, change)
    if by_job:
        return RedirectResponse(change_address(change), 303)
    before = change.skipped
    await run_through(database, state.actor, change)
    async with database.transaction(state.actor) as work:
        change = await own_change(work, change.id)
    sentence = ngettext("Done with {n} record", "Done with {n} records", change.done)
    is_whole = change.done and change.skipped == before
    to = list_address(change.identity, change.asked) if is_whole else change_address(change)
    return toast(request, RedirectResponse(to, 303), sentence, undo=change.action_id if change.done else None)


async def stop_page(request: Request) -> Response:
    """No further rows; what is done stays and can be undone."""
    state = request.state
    async with signed_in(request).transaction(state.actor, state.via, "bulk-change.stop") as work:
        change = await own_change(work, request.path_params["key"], lock=True)
        change.stop(work.at)
    to = list_address(change.identity, change.asked) if not change.done else change_address(change)
    return toast(request, RedirectResponse(to, 303), N_("Stopped"))


async def undo_page(request: Request) -> Response:
    """Take the whole back: at once, or by the worker where it is large."""
    state, database = request.state, signed_in(request)
    async with database.transaction(state.actor, state.via, "audit.undo", request_id=state.request_id) as work:
        change = await own_change(work, request.path_params["key"], lock=True)
        is_small = is_undone_at_once(change)
        if is_small:
            await undo(work, change.action_id)
        else:
            change.undo_later()
            await order_undo(work, change)
        action = work.action_id
    answer = RedirectResponse(change_address(change), 303)
    return toast(request, answer, N_("Undone"), undo=action) if is_small else answer


def is_undone_at_once(change: BulkChange) -> bool:
    """Whether so few records were changed that a request takes them back."""
    return change.done <= settings.bulk_at_once * UNDONE_AT_ONCE


def context_of(request: Request, change: BulkChange, told: Shown | ShownOfFile) -> dict[str, Any]:
    """What the template shows."""
    view, rights = view_named(change.identity), request.state.actor.rights
    return {
        "active": "bulk-change",
        "change": change,
        "view": view,
        "told": told,
        "here": change_address(change),
        "at": f"/admin/bulk-change/{change.id}",
        "back": list_address(change.identity, change.asked),
        "problem": reason_words(view, change.problem) if change.problem else "",
        "is_working": change.status in WORKING,
        "may_undo": change.done and change.status in (S.DONE, S.STOPPED, S.FAILED) and not told.is_undone,
        "may_go_on": change.can_go_on and not told.is_undone and (change.started_at or not change.is_import),
        "may_download": rights.may(change.identity, "export"),
        "verb": step_word(change),
    }


def step_word(change: BulkChange) -> str:
    """What the button of a step says."""
    verb = view_named(change.identity).verbs.get(change.what)
    if change.is_import:
        return _("Write")
    return _(verb.label).rstrip("…") if verb else _("Change")


ROUTES = (
    Route("/bulk-change/details/{key:uuid}", show_page, name="bulk_change"),
    Route("/bulk-change/{key:uuid}/status", status_page, name="bulk_status"),
    Route("/bulk-change/{key:uuid}/apply", apply_page, methods=["POST"], name="bulk_apply"),
    Route("/bulk-change/{key:uuid}/stop", stop_page, methods=["POST"], name="bulk_stop"),
    Route("/bulk-change/{key:uuid}/undo", undo_page, methods=["POST"], name="bulk_undo"),
    Route("/bulk-change/{key:uuid}/rows.csv", results_page, name="bulk_rows"),
)
