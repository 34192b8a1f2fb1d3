"""`python -m seeds statement`: a file judged, and with `--yes` kept and its matches received: one undoable action."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from jobs.statements.drafts import File, keep, known_file
from jobs.statements.reading import Reading
from models.actor import Actor, Scope, Via
from models.catalogue import Insurer
from models.choices import LineVerdict
from models.errors import Denied
from models.reconciling import Judged, Line, judge_lines
from models.reconciling.expecting import expected_of, insurer_named
from models.session import Database, Work
from models.statement import Post, Statement
from models.texts import N_

SLUG = "statement.post"


@dataclass(frozen=True)
class Verdicts:
    """The judged lines; `action` where they were written."""

    judged: list[Judged]
    action: UUID | None = None
    is_known: bool = False
    """Whether the very file is here already."""


async def judge(database: Database, actor: Actor, lines: Sequence[Line], insurer: str) -> Verdicts:
    """The verdict of each line by what is in the database. Raises `NotFound` for an unknown insurer."""
    async with database.transaction(actor, Via.IMPORT, scope=Scope.ALL) as work:
        return Verdicts(await _judged(work, await insurer_named(work, insurer), lines))


async def post(database: Database, actor: Actor, file: Path, lines: Sequence[Line], insurer: str) -> Verdicts:
    """Judge and keep the statement, and mark as received today what matches; the same file twice does nothing.

    Raises `Denied` for who may not, `NotFound` for an unknown insurer, `Refused` in a closed month.
    """
    if not actor.rights.may("statement", "create") or not actor.rights.may("income", "receive"):
        raise Denied(N_("Your role does not allow statements to be posted."))
    told = await File.of(file)
    async with database.transaction(actor, Via.IMPORT, SLUG, scope=Scope.ALL) as work:
        payer = await insurer_named(work, insurer)
        if await known_file(work, told) is not None:
            return Verdicts(await _judged(work, payer, lines), is_known=True)
        statement, kept, judged = await keep(work, told, payer, Reading(list(lines), []))
        if any(line.decision for line in kept):
            await Statement.__verbs__["post"].do(statement, work.act(), Post(money_on=work.today))
        return Verdicts(judged, work.action_id)


def counts(judged: Sequence[Judged]) -> dict[str, int | str]:
    """Lines by verdict, and the commission that is told of and that matches (roubles)."""
    by_verdict = Counter(one.verdict for one in judged)
    matched = [one.line for one in judged if one.verdict is LineVerdict.MATCH]
    return {
        "lines": len(judged),
        **{verdict.value: by_verdict[verdict] for verdict in LineVerdict},
        "commission": str(_sum([one.line for one in judged])),
        "commission_matched": str(_sum(matched)),
    }


async def _judged(work: Work, payer: UUID, lines: Sequence[Line]) -> list[Judged]:
    insurer = await work.get_record(Insurer, payer)
    return judge_lines(lines, await expected_of(work, payer, lines), insurer.statement_tolerance)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.commission for line in lines if line.commission is not None), Decimal("0.00"))
