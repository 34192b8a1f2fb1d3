"""The list as a workbook: the same rows and columns as in CSV, by a cursor, row by row into the file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func

from admin.i18n import _, current_locale
from admin.sheets import formats_of, open_book, write_value
from admin.views.listing.fields import Field, Kind, kind_of
from admin.views.listing.prepared import prepared
from admin.views.listing.statement import Listing
from models.clock import BROKERAGE_ZONE
from models.session import Work

AT_ONCE = 2_000
"""Rows that the cursor gives at a time."""
MOST_IN_SHEET = 1_000_000
OPEN = "DECLARE taken NO SCROLL CURSOR FOR "
NEXT = f"FETCH {AT_ONCE} FROM taken"
TEXTS = (Kind.KEY, Kind.TIME, Kind.JSON)


async def write_book(
    work: Work, listing: Listing, fields: Sequence[Field], path: Path, progress: Callable[[int], None]
) -> None:
    """Write the file; the event loop stays free, memory flat."""
    book = open_book(path, is_large=True)
    try:
        formats, done, sheet = formats_of(book), 0, None
        async for rows in rows_of(work, listing, fields):
            if sheet is None or done % MOST_IN_SHEET == 0:
                sheet = new_sheet(book, _(listing.view.name_plural), fields)
            await asyncio.to_thread(_write, sheet, done % MOST_IN_SHEET + 1, rows, formats)
            done += len(rows)
            progress(done)
        if sheet is None:
            new_sheet(book, _(listing.view.name_plural), fields)
    finally:
        await asyncio.to_thread(book.close)


def new_sheet(book: Any, name: str, fields: Sequence[Field]) -> Any:
    """A sheet with its heading; its name is the list's where it is the first."""
    sheet = book.add_worksheet(name[:31] if not book.worksheets() else None)
    bold = book.add_format({"bold": True})
    for column, field in enumerate(fields):
        sheet.set_column(column, column, 18)
        sheet.write_string(0, column, _(field.label), bold)
    sheet.freeze_panes(1, 0)
    return sheet


async def rows_of(work: Work, listing: Listing, fields: Sequence[Field]) -> AsyncIterator[Sequence[Any]]:
    """The list's rows in pieces."""
    key = "workbook", current_locale(), tuple(field.name for field in fields), listing.shape
    made = prepared(key, lambda: listing.everything(fields, typed), listing.actor.scope)
    await work.driver.fetch(OPEN + made.text, *made.given(listing.values))
    while rows := await work.driver.fetch(NEXT):
        yield rows


def typed(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """A value as a workbook has it: numbers and days as such, choices in words."""
    kind = kind_of(field.column) if field.kind is Kind.LINK else field.kind
    if field.choices:
        return case({option.value: _(option.label) for option in field.choices}, value=column, else_=column)
    if kind is Kind.BOOL:
        return case((column.is_(True), _("yes")), (column.is_(False), _("no")))
    if kind is Kind.MOMENT:
        return func.timezone(BROKERAGE_ZONE.key, column)
    if kind is Kind.WORDS:
        return func.array_to_string(column, ", ")
    return cast(column, Text) if kind in TEXTS else column


def _write(sheet: Any, first: int, rows: Sequence[Any], formats: dict[str, Any]) -> None:
    for at, row in enumerate(rows, start=first):
        for column, value in enumerate(row):
            write_value(sheet, at, column, value, formats)
