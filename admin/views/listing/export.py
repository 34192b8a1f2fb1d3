"""The list as CSV or as a workbook: the same rows and columns. CSV is written by the server and passed on as it comes.

Semicolons and a byte order mark are what Excel opens in a Russian setting; a cell that it would take for a formula is
disarmed by an apostrophe.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, literal_column, not_
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from admin.exports.ordering import order_export
from admin.i18n import _, current_locale
from admin.sheets import A_NUMBER, FORMULA
from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.fields import Field, Kind, field_of, kind_of, may_read
from admin.views.listing.prepared import prepared, run
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import Listing
from admin.views.listing.taking import take
from admin.views.listing.workbook import write_book
from models import clock
from models.actor import Actor
from models.clock import BROKERAGE_ZONE
from models.errors import NotFound
from models.session import Database

BOM = b"\xef\xbb\xbf"
PIECE = 64 * 1024
WAITING_PIECES = 8
CODES = tuple(map(ord, FORMULA))
"""Code points at the beginning, all of them below A: most words are done with after one comparison."""
CSV, XLSX = "csv", "xlsx"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = {CSV: 100_000, XLSX: 5_000}
"""Rows that a request gives; more are written by a process of their own, and taken from its page."""
DAYS = {"ru": "SET LOCAL DateStyle = German", "en": "SET LOCAL DateStyle = ISO"}
"""How the server itself writes a day: `01.02.2026`, in English `2026-02-01`."""


async def export_page(request: Request, view: View) -> Response:
    """The rows of the list that the address asks for, at once or, where they are many, by a job with a page of its own.

    The log keeps who took how many and by which filters. Raises `Refused` above the role's limit.
    """
    state, actor = request.state, request.state.actor
    kind = XLSX if request.url.path.endswith(XLSX) else CSV
    listing = await meant(state.database, listing_of(view, request.query_params, actor))
    fields = fields_of(listing)
    rows = await counted(state.database, listing)
    told = {"rows": rows, "query": str(listing.asked.query), "columns": [field.name for field in fields]}
    await take(state.database, actor, view, told, state.request_id)
    if rows > AT_ONCE[kind]:
        return await order_export(request, view, kind, rows)
    name = f"{view.identity}-{clock.today().isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if kind == XLSX:
        content = await book_of(state.database, listing, fields)
        return Response(content, media_type=XLSX_TYPE, headers=headers)
    pieces = stream(state.database, listing, fields)
    first = await anext(pieces)

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(body(), media_type="text/csv; charset=utf-8", headers=headers)


def listing_of(view: View, query: QueryParams, actor: Actor) -> Listing:
    """The list of an address, or the rows of the selection that it names. Raises `NotFound` for no key at all."""
    wanted = asked(view, query, actor.rights)
    try:
        wanted = wanted.only(UUID(token)) if (token := query.get("selection")) else wanted
    except ValueError:
        raise NotFound from None
    return Listing(wanted, actor, clock.today(), is_whole=True)


def fields_of(listing: Listing) -> list[Field]:
    """The columns of the view, as far as the person may read them."""
    view, rights = listing.view, listing.actor.rights
    return [field_of(view, name) for name in listing.asked.columns if may_read(view, name, rights)]


async def counted(database: Database, listing: Listing) -> int:
    """How many rows there are, every one of them."""
    async with database.transaction(listing.actor) as work:
        return int((await run(work, listing, "count all", lambda: listing.count(None)))[0][0])


async def meant(database: Database, listing: Listing) -> Listing:
    """The list in whichever keyboard layout its term was typed."""
    async with database.transaction(listing.actor) as work:
        return await spelled(work, listing)


async def book_of(database: Database, listing: Listing, fields: Sequence[Field]) -> bytes:
    """The whole workbook, for as many rows as a request may have."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        await into_book(database, listing, fields, path, lambda _done: None)
        return await asyncio.to_thread(path.read_bytes)


async def into_book(
    database: Database, listing: Listing, fields: Sequence[Field], path: Path, progress: Callable[[int], None]
) -> None:
    """The workbook as a file."""
    async with database.transaction(listing.actor) as work:
        little = await sees_little(work, listing.view, listing.actor)
        await write_book(work, replace(listing, sees_little=little), fields, path, progress)


async def stream(database: Database, listing: Listing, fields: Sequence[Field]) -> AsyncIterator[bytes]:
    """The file as CSV, piece by piece; at most a few pieces wait in memory."""
    actor = listing.actor
    async with database.transaction(actor) as work:
        little = await sees_little(work, listing.view, actor)
        chosen = replace(listing, sees_little=little)
        key = "export", current_locale(), tuple(field.name for field in fields), chosen.shape
        made = prepared(key, lambda: chosen.everything(fields, written), actor.scope)
        await work.driver.fetch(DAYS[current_locale()])
        pieces: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_PIECES)
        copying = asyncio.create_task(copy(work.driver.connection, made.text, made.given(chosen.values), pieces))
        try:
            waiting = BOM + heading(fields)
            while (piece := await pieces.get()) is not None:
                yield waiting + piece
                waiting = b""
            await copying
            if waiting:
                yield waiting
        finally:
            copying.cancel()
            await asyncio.gather(copying, return_exceptions=True)


async def copy(connection: Any, statement: str, values: Sequence[Any], pieces: asyncio.Queue[bytes | None]) -> None:
    """Let the server write CSV and pass it on in larger pieces; who reads slowly slows the server down."""
    waiting = bytearray()

    async def take(data: bytes) -> None:
        waiting.extend(data)
        if len(waiting) >= PIECE:
            await pieces.put(bytes(waiting))
            waiting.clear()

    try:
        await connection.copy_from_query(statement, *values, output=take, format="csv", delimiter=";")
        if waiting:
            await pieces.put(bytes(waiting))
    finally:
        await pieces.put(None)


def heading(fields: Sequence[Field]) -> bytes:
    """The first line."""
    cells = (_(field.label).replace('"', '""') for field in fields)
    return (";".join(f'"{cell}"' for cell in cells) + "\n").encode()


def written(column: ColumnElement[Any], field: Field) -> ColumnElement[Any]:
    """A value as people of the locale write it, so that their Excel reads it."""
    kind = kind_of(field.column) if field.kind is Kind.LINK else field.kind
    is_english = current_locale() == "en"
    if field.choices:
        return case({option.value: _(option.label) for option in field.choices}, value=column, else_=column)
    if kind is Kind.BOOL:
        return case((column.is_(True), _("yes")), (column.is_(False), _("no")))
    if kind in (Kind.NUMBER, Kind.MONEY, Kind.PERCENT):
        plain = cast(column, Text)
        return plain if is_english else func.translate(plain, ".", ",")
    if kind is Kind.DATE:
        return column
    if kind is Kind.MOMENT:
        local = func.timezone(BROKERAGE_ZONE.key, column)
        return func.to_char(local, "YYYY-MM-DD HH24:MI" if is_english else "DD.MM.YYYY HH24:MI")
    if kind is Kind.WORDS:
        return disarmed(func.array_to_string(column, ", "))
    if kind in (Kind.KEY, Kind.TIME):
        return cast(column, Text)
    return disarmed(cast(column, Text))


def disarmed(words: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text that Excel would run gets an apostrophe before it."""
    begins = func.ascii(words).in_([literal_column(str(code)) for code in CODES])
    runs = and_(words.collate("C") < "A", begins, not_(words.regexp_match(A_NUMBER)))
    return case((runs, literal("'") + words), else_=words)
