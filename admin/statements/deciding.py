"""Decisions on lines: one, several ticked ones, or all of a tab, in one transaction and with one Undo."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from admin.i18n import _, ngettext
from admin.statements.facts import Facts, facts_of
from admin.statements.gate import must_see_statements
from admin.statements.words import DONE, note_of
from admin.statements.workbench import fits, lines_of
from admin.views.record.replies import posted, saved
from admin.views.record.verbing import keys_of
from models.errors import Denied, Invalid, NotFound
from models.reconciling.choices import LineDecision
from models.session import Work
from models.statement import Decide, Statement, StatementLine
from models.texts import N_

UNDECIDE = "undecide"


async def decide(request: Request) -> Response:
    """Do it. Raises `NotFound` for lines of another statement, `Refused` where a line does not admit it."""
    must_see_statements(request)
    state, key, data = request.state, request.path_params["pk"], await posted(request)
    if not state.actor.rights.may("statement-line", "decide"):
        raise Denied
    told = str(data.get("decision") or "")
    slug = f"statement-line.{UNDECIDE if told == UNDECIDE else 'decide'}"
    async with state.database.transaction(state.actor, state.via, slug, request_id=state.request_id) as work:
        await work.get_record(Statement, key, lock=True)
        lines = await chosen(work, key, data, told)
        if told == UNDECIDE:
            for line in lines:
                await StatementLine.__verbs__["undecide"].do(line, work.act())
            sentence = ngettext("Taken back: {n} line", "Taken back: {n} lines", len(lines))
        else:
            decision = decision_of(told)
            for facts in await facts_of(work, lines):
                await decide_one(work, facts, decision, str(data.get("note") or ""))
            sentence = said(decision, lines)
        action = work.action_id
    return saved(request, sentence, f"/admin/statements/{key}", undo=action)


async def decide_one(work: Work, facts: Facts, decision: LineDecision, note: str) -> None:
    """The verb, its note filled with the reason where the person writes none."""
    asked = Decide(decision=decision, note=note or ("" if decision is LineDecision.RECEIVED else note_of(facts)))
    await StatementLine.__verbs__["decide"].do(facts.line, work.act(), asked)


async def chosen(work: Work, key: UUID, data: FormData, told: str) -> Sequence[StatementLine]:
    """The ticked lines, or with `all` every open line of the tab that admits the decision. Raises `NotFound`."""
    lines = await lines_of(work, key)
    if show := str(data.get("all") or ""):
        open_ones = [line for line in lines if fits(line, show) and line.posted_on is None]
        if told == UNDECIDE:
            return [line for line in open_ones if line.decision is not None]
        return [line for line in open_ones if told in line.choices]
    wanted = set(keys_of(data.getlist("pk")))
    found = [line for line in lines if line.id in wanted]
    if len(found) != len(wanted):
        raise NotFound
    return [line for line in found if line.decision is not None] if told == UNDECIDE else found


def decision_of(told: str) -> LineDecision:
    """The decision that is asked for. Raises `Invalid` for none that there is."""
    try:
        return LineDecision(told)
    except ValueError:
        raise Invalid(N_("Say what becomes of the lines.")) from None


def said(decision: LineDecision, lines: Sequence[StatementLine]) -> str:
    """What was decided, of how many."""
    if len(lines) == 1:
        return _("Row {row}: {what}", row=lines[0].row, what=_(DONE[decision]))
    return ngettext("{n} line: {what}", "{n} lines: {what}", len(lines), what=_(DONE[decision]))
