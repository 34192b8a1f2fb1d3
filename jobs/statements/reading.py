"""An insurer's commission statement: its lines, whatever the layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from jobs.portfolio.columns import Column, Layout, Progress, Row, Sheet, find_tables
from jobs.portfolio.policies import read_amount, read_date, read_number
from jobs.portfolio.workbook import open_workbook
from jobs.statements.text_sheet import TextSheet
from models.errors import NotFound
from models.identifiers import PolicyNumber
from models.names import tidy
from models.russian import Unreadable, parse_percent
from models.texts import N_, Text

_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")
STATEMENT = Layout(
    N_("Statement"),
    re.compile(""),
    (
        Column("percent", re.compile(r"%|ставк|процент|тариф")),
        Column("commission", re.compile(r"\bкв\b|\bав\b|комисс|вознагр"), N_("Commission")),
        Column("paid_on", re.compile(r"\bдата|оплат|оплачен|поступ")),
        Column("premium", re.compile(r"преми|взнос|сумма|платеж")),
        Column("series", re.compile(r"^серия( полиса| договора)?$")),
        Column("_ordinal", re.compile(r"^(№|n)( п п)?$|^п п$")),
        Column("holder", re.compile(r"страховател|клиент|\bфио\b|наименов")),
        Column("number", re.compile(r"номер|договор|полис|№"), N_("Policy number")),
    ),
)


@dataclass(slots=True, eq=False)
class Line:
    """One line of a statement, sums in roubles; `row` as the file counts."""

    row: int
    number: PolicyNumber | None
    written_number: str
    holder: str
    paid_on: date | None
    premium: Decimal | None
    percent: Decimal | None
    commission: Decimal | None
    warnings: list[Text] = field(default_factory=list)
    sheet: str = ""


def read_statement(path: Path, progress: Progress | None = None) -> list[Line]:
    """The statement's lines without titles and totals. Raises Invalid or NotFound with one sentence."""
    [table] = find_tables(_sheets(path), (STATEMENT,))
    return [_line(table.sheet.name, number, row) for number, row in table.rows(progress)]


def _sheets(path: Path) -> list[Sheet]:
    if not path.is_file():
        raise NotFound(N_("There is no file “{file}”"), file=str(path))
    with path.open("rb") as stream:
        beginning = stream.read(4)
    if not beginning or beginning.startswith(_WORKBOOKS):
        return list(open_workbook(path))
    return [TextSheet(path)]


def _line(sheet: str, number: int, row: Row) -> Line:
    warnings: list[Text] = []
    return Line(
        row=number,
        number=read_number(row.get("number"), row.get("series")),
        written_number=tidy(f"{row.get('series', '')} {row.get('number', '')}"),
        holder=tidy(str(row.get("holder", ""))),
        paid_on=read_date(row, "paid_on", warnings),
        premium=read_amount(row, "premium", warnings),
        percent=_percent(row, warnings),
        commission=read_amount(row, "commission", warnings),
        warnings=warnings,
        sheet=sheet,
    )


def _percent(row: Row, warnings: list[Text]) -> Decimal | None:
    if "percent" not in row:
        return None
    try:
        return parse_percent(row["percent"])
    except Unreadable:
        warnings.append(Text(N_("“{value}” is not a percentage"), value=str(row["percent"])))
        return None
