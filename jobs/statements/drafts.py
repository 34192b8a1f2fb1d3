"""A statement is kept with its judged lines, as a draft that one can come back to."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from jobs.statements.reading import Reading
from models.names import tidy
from models.reconciling import Judged, Line
from models.reconciling.matching_again import match_again
from models.russian import Unreadable, parse_date
from models.session import Work
from models.statement import Statement, StatementLine

LONGEST_TITLE = 120
_DAY = re.compile(r"\b\d{1,2}[.]\d{1,2}[.]\d{4}\b|\b\d{1,2} [а-я]+ \d{4}\b")


@dataclass(frozen=True)
class File:
    """What a file is called and what is in it."""

    name: str
    sha256: str

    @classmethod
    async def of(cls, path: Path, name: str = "") -> File:
        """A file on the disk."""
        return cls(name or path.name, hashlib.sha256(await asyncio.to_thread(path.read_bytes)).hexdigest())


async def known_file(work: Work, file: File) -> Statement | None:
    """The statement that was made of these very bytes."""
    same = select(Statement).where(Statement.file_sha256 == file.sha256, Statement.deleted_at.is_(None))
    found: Statement | None = await work.scalar(same)
    return found


async def known_lines(work: Work, insurer: UUID, lines: Sequence[Line]) -> Statement | None:
    """A statement of the insurer that tells the very same lines: the file was exported anew."""
    same = select(Statement).where(
        Statement.lines_sha256 == lines_digest(lines), Statement.insurer_id == insurer, Statement.deleted_at.is_(None)
    )
    found: Statement | None = await work.scalar(same.order_by(Statement.created_at.desc()).limit(1))
    return found


def lines_digest(lines: Sequence[Line]) -> str:
    """The same for each file that tells the same lines, whatever their order."""
    told = sorted("|".join(map(str, (*line.likeness, line.paid_on))) for line in lines)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


async def keep(
    work: Work, file: File, insurer: UUID, reading: Reading, upload: UUID | None = None
) -> tuple[Statement, list[StatementLine], list[Judged]]:
    """A draft with its lines, each judged by what is expected now."""
    statement = _statement(file, insurer, reading, upload)
    work.add(statement)
    await work.flush()
    lines = [_kept(statement, line) for line in reading.lines]
    judged = await match_again(work, insurer, lines, await statement.settled(work, lines))
    work.add_all(lines)
    await work.flush()
    return statement, lines, judged


def _statement(file: File, insurer: UUID, reading: Reading, upload: UUID | None) -> Statement:
    days = [line.paid_on for line in reading.lines if line.paid_on is not None]
    return Statement(
        insurer_id=insurer,
        title=title_of(file.name),
        file_name=file.name,
        file_sha256=file.sha256,
        lines_sha256=lines_digest(reading.lines),
        upload_id=upload,
        statement_on=day_told(reading.words) or max(days, default=None),
        period_from=min(days, default=None),
        period_to=max(days, default=None),
        total=sum((line.commission for line in reading.lines if line.commission is not None), Decimal("0.00")),
        told_total=reading.total,
    )


def title_of(name: str) -> str:
    """The file's name without its ending."""
    return tidy(name.rpartition(".")[0] or name)[:LONGEST_TITLE] or name[:LONGEST_TITLE]


def day_told(words: Sequence[str]) -> date | None:
    """The last day that the texts above the table name: the act's own, or the end of its period."""
    days = []
    for text in words[:20]:
        for written in _DAY.findall(text.casefold()):
            try:
                days.append(parse_date(written))
            except Unreadable:
                continue
    return max(days, default=None)


def _kept(statement: Statement, line: Line) -> StatementLine:
    number = line.number
    cells = {"series": number.series, "number": number.number} if number else {}
    warnings = [[one.msgid, {name: str(value) for name, value in one.params.items()}] for one in line.warnings]
    return StatementLine(
        statement_id=statement.id,
        sheet=line.sheet,
        row=line.row,
        number=line.written_number or None,
        number_key=number.key if number else None,
        holder=line.holder or None,
        paid_on=line.paid_on,
        premium=line.premium,
        percent=line.percent,
        commission=line.commission,
        cells=cells | ({"warnings": warnings} if warnings else {}) or None,
    )
