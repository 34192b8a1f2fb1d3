"""What leaves for Excel: the one place where a text is kept from being run as a formula, in CSV and in workbooks."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Signs at the beginning of a text that a spreadsheet may run."""
A_NUMBER = r"^[+-]?[0-9][0-9 .,()-]*$"
"""A minus before digits, or a phone, is no formula."""
SAFE: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MONEY, DAY, MOMENT = "#,##0.00", "dd.mm.yyyy", "dd.mm.yyyy hh:mm"
_NUMBER = re.compile(A_NUMBER)


def open_book(target: Path | IO[bytes], *, is_large: bool = False) -> xlsxwriter.Workbook:
    """A workbook whose texts stay texts. A large one is written row by row, in flat memory."""
    how = {"constant_memory": True} if is_large else {"in_memory": True}
    where = str(target) if isinstance(target, Path) else target
    return xlsxwriter.Workbook(where, SAFE | how | {"default_date_format": DAY})


def disarmed(text: str) -> str:
    """A text for CSV: one that Excel would run gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.match(text) else text


def write_value(sheet: Any, row: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    """One cell: sums and days as Excel counts with them, any other value as text."""
    match value:
        case None | "":
            return
        case Decimal():
            sheet.write_number(row, column, value, formats[MONEY])
        case datetime():
            sheet.write_datetime(row, column, value, formats[MOMENT])
        case date():
            sheet.write_datetime(row, column, datetime.combine(value, time()), formats[DAY])
        case bool():
            sheet.write_boolean(row, column, value)
        case int():
            sheet.write_number(row, column, value)
        case _:
            sheet.write_string(row, column, str(value)[:32_767])


def formats_of(book: Any) -> dict[str, Any]:
    """How sums, days and moments look, by their patterns."""
    return {pattern: book.add_format({"num_format": pattern}) for pattern in (MONEY, DAY, MOMENT)}
