"""The doors of quick entry: `/admin/deal/{pk}/calculations/enter`, its look-ups, and `/paste`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

from admin.documents.putting import attach
from admin.entry.gate import must_enter
from admin.entry.insurers import Insurers
from admin.entry.paste_pages import paste
from admin.entry.recent import programs_for, remembered
from admin.entry.rows import FIELDS, Row, read_row
from admin.entry.writing import chosen_need, needs_of, write
from admin.i18n import _, say
from admin.issuing.files import uploads_of
from admin.rendering import fragment, is_partial, page
from admin.toasts import toast
from admin.views.record.forms import as_key
from admin.views.record.plans import plan_name, plan_options
from admin.views.record.replies import back, posted
from models.calculation import Calculation
from models.deal import Deal
from models.errors import Invalid, Refused

ENTER = "calculation.enter"
OPTIONS = 20


@dataclass
class Entering:
    """The form for the next calculation, and what has been entered for the need."""

    deal: Deal
    needs: list[Any]
    need: Any
    product: Any
    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    refusal: str = ""
    key: UUID = field(default_factory=uuid7)
    entered: list[Calculation] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    may_write_commission: bool = True


async def enter(request: Request) -> Response:
    """GET: the empty form. POST: one calculation, and the form for the next one with the same need and plan."""
    must_enter(request)
    if request.method == "GET":
        return show(request, await entering(request, request.query_params.get("need", "")))
    data = await posted(request)
    try:
        return await enter_one(request, data)
    except (Invalid, Refused) as problem:
        form = await entering(request, str(data.get("need") or ""), data)
        named = problem.fields if isinstance(problem, Invalid) else {}
        form.problems = {name.removesuffix("_id"): say(one) for name, one in named.items()}
        form.loose = [] if named else [say(problem)]
        return show(request, form, problem.status)


async def enter_one(request: Request, data: FormData) -> Response:
    """Write one calculation. Raises `Invalid` at its fields."""
    state, deal = request.state, request.path_params["pk"]
    key, refusal = as_key(data.get("id")) or uuid7(), str(data.get("refusal") or "").strip()
    async with state.database.transaction(state.actor, state.via, ENTER, request_id=state.request_id) as work:
        await work.get_record(Deal, deal)
        need, product = chosen_need(await needs_of(work, deal), str(data.get("need") or ""))
        row = read_row({name: str(data.get(name) or "") for name in FIELDS}, await Insurers.read(work), work.today,
                       product.default_plan)  # fmt: skip
        must_be_good(row)
        (made,) = await write(work, need, [row], ready=True, refusal=refusal, keys=[key])
        await attach(work, uploads_of(data), deal_id=deal, calculation_id=made.id)
        action, title = work.action_id, row.typed["insurer"]
    form = await entering(request, str(need.id))
    form.typed["plan"] = made.plan
    response = show(request, form)
    response.headers["HX-Trigger-After-Swap"] = "saved"
    return toast(request, response, _("Entered: {what}", what=title), undo=action)


def must_be_good(row: Row) -> None:
    """Raises `Invalid` with what is wrong of a row."""
    if row.problems:
        raise Invalid(fields=row.problems)


async def entering(request: Request, need: str, data: FormData | None = None) -> Entering:
    """The form with what the deal says. Raises `NotFound`."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, request.path_params["pk"])
        needs = await needs_of(work, deal.id)
        if not needs:
            return Entering(deal, [], None, None)
        chosen, product = chosen_need(needs, need)
        form = Entering(deal, needs, chosen, product)
        form.typed = {"plan": product.default_plan}
        form.entered = await entered(work, chosen.id)
        if data is not None:
            form.typed = {name: str(data.get(name) or "") for name in FIELDS}
            form.refusal = str(data.get("refusal") or "")
            form.key = as_key(data.get("id")) or form.key
        insurers = await Insurers.read(work)
        form.typed["insurer_name"] = insurers.names.get(as_key(form.typed.get("insurer")) or uuid7(), "")
        form.programs = await programs_for(work, product.id, as_key(form.typed.get("insurer")))
        form.may_write_commission = state.actor.rights.may_field("calculation", "commission_percent", "write")
    return form


async def entered(work: Any, need: UUID) -> list[Calculation]:
    """The need's living variants, the newest first."""
    where = Calculation.need_id == need, Calculation.deleted_at.is_(None), Calculation.status != "archived"
    return list(await work.scalars(select(Calculation).where(*where).order_by(Calculation.id.desc()).limit(8)))


def show(request: Request, form: Entering, status: int = 200) -> Response:
    """The form as a dialog's content, or as a page."""
    context: dict[str, Any] = {
        "form": form, "plans": list(plan_options()), "plan": plan_name(form.typed.get("plan", "")),
        "name_of_plan": plan_name,
        "back": back(request) or f"/admin/deal/details/{form.deal.id}",
    }  # fmt: skip
    if is_partial(request):
        return fragment(request, "parts/enter.html", status=status, **context)
    return page(request, "enter.html", status=status, active="deal", **context)


async def insurers(request: Request) -> Response:
    """Options of the insurer: those used last for the product first, found by any spelling."""
    must_enter(request)
    state, typed = request.state, request.query_params.get("q", "")
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, request.path_params["pk"])
        _need, product = chosen_need(await needs_of(work, deal.id), request.query_params.get("need", ""))
        known, last = await Insurers.read(work), (await remembered(work, product.id)).insurers
    keys = list(dict.fromkeys([*(key for key in last if key in known.names), *known.names]))
    found = [key for key in keys if not typed.strip() or known.fits(key, typed)]
    rows = [
        {"id": str(key), "title": known.names[key], "hint": _("lately") if key in last else ""}
        for key in found[:OPTIONS]
    ]
    return JSONResponse({"options": rows})


async def programs(request: Request) -> Response:
    """Programs of the chosen insurer, as the options of a list."""
    must_enter(request)
    state, asked = request.state, request.query_params
    async with state.database.transaction(state.actor) as work:
        deal = await work.get_record(Deal, request.path_params["pk"])
        _need, product = chosen_need(await needs_of(work, deal.id), asked.get("need", ""))
        found = await programs_for(work, product.id, as_key(asked.get("insurer")))
    return fragment(request, "parts/programs.html", programs=found)


ROUTES = (
    Route("/deal/{pk:uuid}/calculations/enter", enter, methods=["GET", "POST"], name="enter_calculations"),
    Route("/deal/{pk:uuid}/calculations/insurers", insurers, name="calculation_insurers"),
    Route("/deal/{pk:uuid}/calculations/programs", programs, name="calculation_programs"),
    Route("/deal/{pk:uuid}/calculations/paste", paste, methods=["GET", "POST"], name="paste_calculations"),
)
