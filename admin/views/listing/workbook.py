"""The list as a workbook: the same rows and columns as in CSV. The server writes the rows, here they are packed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from admin.i18n import _, current_locale
from admin.views.listing.fields import Field
from admin.views.listing.package import LargeBook
from admin.views.listing.prepared import prepared
from admin.views.listing.sheet_rows import rows_as_xml
from admin.views.listing.statement import Listing
from models.session import Work

PIECE = 512 * 1024


async def write_book(
    work: Work, listing: Listing, fields: Sequence[Field], path: Path, progress: Callable[[int], None]
) -> None:
    """Write the file; the event loop stays free, memory flat. While a piece is packed the server waits with more."""
    key = "workbook", current_locale(), tuple(field.name for field in fields), listing.shape
    made = prepared(key, lambda: rows_as_xml(listing, fields), listing.actor.scope)
    book = LargeBook(path, _(listing.view.name_plural), [_(field.label) for field in fields])
    waiting = bytearray()

    async def pack() -> None:
        piece = bytes(waiting)
        waiting.clear()
        await asyncio.to_thread(book.add, piece)
        progress(book.rows)

    async def take(data: bytes) -> None:
        waiting.extend(data)
        if len(waiting) >= PIECE:
            await pack()

    try:
        given = made.given(listing.values)
        await work.driver.connection.copy_from_query(made.text, *given, output=take, format="text")
        await pack()
        await asyncio.to_thread(book.close)
    except BaseException:
        book.abandon()
        raise
