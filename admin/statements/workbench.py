"""A statement's own page: sums, lines by verdict, why each is what it is, and what to do, in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.rendering import fragment, is_partial, page
from admin.statements.facts import Facts, facts_of
from admin.statements.gate import must_see_statements
from admin.statements.words import DONE, LETTERS, POSTED, percent, reason_of
from admin.views.record.offers import offers_of
from admin.views.registry import view_named
from jobs import uploads
from models.catalogue import Insurer
from models.choices import LineVerdict, StatementStatus
from models.errors import NotFound
from models.reconciling.effects import sums_of
from models.session import Work
from models.statement import Statement, StatementLine
from models.texts import N_

AT_ONCE = 200
"""Lines of a page."""
OPEN, ALL = "open", "all"


@dataclass(frozen=True)
class Tab:
    """Lines of one kind: its value in the address, its label (a msgid), how many there are and of what sum."""

    value: str
    label: str
    count: int
    total: Any


async def workbench(request: Request) -> Response:
    """The page, or the part of it that htmx draws anew. Raises `NotFound`."""
    must_see_statements(request)
    state, key = request.state, request.path_params["pk"]
    async with state.database.transaction(state.actor) as work:
        context = await context_of(work, key, request)
    if is_partial(request):
        return fragment(request, "statements/workbench.html", **context)
    return page(request, "statements/page.html", active="statement", **context)


async def details(request: Request) -> Response:
    """The record's usual address leads to its own page."""
    must_see_statements(request)
    return RedirectResponse(f"/admin/statements/{request.path_params['pk']}", 303)


async def context_of(work: Work, key: UUID, request: Request) -> dict[str, Any]:
    """What the page shows."""
    statement = await work.get_record(Statement, key)
    lines = await lines_of(work, key)
    tabs = tabs_of(lines)
    asked = request.query_params.get("show", "")
    show = asked if asked in {tab.value for tab in tabs} else (OPEN if any(t.value == OPEN for t in tabs) else ALL)
    chosen = [line for line in lines if fits(line, show)]
    start = start_of(request.query_params.get("from", ""), len(chosen))
    shown = await facts_of(work, chosen[start : start + AT_ONCE])
    view = view_named("statement")
    return {
        "statement": statement,
        "insurer": (await work.get_record(Insurer, statement.insurer_id)).name,
        "sums": sums_of(lines),
        "posted": sums_of([line for line in lines if line.posted_on is not None]),
        "tabs": tabs,
        "show": show,
        "rows": [(facts, reason_of(facts)) for facts in shown],
        "start": start,
        "more": len(chosen) - start - len(shown),
        "at_once": AT_ONCE,
        "chosen": len(chosen),
        "bulk": bulk_of(shown),
        "view": view,
        "offers": offers_of(view, statement, work.actor),
        "may_decide": may_decide(work, statement),
        "may_map": may_map(statement, work.actor.id),
        "letters": LETTERS,
        "done": DONE,
        "posted_words": POSTED,
        "percent": percent,
        "lines": len(lines),
    }


async def lines_of(work: Work, key: UUID) -> Sequence[StatementLine]:
    """All lines of a statement in their order."""
    mine = select(StatementLine).where(StatementLine.statement_id == key)
    return list(await work.scalars(mine.order_by(StatementLine.sheet, StatementLine.row)))


def tabs_of(lines: Sequence[StatementLine]) -> list[Tab]:
    """What waits for a decision, each verdict that occurs, everything."""
    counts = Counter(line.verdict for line in lines)
    found = [Tab(OPEN, N_("To decide"), *_counted([line for line in lines if fits(line, OPEN)]))]
    found += [
        Tab(verdict.value, verdict.label, *_counted([line for line in lines if line.verdict == verdict]))
        for verdict in LineVerdict
        if counts[verdict]
    ]
    return [tab for tab in found if tab.count] + [Tab(ALL, N_("All lines"), *_counted(lines))]


def fits(line: StatementLine, show: str) -> bool:
    """Whether a line is of a tab."""
    if show == ALL:
        return True
    if show == OPEN:
        return line.decision is None and line.posted_on is None
    return line.verdict == show


def bulk_of(shown: Sequence[Facts]) -> list[Any]:
    """What can be decided of the open lines that are shown: of one verdict whatever some admit, else what all do."""
    lines = [one.line for one in shown if one.line.posted_on is None]
    common = [line.choices for line in lines]
    if len({line.verdict for line in lines}) == 1:
        return list(dict.fromkeys(choice for choices in common for choice in choices))
    return [choice for choice in common[0] if all(choice in choices for choices in common)] if common else []


def start_of(text: str, count: int) -> int:
    """The first line that is shown."""
    return min(int(text), max(0, count - 1)) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def may_decide(work: Work, statement: Statement) -> bool:
    """Whether this person may still decide on lines: neither is it all posted nor thrown away."""
    is_open = statement.status != StatementStatus.POSTED and statement.deleted_at is None
    return is_open and work.actor.rights.may("statement-line", "decide")


def may_map(statement: Statement, person: UUID) -> bool:
    """Whether the file is still here, so that its columns can be mapped anew."""
    if statement.upload_id is None or statement.status != StatementStatus.DRAFT:
        return False
    try:
        uploads.find(statement.upload_id, person, uploads.STATEMENT)
    except NotFound:
        return False
    return True


def _counted(lines: Sequence[StatementLine]) -> tuple[int, Any]:
    return len(lines), sum((line.commission for line in lines if line.commission is not None), 0)
