"""Papers and registers as workbooks: sums are numbers, days are days, texts are never formulas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from admin.papers.paper import Paper
from admin.papers.table import Block, Column, Kind
from admin.sheets import open_book

MIDNIGHT = datetime.min.time()
FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "bg_color": "#EEF3FA", "bottom": 1, "text_wrap": True, "valign": "top"},
    Kind.TEXT: {},
    Kind.DAY: {"num_format": "dd.mm.yyyy"},
    Kind.MONEY: {"num_format": "#,##0.00"},
    Kind.NUMBER: {"num_format": "General"},
    "sum": {"bold": True, "top": 1},
    "sum_money": {"bold": True, "top": 1, "num_format": "#,##0.00"},
}


class Book:
    """A workbook in memory."""

    def __init__(self) -> None:
        self._file = BytesIO()
        self._book = open_book(self._file)
        self.formats: dict[str, Format] = {name: self._book.add_format(how) for name, how in FORMATS.items()}

    def sheet(self, name: str) -> Worksheet:
        """A new sheet; its name is cut to what Excel takes."""
        return self._book.add_worksheet(name[:31])

    def close(self) -> bytes:
        """The file."""
        self._book.close()
        return self._file.getvalue()


def workbook_of(paper: Paper) -> bytes:
    """A paper as one sheet: its facts, its tables one below the other, its sentences."""
    book = Book()
    sheet = book.sheet(paper.file_name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, paper.title, book.formats["title"])
    row = 1
    for label, text in paper.facts:
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 2, text)
        row += 1
    for block in paper.blocks:
        row = write_block(book, sheet, row + 1, block)
    for sentence in paper.sentences:
        row += 1
        sheet.write_string(row, 0, sentence)
    return book.close()


def register_of(sheets: Sequence[tuple[str, Block]]) -> bytes:
    """Tables as sheets of their own that begin in the first cell, for programs that read them."""
    book = Book()
    for name, block in sheets:
        sheet = book.sheet(name)
        write_block(book, sheet, 0, block)
        sheet.freeze_panes(1, 0)
    return book.close()


def write_block(book: Book, sheet: Worksheet, row: int, block: Block) -> int:
    """Labels, rows and sums from a row on; gives the row after them."""
    if block.title:
        sheet.write_string(row, 0, block.title, book.formats["head"])
        row += 1
    for place, column in enumerate(block.columns):
        sheet.set_column(place, place, max(8, column.width * 0.55))
        sheet.write_string(row, place, column.label, book.formats["head"])
    for values in block.rows:
        row += 1
        for place, (column, value) in enumerate(zip(block.columns, values, strict=True)):
            write_cell(sheet, row, place, column, value, book.formats[column.kind])
    if block.sums:
        row += 1
        for place, (column, value) in enumerate(zip(block.columns, block.sums, strict=True)):
            how = "sum_money" if column.kind is Kind.MONEY else "sum"
            write_cell(sheet, row, place, column, value, book.formats[how])
    return row + 1


def write_cell(sheet: Worksheet, row: int, place: int, column: Column, value: Any, how: Format) -> None:
    """A value as what it is."""
    if value is None or value == "":
        sheet.write_blank(row, place, None, how)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime.combine(value, MIDNIGHT), how)
    elif column.is_number and not isinstance(value, str):
        sheet.write_number(row, place, value, how)
    else:
        sheet.write_string(row, place, str(value), how)
