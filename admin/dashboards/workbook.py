"""A picture as a workbook: its figures, then each table on a sheet of its own, as numbers that Excel counts with."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

from admin.dashboards.table import Kind, Picture, Table, Value
from admin.i18n import _
from admin.sheets import open_book

FORMATS = {Kind.COUNT: "#,##0", Kind.MONEY: "#,##0.00", Kind.PERCENT: '0.0"%"', Kind.HOURS: "0.0"}
UNFIT = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31


def workbook(title: str, lines: list[str], picture: Picture) -> bytes:
    """The file; `lines` say what was asked for."""
    written = io.BytesIO()
    with open_book(written) as book:
        formats = Formats(book)
        for number, table in enumerate(picture.tables, start=1):
            sheet = book.add_worksheet(sheet_name(number, table.title))
            at = head(sheet, formats, [table.title, *lines])
            write_table(sheet, formats, table, at)
        if picture.said:
            sheet = book.add_worksheet(
                sheet_name(len(picture.tables) + 1, title if not picture.tables else _("In short"))
            )
            write_said(sheet, formats, picture, head(sheet, formats, [title, *lines]))
    return written.getvalue()


class Formats:
    """How cells look."""

    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True})
        self.heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.plain = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
        self.total = {
            kind: book.add_format({"num_format": text, "bold": True, "top": 1}) for kind, text in FORMATS.items()
        }
        self.total_head = book.add_format({"bold": True, "top": 1})


def sheet_name(number: int, title: str) -> str:
    """The name of a sheet as Excel takes it; a number makes each its own."""
    return f"{number}. {UNFIT.sub(' ', title)}"[:LONGEST_NAME].rstrip("'")


def head(sheet: Any, formats: Formats, lines: list[str]) -> int:
    """The lines above the figures; gives the row after them."""
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, formats.bold if row == 0 else None)
    return len(lines) + 1


def write_table(sheet: Any, formats: Formats, table: Table, at: int) -> None:
    """The heading and the rows."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, max(1, len(table.columns)), 16)
    sheet.write_string(at, 0, table.head, formats.heading)
    for column, one in enumerate(table.columns, start=1):
        label = f"{one.label}, {one.group}" if one.group and one.group not in one.label else one.label
        sheet.write_string(at, column, label, formats.heading)
    sheet.freeze_panes(at + 1, 1)
    for row, one_row in enumerate(table.rows, start=at + 1):
        looks = formats.total if one_row.is_total else formats.plain
        sheet.write_string(row, 0, one_row.label, formats.total_head if one_row.is_total else None)
        for column, (cell, kind) in enumerate(zip(one_row.cells, table.columns, strict=True), start=1):
            write(sheet, row, column, cell.value, looks[kind.kind])


def write_said(sheet: Any, formats: Formats, picture: Picture, at: int) -> None:
    """The figures that are said, with those of the days before."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 2, 16)
    for column, label in enumerate(("", _("Now"), _("Before"))):
        sheet.write_string(at, column, label, formats.heading)
    for row, one in enumerate(picture.said, start=at + 1):
        sheet.write_string(row, 0, one.label)
        write(sheet, row, 1, one.cell.value, formats.plain[one.kind])
        if one.has_before:
            write(sheet, row, 2, one.before, formats.plain[one.kind])


def write(sheet: Any, row: int, column: int, value: Value, looks: Any) -> None:
    """A number, or an empty cell; Excel has no decimals of its own."""
    if value is not None:
        sheet.write_number(row, column, Decimal(value), looks)
