"""Kept lines are judged by what is expected now; decisions that still fit stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from models.catalogue import Insurer
from models.choices import LineVerdict, Settlement
from models.identifiers import BadIdentifier, PolicyNumber, parse_policy_number
from models.reconciling.book import judge_lines
from models.reconciling.choices import ALWAYS, LineCause, LineDecision
from models.reconciling.expecting import expected_of
from models.reconciling.line import Line
from models.reconciling.matching import Expected, Judged
from models.session import Work

if TYPE_CHECKING:
    from models.statement import StatementLine


async def match_again(
    work: Work, payer: UUID, lines: Sequence[StatementLine], posted: Sequence[StatementLine] = ()
) -> list[Judged]:
    """Judge open lines of the payer's statement, and write down what has changed.

    `posted`: lines that have been settled and whose income is open yet: this statement's own, and parts by any other.
    """
    insurer = await work.get_record(Insurer, payer)
    told = [line_of(line) for line in lines]
    expected = without(await expected_of(work, payer, told), lines, posted)
    again = {line.row: twin for line in told if (twin := twin_of(line, posted)) is not None}
    judged = judge_lines([line for line in told if line.row not in again], expected, insurer.statement_tolerance)
    by_row = {(one.line.sheet, one.line.row): one for one in judged}
    found = [by_row.get((line.sheet, line.row)) or _repeated(line, again[line.row], expected) for line in told]
    for line, one in zip(lines, found, strict=True):
        take_over(line, one)
    await work.flush()
    return found


def without(
    expected: Sequence[Expected], lines: Sequence[StatementLine], posted: Sequence[StatementLine]
) -> list[Expected]:
    """What is expected, less what this very statement has settled but for parts: it is not to be taken twice."""
    mine = {line.statement_id for line in lines}
    taken = {
        line.income_id for line in posted if line.statement_id in mine and line.decision != LineDecision.PART.value
    }
    return [replace(one, received=True) if one.income and one.income in taken else one for one in expected]


def twin_of(line: Line, posted: Sequence[StatementLine]) -> StatementLine | None:
    """The line by which a part came already and which this one repeats: it is not another part."""
    for other in posted:
        same = line_of(other)
        is_part = other.decision == LineDecision.PART.value
        if is_part and (same.likeness, same.paid_on) == (line.likeness, line.paid_on):
            return other
    return None


def _repeated(line: Line, twin: StatementLine, expected: Sequence[Expected]) -> Judged:
    about = next((one for one in expected if one.income == twin.income_id), None)
    return Judged(line, LineVerdict.DUPLICATE, about, LineCause.PART_CAME)


def line_of(line: StatementLine) -> Line:
    """A kept line as its file had it."""
    return Line(
        row=line.row,
        number=number_of(line),
        written_number=line.number or "",
        holder=line.holder or "",
        paid_on=line.paid_on,
        premium=line.premium,
        percent=line.percent,
        commission=line.commission,
        sheet=line.sheet,
        policy=line.policy_id,
    )


def number_of(line: StatementLine) -> PolicyNumber | None:
    """The number that was read of the file; none where none was, whatever stands written."""
    if line.number_key is None:
        return None
    cells = line.cells or {}
    if "number" in cells:
        return PolicyNumber(cells.get("series", ""), cells["number"])
    try:
        return parse_policy_number(line.number)
    except BadIdentifier:
        return None


def take_over(line: StatementLine, one: Judged) -> None:
    """Write a judgement to a line; a decision stays where nothing about the line has changed."""
    was = _state(line)
    expected = one.expected
    line.verdict, line.cause, line.twin_row = one.verdict.value, one.cause.value if one.cause else None, one.twin
    line.payment_id = expected.payment if expected else None
    line.income_id = expected.income if expected else None
    line.expected_percent = expected.percent if expected else None
    line.expected_amount = expected.due if expected and one.cause != LineCause.REVERSES else None
    obvious = _obvious(one)
    if _state(line) != was and (obvious or line.decision not in ALWAYS):
        line.decision, line.note = obvious, None


def _state(line: StatementLine) -> tuple[object, ...]:
    return line.verdict, line.cause, line.income_id, line.payment_id, line.expected_amount, line.commission


def _obvious(one: Judged) -> str | None:
    """A match needs no decision of a person: it is received, or was withheld from the premium."""
    if one.verdict is not LineVerdict.MATCH or one.expected is None or not one.line.commission:
        return None
    is_withheld = one.expected.settlement == Settlement.WITHHELD
    return (LineDecision.WITHHELD if is_withheld else LineDecision.RECEIVED).value
