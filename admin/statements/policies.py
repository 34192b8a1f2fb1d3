"""The policy of a line: one that may be meant, one that is looked up, or one that is entered from the line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, say
from admin.rendering import fragment, is_partial, page
from admin.statements.gate import must_see_statements
from admin.statements.words import percent
from admin.views.record.forms import as_key
from admin.views.record.plans import plan_options
from admin.views.record.replies import posted, saved
from models.catalogue import Product
from models.dates import add_months
from models.errors import Denied, Invalid, NotFound, Problem
from models.reconciling.entering import Entered, clients_named, enter_policy, sellers
from models.reconciling.matching_again import line_of
from models.reconciling.proposals import likely_policies
from models.russian import Unreadable, parse_amount, parse_date, parse_number
from models.session import Work
from models.statement import Statement, StatementLine
from models.texts import N_

OSAGO = ("ХХХ", "ТТТ", "ААС", "ААВ", "ААК", "ААМ", "ААН", "РРР", "ННН", "МММ", "ЕЕЕ", "ККК", "ССС", "ВВВ")
"""Series that compulsory motor policies alone have."""
FIELDS = (
    "number", "starts_on", "ends_on", "premium", "plan", "percent", "paid_on", "client_id", "client_name", "product_id",
    "seller_id",
)  # fmt: skip


@dataclass
class Form:
    """What was typed, or what the line says; and what is wrong with it."""

    typed: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    loose: str = ""


async def policy(request: Request) -> Response:
    """GET: proposals, a look-up and a short form. POST: the policy is entered, the line linked to it."""
    must_see_statements(request)
    rights = request.state.actor.rights
    if not rights.may("statement-line", "link"):
        raise Denied
    if request.method == "GET":
        return await show(request, None)
    if not rights.may("policy", "issue") or not rights.may("deal", "create"):
        raise Denied
    data = await posted(request)
    try:
        return await enter(request, data)
    except (NotFound, Denied):
        raise
    except Problem as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        form = Form({name: str(data.get(name) or "") for name in FIELDS})
        form.problems = {name: say(one) for name, one in fields.items() if name in FIELDS}
        left = [say(one) for name, one in fields.items() if name not in FIELDS]
        form.loose = " ".join(left) if fields else say(problem)
        return await show(request, form, problem.status)


async def enter(request: Request, data: FormData) -> Response:
    """Write it, all or nothing. Raises `Invalid` at the fields."""
    state, key = request.state, request.path_params["pk"]
    told = read(data)
    async with state.database.transaction(
        state.actor, state.via, "statement.policy", request_id=state.request_id
    ) as work:
        line = await line_at(work, key, request.path_params["line"])
        made = await enter_policy(work, line, told)
        action, number = work.action_id, made.number
    return saved(request, _("Entered: {what}", what=number), f"/admin/statements/{key}", undo=action)


def read(data: FormData) -> Entered:
    """The form. Raises `Invalid` with all that is wrong."""
    wrong: dict[str, Problem] = {}

    def take(name: str, parse: Any, is_needed: bool = True) -> Any:
        text = str(data.get(name) or "").strip()
        if not text:
            if is_needed:
                wrong[name] = Problem(N_("This field must be filled in."))
            return None
        try:
            return parse(text)
        except Unreadable:
            wrong[name] = Problem(N_("“{value}” cannot be read."), value=text)
            return None

    values = {
        "number": take("number", str),
        "starts_on": take("starts_on", parse_date),
        "ends_on": take("ends_on", parse_date),
        "premium": take("premium", parse_amount),
        "product_id": take("product_id", key_of),
        "percent": take("percent", parse_number, is_needed=False),
        "paid_on": take("paid_on", parse_date, is_needed=False),
        "plan": take("plan", str, is_needed=False) or "once",
        "seller_id": as_key(data.get("seller_id")),
        "client_id": as_key(data.get("client_id")),
        "client_name": str(data.get("client_name") or ""),
    }
    if wrong:
        raise Invalid(fields=wrong)
    return Entered(**values)


def key_of(text: str) -> UUID:
    """A key. Raises `Unreadable`."""
    if (found := as_key(text)) is None:
        raise Unreadable(text)
    return found


async def line_at(work: Work, statement: UUID, key: UUID) -> StatementLine:
    """The line of the address. Raises `NotFound`."""
    line = await work.get_record(StatementLine, key, lock=True)
    if line.statement_id != statement:
        raise NotFound
    return line


async def show(request: Request, form: Form | None, status: int = 200) -> Response:
    """The dialog's content, or a page."""
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        line = await line_at(work, key, request.path_params["line"])
        statement = await work.get_record(Statement, key)
        likely = await likely_policies(work, statement.insurer_id, line_of(line), line.cause)
        products = await products_of(work)
        known = await clients_named(work, line.holder or "")
        people = await sellers(work)
    form = form or Form(started(line, products, [one.id for one in known], work.today))
    rights = state.actor.rights
    context: dict[str, Any] = {
        "statement": statement, "line": line, "likely": likely, "form": form, "plans": list(plan_options()),
        "known_options": [(one.id, one.name) for one in known],
        "product_options": [(one.id, one.name) for one in products],
        "people_options": [(one.id, one.full_name) for one in people],
        "may_enter": rights.may("policy", "issue") and rights.may("deal", "create"),
    }  # fmt: skip
    if is_partial(request):
        return fragment(request, "statements/policy.html", status=status, **context)
    return page(request, "statements/policy_page.html", status=status, active="statement", **context)


async def products_of(work: Work) -> list[Product]:
    """What can be sold."""
    found = select(Product).where(Product.deleted_at.is_(None), Product.is_active).order_by(Product.name)
    return list(await work.scalars(found))


def started(line: StatementLine, products: list[Product], known: list[UUID], today: date) -> dict[str, str]:
    """What the line says of the policy; a year from the day on which its premium was paid."""
    starts_on = line.paid_on or today
    ends_on = add_months(starts_on, 12) - timedelta(days=1)
    series = str((line.cells or {}).get("series", ""))
    likely = next((one for one in products if one.is_compulsory and one.slug == "osago" and series in OSAGO), None)
    premium = line.premium if line.premium and line.premium > 0 else None
    return {
        "number": line.number or "",
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "premium": amount(premium),
        "plan": "once",
        "percent": percent(line.percent) if line.percent is not None else "",
        "paid_on": starts_on.isoformat() if line.paid_on and line.paid_on <= today else "",
        "client_id": str(known[0]) if len(known) == 1 else "",
        "client_name": line.holder or "",
        "product_id": str(likely.id) if likely else "",
        "seller_id": "",
    }


def amount(value: Decimal | None) -> str:
    """A sum as it is typed."""
    return f"{value:.2f}".replace(".", ",") if value is not None else ""
