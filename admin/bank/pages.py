"""The doors of the bank: `/admin/bank` with its files and operations."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.bank.rows import SHOWN, counts_of, rows_of
from admin.i18n import _, ngettext, say, show_money
from admin.rendering import fragment, is_partial, page
from admin.toasts import toast
from admin.views.record.replies import saved
from admin.views.registry import view_named
from jobs.bank import Brought, bring_in, recognise_again
from jobs.bank.reading import LARGEST
from models.bank import BankStatus
from models.errors import Denied, Invalid, Problem, Unauthenticated
from models.texts import N_

HERE = "/admin/bank"
MOST_FILES = 20
TABS = (
    (BankStatus.NEW, N_("To look at")),
    (BankStatus.MATCHED, N_("Confirmed ones")),
    (BankStatus.IGNORED, N_("Those put aside")),
)


def must_see(request: Request) -> Any:
    """The request's state. Raises `Unauthenticated`; `Denied` for who has nothing to do with the bank."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("bank-operation", "import"):
        raise Denied
    return request.state


async def bank_page(request: Request) -> Response:
    """The operations of a state; a part of the page for htmx."""
    state = must_see(request)
    if is_partial(request):
        return fragment(request, "bank/list.html", **await _shown(request, state))
    return page(request, "bank/page.html", **await _shown(request, state), said=[])


async def take(request: Request) -> Response:
    """Bring files in. What cannot be read is said on the page, beside what could."""
    state = must_see(request)
    said: list[str] = []
    action = None
    done: list[str] = []
    for file in await _files(request):
        name = PurePath((file.filename or "").replace("\\", "/")).name[:120]
        try:
            if (file.size or 0) > LARGEST:
                raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST // 1024 // 1024)
            told = await bring_in(
                state.database, state.actor, await file.read(), name, via=state.via, request_id=state.request_id
            )
        except Problem as problem:
            said.append(f"{name}: {say(problem)}")
            continue
        said += [f"{name}: {line}" for line in _remarks(told)]
        done.append(_outcome(told))
        action = told.action or action
    if not said and done:
        return toast(request, RedirectResponse(HERE, 303), " ".join(done), undo=action if len(done) == 1 else None)
    said = said or [_("Choose a file first")]
    response = page(request, "bank/page.html", status=200 if done else 422, **await _shown(request, state), said=said)
    return toast(request, response, " ".join(done), undo=action) if done else response


async def _files(request: Request) -> list[UploadFile]:
    form = await request.form(max_files=MOST_FILES, max_fields=10)
    return [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]


def _outcome(told: Brought) -> str:
    new = ngettext("{n} new operation.", "{n} new operations.", told.new)
    known = ngettext("{n} was here already.", "{n} were here already.", told.known) if told.known else ""
    return f"{new} {known}".strip()


def _remarks(told: Brought) -> list[str]:
    """What was left out, and turnovers that are not as the bank says."""
    said = [say(text) for text in told.skipped[:10]]
    for account, wanted, found in told.differences:
        said.append(
            _("account {account}: the bank says {told}, the operations make {found}; the file is not whole",
              account=account, told=show_money(wanted), found=show_money(found))
        )  # fmt: skip
    return said


async def again(request: Request) -> Response:
    """Look anew at what waits: policies and statements have come since."""
    state = must_see(request)
    number = await recognise_again(state.database, state.actor, state.request_id)
    return saved(request, ngettext("{n} operation looked at anew", "{n} operations looked at anew", number), HERE)


async def _shown(request: Request, state: Any) -> dict[str, Any]:
    status = request.query_params.get("status", BankStatus.NEW)
    status = status if status in set(BankStatus) else BankStatus.NEW
    term = request.query_params.get("q", "").strip()[:100]
    async with state.database.transaction(state.actor) as work:
        rows = await rows_of(work, status, term)
        counts = await counts_of(work)
    return {
        "active": "bank",
        "rows": rows,
        "ready": [row.operation.id for row in rows if row.is_ready],
        "tabs": [(one.value, _(label), counts.get(one, 0)) for one, label in TABS],
        "chosen": str(status),
        "term": term,
        "most": SHOWN,
        "view": view_named("bank-operation"),
        "here": f"{HERE}?status={status}" if status != BankStatus.NEW else HERE,
    }


ROUTES = (
    Route("/bank", bank_page, name="bank"),
    Route("/bank", take, methods=["POST"], name="bank_take"),
    Route("/bank/again", again, methods=["POST"], name="bank_again"),
)
