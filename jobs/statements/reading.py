"""An insurer's commission statement: its lines, whatever the layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path

from jobs.portfolio.columns import Progress
from jobs.statements.heads import HEAD_WITHIN, SAMPLE, Placed, find_table
from jobs.statements.lines import read_lines
from jobs.statements.sheets import StatementSheet, open_sheets
from jobs.statements.titles import FIELDS, NEEDED
from models.errors import Invalid
from models.reconciling import Line
from models.russian import is_blank
from models.texts import N_, Text

Remembered = Mapping[str, Mapping[str, int]]
"""Fields and their columns by the fingerprint of a layout's titles."""
SHOWN = 40
"""Rows of each sheet that a person sees who maps the columns."""


@dataclass
class Reading:
    """What a file says: its lines, the total that it states, where the columns are, words that name the insurer."""

    lines: list[Line]
    placed: list[Placed]
    total: Decimal | None = None
    words: list[str] = field(default_factory=list)


class NoLayout(Invalid):
    """The columns are not recognised: say which is which."""


@dataclass(frozen=True)
class Beginning:
    """The first rows of a sheet as they are written, and where fields were guessed to be."""

    name: str
    rows: list[tuple[int, list[str]]]
    placed: Placed | None


def read_statement(path: Path, progress: Progress | None = None) -> list[Line]:
    """The statement's lines without titles and totals. Raises Invalid or NotFound with one sentence."""
    return read(path, progress).lines


def read(
    path: Path, progress: Progress | None = None, remembered: Remembered | None = None, told: Placed | None = None
) -> Reading:
    """Every table of lines in the file; `told` is how a person has mapped its columns.

    Raises NoLayout where the columns are not recognised, Invalid or NotFound for what is no statement.
    """
    sheets = open_sheets(path)
    placed = [(sheet, told) for sheet in sheets if told.sheet in ("", sheet.name)] if told else []
    placed = placed or [(sheet, one) for sheet in sheets if (one := placed_in(sheet, remembered or {}))]
    whole = [(sheet, one) for sheet, one in placed if one.is_whole]
    most = max((len(one.places) for _sheet, one in whole), default=0)
    whole = [(sheet, one) for sheet, one in whole if len(one.places) + 1 >= most]  # no summary beside the list itself
    if not whole:
        raise _no_layout(sheets, [one for _sheet, one in placed])
    found = [read_lines(sheet, one, progress) for sheet, one in whole]
    totals = [one.total for one in found]
    return Reading(
        [line for one in found for line in one.lines],
        [one for _sheet, one in whole],
        sum((total for total in totals if total), Decimal(0)) if totals and None not in totals else None,
        [sheet.name for sheet in sheets] + [text for sheet, one in whole for text in words_above(sheet, one)],
    )


def placed_in(sheet: StatementSheet, remembered: Remembered) -> Placed | None:
    """Where the fields of a sheet stand."""
    return find_table(sheet.name, list(islice(sheet.rows(), HEAD_WITHIN + SAMPLE)), remembered)


def begin(path: Path, remembered: Remembered | None = None) -> list[Beginning]:
    """The first rows of each sheet, for a person who says which column is which. Raises Invalid or NotFound."""
    found = []
    for sheet in open_sheets(path):
        rows = [(number, [_shown(cell) for cell in cells]) for number, cells in islice(sheet.rows(), SHOWN)]
        found.append(Beginning(sheet.name, rows, placed_in(sheet, remembered or {})))
    return found


def words_above(sheet: StatementSheet, placed: Placed) -> list[str]:
    """The texts above a table: somewhere there the insurer and the day are named."""
    rows = islice(sheet.rows(), max(0, placed.head - 1))
    texts = [cell for _number, cells in rows for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    return list(dict.fromkeys(texts))


def _no_layout(sheets: Sequence[StatementSheet], placed: Sequence[Placed]) -> Invalid:
    """The sentence that names what is missing most nearly."""
    nearest = max(placed, key=lambda one: len(one.places), default=None)
    missing = [name for name in NEEDED if nearest is None or name not in nearest.places]
    if nearest is None:
        if not any(True for sheet in sheets for _row in sheet.rows()):
            return Invalid(N_("The file is empty"))
        return NoLayout(N_("No sheet holds what is needed: “{sheet}”"), sheet=Text(N_("Statement")))
    return NoLayout(
        N_("The sheet “{sheet}” has no column “{column}”"), sheet=nearest.sheet, column=Text(FIELDS[missing[0]])
    )


def _shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
