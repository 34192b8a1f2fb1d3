"""The sheets of a statement's file, merged cells filled; whatever is no table is refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from jobs.portfolio.workbook import Sheet, open_workbook
from jobs.statements.heads import find_table
from jobs.statements.text_sheet import TextSheet, delimiters_of, read_text
from models.errors import Invalid, NotFound
from models.texts import N_

_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")
_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"mime-version:")
_MOST_MERGED = 20_000
"""Ranges; what has more is a form, not a list."""


class StatementSheet(Protocol):
    """Rows by their numbers; `filled` gives what is merged over several rows to each of them."""

    @property
    def name(self) -> str: ...

    @property
    def height(self) -> int: ...

    def rows(self, filled: bool = True) -> Iterator[tuple[int, list[object]]]: ...

    def valueless_formulas(self) -> dict[int, list[int]]: ...


class Merged:
    """A sheet of a workbook whose merged cells all hold what their first one holds."""

    def __init__(self, sheet: Sheet) -> None:
        self.name, self.height = sheet.name, sheet.height
        self._sheet = sheet
        merged = sheet.merged
        self._ranges = sorted(merged) if len(merged) < _MOST_MERGED else []

    def rows(self, filled: bool = True) -> Iterator[tuple[int, list[object]]]:
        """Excel's row number and the cells from column A on; unfilled, a merged cell holds in its first row only.

        A sum that stands once for several rows must not be read once for each.
        """
        below: list[tuple[int, int, int, object]] = []
        waiting = iter(self._ranges)
        coming = next(waiting, None)
        for number, cells in self._sheet.rows():
            at = number - 1
            below = [one for one in below if one[0] >= at]
            for _last, left, right, value in below:
                _fill(cells, left, right, value if filled else "")
            while coming is not None and coming[0][0] <= at:
                (top, left), (last, right) = coming
                if top == at and left < len(cells):
                    _fill(cells, left, right, cells[left])
                    below.append((last, left, right, cells[left]))
                coming = next(waiting, None)
            yield number, cells

    def valueless_formulas(self) -> dict[int, list[int]]:
        """As the sheet has them."""
        return self._sheet.valueless_formulas()


def open_sheets(path: Path, fit: Callable[[TextSheet], int] | None = None) -> Sequence[StatementSheet]:
    """The sheets that people see; hidden ones only where there are no others. Raises Invalid or NotFound.

    Text that several marks may divide is divided by the one of the best `fit`, the fields of a statement without one.
    """
    if not path.is_file():
        raise NotFound(N_("There is no file “{file}”"), file=str(path))
    with path.open("rb") as stream:
        beginning = stream.read(512)
    if not beginning or beginning.startswith(_WORKBOOKS):
        return _workbook(path)
    if beginning.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_PAGES):
        raise Invalid(N_("This is a web page under the name of a workbook: open it in Excel and save it as xlsx"))
    text = read_text(path)
    options = [TextSheet(path.stem, text, mark) for mark in delimiters_of(text)]
    return [max(options, key=fit or _fields_found)] if len(options) > 1 else list(options)


def _workbook(path: Path) -> list[Merged]:
    found = open_workbook(path)
    shown = [sheet for sheet in found if sheet.is_shown] or found
    return [Merged(sheet) for sheet in shown]


def _fields_found(sheet: TextSheet) -> int:
    placed = find_table(sheet.name, list(islice(sheet.rows(), 120)), {})
    return len(placed.places) if placed else 0


def _fill(cells: list[object], left: int, right: int, value: object) -> None:
    for place in range(left, min(right, len(cells) - 1) + 1):
        cells[place] = value
