"""A statement kept with its lines, and the commission that it agrees on marked as received: one undoable action."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from jobs.statements.expecting import expected_of, insurer_named
from jobs.statements.matching import Judged, judge_lines
from jobs.statements.reading import Line
from models.actor import Actor, Scope, Via
from models.choices import IncomeStatus, LineVerdict, StatementStatus
from models.errors import Denied
from models.payment import Income
from models.payment.income import Received
from models.session import Database, Work
from models.statement import Statement, StatementLine
from models.texts import N_

SLUG = "statement.post"
OPEN = (IncomeStatus.EXPECTED.value, IncomeStatus.IN_STATEMENT.value, IncomeStatus.PARTLY.value)


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
        expected = await expected_of(work, await insurer_named(work, insurer))
    return Verdicts(judge_lines(lines, expected))


async def post(database: Database, actor: Actor, file: Path, lines: Sequence[Line], insurer: str) -> Verdicts:
    """Judge and keep the statement, and mark as received today what matches; the same file twice does nothing.

    Raises `Denied` for who may not, `NotFound` for an unknown insurer, `Refused` in a closed month.
    """
    if not actor.rights.may("statement", "create") or not actor.rights.may("income", "receive"):
        raise Denied(N_("Your role does not allow statements to be posted."))
    digest = hashlib.sha256(await asyncio.to_thread(file.read_bytes)).hexdigest()
    async with database.transaction(actor, Via.IMPORT, SLUG, scope=Scope.ALL) as work:
        payer = await insurer_named(work, insurer)
        awaited = await expected_of(work, payer)
        judged = judge_lines(lines, awaited)
        known = select(Statement.id).where(Statement.file_sha256 == digest, Statement.deleted_at.is_(None))
        if await work.scalar(known) is not None:
            return Verdicts(judged, is_known=True)
        statement = _statement(file, digest, payer, lines)
        work.add(statement)
        await work.flush()
        for one in judged:
            income = awaited.get(one.expected) if one.expected else None
            work.add(_kept(statement, one, income, await _receive(work, one, income)))
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


async def _receive(work: Work, one: Judged, income: UUID | None) -> str | None:
    """What is decided of a line: a match whose income waits is received, by the verb; all else waits for a person."""
    if one.verdict is not LineVerdict.MATCH or income is None:
        return None
    record = await work.get_record(Income, income, lock=True)
    if record.status not in OPEN:
        return None
    await Income.__verbs__["receive"].do(record, work.act(), Received(received_on=work.today))
    return "received"


def _statement(file: Path, digest: str, insurer: UUID, lines: Sequence[Line]) -> Statement:
    days = [line.paid_on for line in lines if line.paid_on is not None]
    return Statement(
        insurer_id=insurer,
        title=file.stem,
        file_name=file.name,
        file_sha256=digest,
        period_from=min(days, default=None),
        period_to=max(days, default=None),
        status=StatementStatus.POSTED.value,
        total=_sum(lines),
    )


def _kept(statement: Statement, one: Judged, income: UUID | None, decision: str | None) -> StatementLine:
    line = one.line
    return StatementLine(
        statement_id=statement.id,
        row=line.row,
        number=line.written_number or None,
        number_key=line.number.key if line.number else None,
        premium=line.premium,
        commission=line.commission,
        paid_on=line.paid_on,
        verdict=one.verdict.value,
        decision=decision,
        income_id=income,
        cells={"holder": line.holder, "percent": _text(line.percent), "paid_on": _text(line.paid_on)},
    )


def _text(value: Decimal | date | None) -> str | None:
    return None if value is None else str(value)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.commission for line in lines if line.commission is not None), Decimal("0.00"))
