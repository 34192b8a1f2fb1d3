"""Kept lines are judged by what is expected now; decisions that still fit stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from models.catalogue import Insurer
from models.choices import LineVerdict, Settlement
from models.identifiers import BadIdentifier, PolicyNumber, parse_policy_number
from models.reconciling.book import judge_lines
from models.reconciling.choices import LineCause, LineDecision
from models.reconciling.expecting import expected_of
from models.reconciling.line import Line
from models.reconciling.matching import Judged
from models.session import Work

if TYPE_CHECKING:
    from models.statement import StatementLine


async def match_again(work: Work, payer: UUID, lines: Sequence[StatementLine]) -> list[Judged]:
    """Judge the lines of the payer's statement, and write down what has changed."""
    insurer = await work.get_record(Insurer, payer)
    told = [line_of(line) for line in lines]
    expected = await expected_of(work, payer, told)
    judged = judge_lines(told, expected, insurer.statement_tolerance)
    for line, one in zip(lines, judged, strict=True):
        take_over(line, one)
    await work.flush()
    return judged


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
    if _state(line) != was:
        line.decision, line.note = _obvious(one), None


def _state(line: StatementLine) -> tuple[object, ...]:
    return line.verdict, line.cause, line.income_id, line.payment_id, line.expected_amount, line.commission


def _obvious(one: Judged) -> str | None:
    """A match needs no decision of a person: it is received, or was withheld from the premium."""
    if one.verdict is not LineVerdict.MATCH or one.expected is None or not one.line.commission:
        return None
    is_withheld = one.expected.settlement == Settlement.WITHHELD
    return (LineDecision.WITHHELD if is_withheld else LineDecision.RECEIVED).value
