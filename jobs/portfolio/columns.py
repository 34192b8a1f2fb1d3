"""The sheets of a portfolio: found by name and by their titles, which may be worded and ordered in many ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from jobs.portfolio.sheet_xml import column_letters
from models.errors import Invalid
from models.names import sort_key
from models.russian import is_blank
from models.texts import N_, Text

HEADER_WITHIN = 60  # rows: titles and letterheads above the header are shorter
REPORT_EVERY = 5000  # rows

Progress = Callable[[str, int, int], None]
Row = dict[str, object]  # the fields that say something: a blank cell is not in it

_TOTALS = re.compile(r"(итого|подытог|промежуточный итог)\b|(всего|total|grand total)\W*$")


class Sheet(Protocol):
    """Rows by their numbers: of a workbook, of a text file."""

    @property
    def name(self) -> str: ...

    @property
    def height(self) -> int: ...

    def rows(self) -> Iterator[tuple[int, list[object]]]: ...

    def valueless_formulas(self) -> dict[int, list[int]]: ...


@dataclass(frozen=True)
class Column:
    """A field and the titles under which brokerages keep it; the first column of a layout that fits a title has it."""

    field: str
    titles: re.Pattern[str]
    label: str = ""

    @property
    def required(self) -> bool:
        """Whether nothing can be read without it (then `label` names it to the user)."""
        return bool(self.label)


@dataclass(frozen=True)
class Layout:
    """What one sheet must hold; `names` are the usual names of the sheet."""

    label: str
    names: re.Pattern[str]
    columns: tuple[Column, ...]
    single_cell_is_heading: bool = True

    def match(self, cells: Sequence[object]) -> dict[str, int]:
        """The place of each field whose title is among the cells."""
        found: dict[str, int] = {}
        for place, cell in enumerate(cells):
            title = _title(cell)
            for column in self.columns if title else ():
                if column.field not in found and column.titles.search(title):
                    found[column.field] = place
                    break
        return found

    def missing(self, found: dict[str, int]) -> list[str]:
        """The labels of the required fields that have no column."""
        return [column.label for column in self.columns if column.required and column.field not in found]


@dataclass(frozen=True)
class Table:
    """A sheet read by a layout: the row of its header, the place and the title of each field."""

    sheet: Sheet
    layout: Layout
    header: int
    places: dict[str, int]
    titles: Row

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, Row]]:
        """Excel's row number and the fields of each row with data: no totals, empty rows, headings, repeated headers.

        Raises Invalid at a formula whose result was not saved.
        """
        formulas = self.sheet.valueless_formulas()
        for number, cells in self.sheet.rows():
            if progress and number % REPORT_EVERY == 0:
                progress(self.sheet.name, number, self.sheet.height)
            if number <= self.header:
                continue
            row = {field: cells[place] for field, place in self.places.items() if not is_blank(cells[place])}
            if self._holds_data(cells, row, number in formulas):
                self._refuse_formulas(number, formulas.get(number, []))
                yield number, row
        if progress:
            progress(self.sheet.name, self.sheet.height, self.sheet.height)

    def _holds_data(self, cells: list[object], row: Row, has_formulas: bool) -> bool:
        if not row and not has_formulas:
            return False
        first = next((cell for cell in cells if not is_blank(cell)), "")
        if isinstance(first, str) and _TOTALS.match(first.strip().casefold()):
            return False
        if len(row) <= 1 and self.layout.single_cell_is_heading and not has_formulas:
            return False
        return row != self.titles

    def _refuse_formulas(self, number: int, columns: list[int]) -> None:
        for column in columns:
            if column in self.places.values():
                raise Invalid(
                    N_("“{sheet}”, cell {cell}: a formula without its result. Save the file in Excel and try again"),
                    sheet=self.sheet.name,
                    cell=f"{column_letters(column)}{number}",
                )


def find_tables(sheets: Sequence[Sheet], layouts: Sequence[Layout]) -> list[Table]:
    """The table of each layout: first by the sheets' names, then by titles. Raises Invalid naming what is not there."""
    found: dict[str, Table] = {}
    for layout in layouts:
        named = [sheet for sheet in sheets if layout.names.search(sort_key(sheet.name)) and not _taken(sheet, found)]
        if table := _best(named, layout):
            found[layout.label] = table
    for layout in layouts:
        free = [sheet for sheet in sheets if not _taken(sheet, found)]
        if layout.label not in found and (table := _best(free, layout)) and not layout.missing(table.places):
            found[layout.label] = table
    return [_whole(found.get(layout.label), layout) for layout in layouts]


def _taken(sheet: Sheet, found: dict[str, Table]) -> bool:
    return any(table.sheet is sheet for table in found.values())


def _best(sheets: Sequence[Sheet], layout: Layout) -> Table | None:
    """The sheet and row whose titles fit best; at equal fit the first."""
    best: Table | None = None
    for sheet in sheets:
        for number, cells in islice(sheet.rows(), HEADER_WITHIN):
            places = layout.match(cells)
            if len(places) > 1 and (best is None or _fit(layout, places) > _fit(layout, best.places)):
                best = Table(sheet, layout, number, places, {field: cells[at] for field, at in places.items()})
    return best


def _fit(layout: Layout, places: dict[str, int]) -> tuple[int, int]:
    return -len(layout.missing(places)), len(places)


def _whole(table: Table | None, layout: Layout) -> Table:
    if table is None:
        raise Invalid(N_("No sheet holds what is needed: “{sheet}”"), sheet=Text(layout.label))
    if missing := layout.missing(table.places):
        raise Invalid(
            N_("The sheet “{sheet}” has no column “{column}”"), sheet=table.sheet.name, column=Text(missing[0])
        )
    return table


def _title(cell: object) -> str:
    """A title's words: no case, ё as е, no punctuation but № and %."""
    if not isinstance(cell, str) or len(cell) > 80:
        return ""
    return " ".join(re.sub(r"[^\w№%]+", " ", sort_key(cell).replace("№", " № ").replace("%", " % ")).split())
