"""The doors of a deal's variants: `/admin/deal/{pk}/compare`, the choice, and the client's sheet in three forms."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from admin.i18n import LOCALES, _, current_locale, say, use_locale
from admin.quotes.pdf import pdf_of
from admin.quotes.sheet import Sheet, sheet_of, text_of
from admin.quotes.table import comparison
from admin.quotes.variants import Variant, files_of, variants_of
from admin.rendering import fragment, is_partial, page
from admin.views.record.replies import posted, saved
from admin.views.registry import view_named
from models.calculation import Calculation, Chosen
from models.deal import Deal
from models.errors import Denied, NotFound, Problem, Unauthenticated

CONFIRM = "calculation.confirm"


def must_see(request: Request) -> None:
    """Raises `Unauthenticated` for a stranger, `Denied` for one who may not list calculations."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("calculation", "list"):
        raise Denied


async def compare(request: Request) -> Response:
    """The variants side by side; a part of the page for htmx after something changed."""
    must_see(request)
    state, key = request.state, request.path_params["pk"]
    archived = request.query_params.get("archived") == "1"
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, key)
        found = await variants_of(work, key, archived=archived)
        files = await files_of(work, found) if state.actor.rights.may("document", "list") else {}
    needs = [comparison(need, state.actor) for need in found]
    context: dict[str, Any] = {
        "deal": deal,
        "view": view_named("calculation"),
        "needs": needs,
        "archived": archived,
        "files": files,
        "older": sum(one.need.older for one in needs),
        "has_inner": any(row.is_inner for one in needs for row in one.rows),
        "may_offer": any(column.variant.is_open for one in needs for column in one.columns),
    }
    if is_partial(request):
        return fragment(request, "parts/compare.html", **context)
    return page(request, "compare.html", active="deal", **context)


async def choose(request: Request) -> Response:
    """Ask why the others lost, then confirm: one action, one undo."""
    must_see(request)
    state, deal, key = request.state, request.path_params["pk"], request.path_params["calculation"]
    if request.method == "GET":
        return await ask(request, deal, key)
    data = await posted(request)
    told = {name.removeprefix("why-"): str(text) for name, text in data.items() if name.startswith("why-")}
    asked = Chosen(why=str(data.get("why") or "")[:2000])
    try:
        async with state.database.transaction(
            state.actor, state.via, CONFIRM, asked=asked, request_id=state.request_id
        ) as work:
            row = await work.get_record(Calculation, key, lock=True)
            if row.deal_id != deal:
                raise NotFound
            for loser in await losers(work, deal, row):
                loser.row.lose(told.get(str(loser.row.id), "")[:2000])
            await Calculation.__verbs__["confirm"].do(row, work.act(), asked)
            action, title = work.action_id, row.title
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        return await ask(request, deal, key, problem=problem, told=told, why=asked.why)
    sentence = _("Confirmed: {what}", what=title or "")
    return saved(request, sentence, f"/admin/deal/{deal}/compare", undo=action)


async def ask(
    request: Request, deal: UUID, key: UUID, *, problem: Problem | None = None, told: dict[str, str] | None = None,
    why: str = "",
) -> Response:  # fmt: skip
    """The dialog: one reason for all, or one for each that lost."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(Calculation, key)
        if row.deal_id != deal:
            raise NotFound
        lost = await losers(work, deal, row)
    context: dict[str, Any] = {
        "row": row, "losers": lost, "told": told or {}, "why": why, "action": request.url.path,
        "sentence": say(problem) if problem else "", "back": f"/admin/deal/{deal}/compare",
    }  # fmt: skip
    status = problem.status if problem else 200
    if is_partial(request):
        return fragment(request, "parts/choose.html", status=status, **context)
    return page(request, "choose.html", status=status, active="deal", **context)


async def losers(work: Any, deal: UUID, row: Calculation) -> list[Variant]:
    """The same need's variants that the client could have had instead."""
    needs = await variants_of(work, deal)
    return [v for need in needs if need.id == row.need_id for v in need.variants if v.is_open and v.row.id != row.id]


async def sheet(request: Request) -> Response:
    """The client's sheet as a page to print, with its text to copy."""
    shown = await read_sheet(request)
    chosen = urlencode([("v", key) for key in request.query_params.getlist("v")])
    return page(
        request, "sheet.html", sheet=shown, text=text_of(shown), deal_id=request.path_params["pk"], chosen=chosen,
        language=current_locale(), languages=LOCALES,
    )  # fmt: skip


async def sheet_pdf(request: Request) -> Response:
    """The same as a file."""
    shown = await read_sheet(request)
    content = await asyncio.to_thread(pdf_of, shown)
    name = f"{shown.title} {shown.code}.pdf"
    disposition = f"attachment; filename=\"variants.pdf\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type="application/pdf", headers={"content-disposition": disposition})


async def sheet_text(request: Request) -> Response:
    """The same as plain text."""
    return PlainTextResponse(text_of(await read_sheet(request)))


async def read_sheet(request: Request) -> Sheet:
    """The sheet that the address asks for, in the language that it asks for. Raises `NotFound`."""
    must_see(request)
    if (language := request.query_params.get("lang", "")) in LOCALES:
        use_locale(language)
    try:
        chosen = [UUID(key) for key in request.query_params.getlist("v")]
    except ValueError:
        raise NotFound from None
    state = request.state
    async with state.database.transaction(state.actor) as work:
        return await sheet_of(work, state.actor, request.path_params["pk"], chosen)


ROUTES = (
    Route("/deal/{pk:uuid}/compare", compare, name="compare"),
    Route("/deal/{pk:uuid}/choose/{calculation:uuid}", choose, methods=["GET", "POST"], name="choose"),
    Route("/deal/{pk:uuid}/sheet", sheet, name="sheet"),
    Route("/deal/{pk:uuid}/sheet.pdf", sheet_pdf, name="sheet_pdf"),
    Route("/deal/{pk:uuid}/sheet.txt", sheet_text, name="sheet_text"),
)
