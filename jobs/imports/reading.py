"""The rows of a brought file, one by one: what each says by field, as text in the one spelling of the change set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from jobs.imports.shape import CLEAR, Columns, Shape, guess, placed
from jobs.portfolio.columns import Progress
from jobs.portfolio.sheet_xml import column_letters
from jobs.statements.heads import HEAD_WITHIN, SAMPLE, cell_at
from jobs.statements.sheets import StatementSheet, open_sheets
from jobs.statements.titles import plain
from models.errors import Invalid
from models.russian import is_blank
from models.texts import N_

SHOWN = 30
"""Rows of each sheet that a person sees who says which column is which."""
WIDEST = 60
"""Columns that are offered."""
REPORT_EVERY = 1_000
TOTALS = re.compile(r"(итого|всего|total|grand total)\b", re.IGNORECASE)
NO_SHEET = N_("There is no sheet “{sheet}” in the file.")
NO_RESULT = N_("“{sheet}”, cell {cell}: a formula without its result. Save the file in Excel and try again")


@dataclass(frozen=True)
class Beginning:
    """The first rows of a sheet as they are written, and where fields were guessed to be."""

    name: str
    height: int
    rows: list[tuple[int, list[str]]]
    columns: Columns


def begin(path: Path, shape: Shape) -> list[Beginning]:
    """The first rows of each sheet. Raises Invalid or NotFound for what is no table."""
    found = []
    for sheet in sheets_of(path, shape):
        rows = [(number, cells[:WIDEST]) for number, cells in islice(sheet.rows(), HEAD_WITHIN + SAMPLE)]
        told = [(number, [text_of(cell) for cell in cells]) for number, cells in rows[:SHOWN]]
        found.append(Beginning(sheet.name, sheet.height, told, guess(shape, sheet.name, rows)))
    if not any(one.rows for one in found):
        raise Invalid(N_("The file is empty"))
    return found


def begun(told: list[dict[str, object]]) -> list[Beginning]:
    """From what was kept beside the upload."""
    return [
        Beginning(
            str(one["name"]), int(str(one["height"])), [(number, cells) for number, cells in one["rows"]],  # type: ignore[attr-defined]
            Columns.of(json.dumps(one["columns"])),
        )
        for one in told
    ]  # fmt: skip


def kept(beginnings: list[Beginning]) -> list[dict[str, object]]:
    """As they are kept beside the upload."""
    return [asdict(one) for one in beginnings]


def sheets_of(path: Path, shape: Shape) -> list[StatementSheet]:
    """The file's sheets; text is cut by the mark that makes most columns known."""
    return list(open_sheets(path, lambda sheet: _known_columns(sheet, shape)))


def _known_columns(sheet: StatementSheet, shape: Shape) -> int:
    rows = islice(sheet.rows(), HEAD_WITHIN)
    return max((len(placed(shape, [plain(cell) for cell in cells[:WIDEST]])) for _number, cells in rows), default=0)


def rows_of(path: Path, shape: Shape, columns: Columns, progress: Progress) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each row and what it says, without empty ones, totals and titles that are repeated.

    Raises Invalid at a formula whose result was not saved.
    """
    sheet = next((one for one in sheets_of(path, shape) if one.name == columns.sheet), None)
    if sheet is None:
        raise Invalid(NO_SHEET, sheet=columns.sheet)
    formulas = sheet.valueless_formulas()
    for number, cells in sheet.rows():
        if number % REPORT_EVERY == 0:
            progress("", number, sheet.height)
        if number <= columns.head or _is_no_row(cells, columns):
            continue
        for place in formulas.get(number, []):
            if place in columns.places.values():
                raise Invalid(NO_RESULT, sheet=sheet.name, cell=f"{column_letters(place)}{number}")
        if told := told_of(shape, columns, cells):
            yield number, told
    progress("", sheet.height, sheet.height)


def told_of(shape: Shape, columns: Columns, cells: list[object]) -> dict[str, str]:
    """What a row says, by field; what it does not say is not in it, or empty where that clears a field."""
    found = {name: text_of(cell_at(cells, place)) for name, place in columns.places.items()}
    told = {name: said(shape, name, text) for name, text in found.items() if text}
    cleared = dict.fromkeys((name for name, text in found.items() if not text), "") if columns.empty == CLEAR else {}
    return dict(columns.fixed) | cleared | told if told else {}


def said(shape: Shape, name: str, text: str) -> str:
    """A word of a choice in any language as what it stands for; any other text as it is."""
    return shape.fields[name].words.get(" ".join(text.casefold().split()), text)


def text_of(cell: object) -> str:
    """A cell as text: days as 2026-12-31, whole numbers without a fraction, nothing for a dash."""
    if is_blank(cell):
        return ""
    match cell:
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return cell.isoformat()
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell).strip()


def _is_no_row(cells: list[object], columns: Columns) -> bool:
    first = next((cell for cell in cells if not is_blank(cell)), "")
    if isinstance(first, str) and TOTALS.match(first.strip()):
        return True
    named = cells[:WIDEST]
    if not columns.titles or len(named) != len(columns.titles):
        return False
    return all(plain(cell) == title for cell, title in zip(named, columns.titles, strict=True))
