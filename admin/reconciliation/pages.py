"""The doors of the reconciliation: all insurers by month, one insurer's month by line, and both as workbooks."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import select, text
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import _, choice_label
from admin.months.words import month_of, show_month
from admin.reconciliation.asked import Period
from admin.reconciliation.words import differences_of
from admin.reconciliation.workbook import MEDIA_TYPE, workbook_of_lines, workbook_of_months
from admin.rendering import page
from models.catalogue import Entity, Insurer
from models.choices import IncomeKind
from models.dates import add_months
from models.errors import Denied, NotFound, Unauthenticated
from models.reconciliation import Asked, Line, Part, Row, lines_of, rows_of, strays_of
from models.session import Work

HERE = "/admin/reconciliation"
LINES = 200
"""Lines on a page."""
MOST_LINES = 50_000
"""Lines in a workbook."""
SUMS = ("expected", "statements", "bank", "received", "paid_out")
NOTE = text(
    "SELECT audit.note('crm.reconciliation.exported', 'crm.payment_incomes', NULL, NULL, NULL, CAST(:told AS jsonb))"
)


def must_see(request: Request) -> Any:
    """The request's state. Raises `Unauthenticated`; `Denied` for who sees neither statements nor the bank."""
    if request.state.actor is None:
        raise Unauthenticated
    rights = request.state.actor.rights
    if not (rights.may("statement", "list") and rights.may("bank-operation", "list")):
        raise Denied
    return request.state


async def months_page(request: Request) -> Response:
    """Each insurer's months with the four sums and their differences."""
    state = must_see(request)
    async with state.database.transaction(state.actor) as work:
        period = Period.of(request.query_params, work.today)
        rows = await rows_of(work, period.asked)
        insurers = list(
            await work.execute(
                select(Insurer.id, Insurer.name).where(Insurer.deleted_at.is_(None)).order_by(Insurer.name)
            )
        )
        entities = list(
            await work.execute(select(Entity.id, Entity.name).where(Entity.deleted_at.is_(None)).order_by(Entity.name))
        )
    only_open = request.query_params.get("open") == "1"
    context: dict[str, Any] = {
        "period": period,
        "rows": [(row, differences_of(row)) for row in rows if not (only_open and row.is_settled)],
        "totals": totals_of(rows),
        "only_open": only_open,
        "insurers": insurers,
        "entities": entities,
        "show_month": show_month,
    }
    return page(request, "reconciliation/months.html", active="reconciliation", **context)


def totals_of(rows: list[Row]) -> dict[str, Decimal]:
    """The sums of all rows."""
    return {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in SUMS}


async def month_page(request: Request) -> Response:
    """One insurer's month: every line on its four ways, and what belongs to no line. Raises `NotFound`."""
    state = must_see(request)
    month, show = asked_month(request), request.query_params.get("show", "")
    async with state.database.transaction(state.actor) as work:
        insurer = await work.get_record(Insurer, request.path_params["insurer"])
        asked = of_month(request, insurer.id, month, work.today)
        rows = await rows_of(work, asked)
        lines = await lines_of(work, asked, most=MOST_LINES)
        strays = await strays_of(work, asked)
    shown = [line for line in lines if show in ("", line.part)] if show != "beyond" else []
    context: dict[str, Any] = {
        "insurer": insurer,
        "month": month,
        "row": rows[0] if rows else None,
        "differences": differences_of(rows[0]) if rows else [],
        "lines": [(line, choice_label(Part, line.part), kind_of(line)) for line in shown[:LINES]],
        "hidden": max(0, len(shown) - LINES),
        "strays": strays if show in ("", "beyond") else [],
        "parts": parts_of(lines, bool(strays)),
        "show": show,
        "query": request.url.query,
        "entity": request.query_params.get("entity", ""),
        "show_month": show_month,
        "before": add_months(month, -1),
        "after": add_months(month, 1),
    }
    return page(request, "reconciliation/month.html", active="reconciliation", **context)


def kind_of(line: Line) -> str:
    """What the income is, where it is no plain commission."""
    said = "" if line.kind == IncomeKind.COMMISSION else choice_label(IncomeKind, line.kind)
    return f"{said} {_('reversal')}".strip() if line.reverses_id else said


def parts_of(lines: list[Line], has_strays: bool) -> list[tuple[str, str, int]]:
    """The parts that have lines, their words and how many."""
    counts = {part: sum(line.part == part for line in lines) for part in Part}
    found = [(part.value, choice_label(Part, part), count) for part, count in counts.items() if count]
    return [("", _("All lines"), len(lines)), *found, *([("beyond", _("no line of ours"), 0)] if has_strays else [])]


async def months_file(request: Request) -> Response:
    """The rows of the page as a workbook."""
    state = must_see(request)
    must_export(state)
    async with state.database.transaction(state.actor, state.via, "reconciliation.export") as work:
        period = Period.of(request.query_params, work.today)
        rows = await rows_of(work, period.asked)
        await _note(work, request, len(rows))
    content = await asyncio.to_thread(workbook_of_months, rows)
    return sent(content, f"{_('Reconciliation')} {period.first:%Y-%m} – {period.last:%Y-%m}.xlsx")


async def month_file(request: Request) -> Response:
    """The lines of an insurer's month as a workbook. Raises `NotFound`."""
    state = must_see(request)
    must_export(state)
    month = asked_month(request)
    async with state.database.transaction(state.actor, state.via, "reconciliation.export") as work:
        insurer = await work.get_record(Insurer, request.path_params["insurer"])
        asked = of_month(request, insurer.id, month, work.today)
        lines, strays = await lines_of(work, asked, most=MOST_LINES), await strays_of(work, asked)
        await _note(work, request, len(lines))
    content = await asyncio.to_thread(workbook_of_lines, lines, strays)
    return sent(content, f"{_('Reconciliation')} {insurer.name} {month:%Y-%m}.xlsx")


def must_export(state: Any) -> None:
    """Raises `Denied` for who may not take incomes out of the house."""
    if not state.actor.rights.may("income", "export"):
        raise Denied


async def _note(work: Work, request: Request, rows: int) -> None:
    told = {"rows": rows, "path": request.url.path, "query": request.url.query}
    await work.execute(NOTE, {"told": json.dumps(told)})


def sent(content: bytes, name: str) -> Response:
    """A workbook to keep."""
    disposition = f"attachment; filename=\"reconciliation.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=MEDIA_TYPE, headers={"content-disposition": disposition})


def of_month(request: Request, insurer: UUID, month: date, today: date) -> Asked:
    """One month of one insurer, of the entity that the address names."""
    period = Period.of(request.query_params, today)
    return Asked(month, add_months(month, 1), insurer, period.entity)


def asked_month(request: Request) -> date:
    """The month of the address. Raises `NotFound`."""
    found = month_of(request.path_params["month"])
    if found is None:
        raise NotFound
    return found


ROUTES = (
    Route("/reconciliation", months_page, name="reconciliation"),
    Route("/reconciliation.xlsx", months_file, name="reconciliation_file"),
    Route("/reconciliation/{insurer:uuid}/{month}.xlsx", month_file, name="reconciliation_month_file"),
    Route("/reconciliation/{insurer:uuid}/{month}", month_page, name="reconciliation_month"),
)
