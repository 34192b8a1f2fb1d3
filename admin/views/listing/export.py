"""The list as CSV: the same rows and columns, written by the server and passed on as they come, whatever their number.

Semicolons and a byte order mark are what Excel opens in a Russian setting; a cell that it would take for a formula is
disarmed by an apostrophe.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, literal_column, not_
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from admin.i18n import _, current_locale
from admin.views.base import View
from admin.views.listing.asked import Asked, asked
from admin.views.listing.fields import Field, Kind, field_of, kind_of, may_read
from admin.views.listing.prepared import prepared, run
from admin.views.listing.sight import sees_little
from admin.views.listing.statement import Listing
from models import clock
from models.clock import BROKERAGE_ZONE
from models.errors import NotFound

BOM = b"\xef\xbb\xbf"
PIECE = 64 * 1024
WAITING_PIECES = 8
FORMULA = tuple(map(ord, "=+@\t\r\n-"))
"""Code points at the beginning, all of them below A: most words are done with after one comparison."""
A_NUMBER = r"^[+-]?[0-9][0-9 .,()-]*$"
"""A minus before digits, or a phone, is no formula."""
NOTE = "SELECT audit.note($1, $2, NULL, NULL, NULL, $3::jsonb)"
DAYS = {"ru": "SET LOCAL DateStyle = German", "en": "SET LOCAL DateStyle = ISO"}
"""How the server itself writes a day: `01.02.2026`, in English `2026-02-01`."""


async def export_page(request: Request, view: View) -> Response:
    """The rows of the list that the address asks for. The log keeps who took how many and by which filters."""
    actor = request.state.actor
    wanted = wanted_of(view, request)
    names = [name for name in wanted.columns if may_read(view, name, actor.rights)]
    fields = [field_of(view, name) for name in names]
    pieces = stream(request, Listing(wanted, actor, clock.today(), is_whole=True), fields)
    first = await anext(pieces)
    name = f"{view.identity}-{clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return StreamingResponse(body(), media_type="text/csv; charset=utf-8", headers=headers)


def wanted_of(view: View, request: Request) -> Asked:
    """The list of the address, or the rows of the selection that it names. Raises `NotFound` for no key at all."""
    wanted = asked(view, request.query_params, request.state.actor.rights)
    try:
        return wanted.only(UUID(token)) if (token := request.query_params.get("selection")) else wanted
    except ValueError:
        raise NotFound from None


async def stream(request: Request, listing: Listing, fields: Sequence[Field]) -> AsyncIterator[bytes]:
    """The file piece by piece; at most a few pieces wait in memory."""
    actor = listing.actor
    await note(request, listing, fields)
    async with request.state.database.transaction(actor) as work:
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


async def note(request: Request, listing: Listing, fields: Sequence[Field]) -> None:
    """Put into the log who takes how many rows by which filters, before the first of them leaves."""
    view, state = listing.view, request.state
    action = f"{view.identity}.export"
    async with state.database.transaction(listing.actor, action=action, request_id=state.request_id) as work:
        rows = (await run(work, listing, "count all", lambda: listing.count(None)))[0][0]
        told = {"rows": rows, "query": str(listing.asked.query), "columns": [field.name for field in fields]}
        event = f"{getattr(view.record, '__event__', 'audit.' + view.identity)}.exported"
        await work.driver.fetch(NOTE, event, view.table.fullname, json.dumps(told, ensure_ascii=False))


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
    begins = func.ascii(words).in_([literal_column(str(code)) for code in FORMULA])
    runs = and_(words.collate("C") < "A", begins, not_(words.regexp_match(A_NUMBER)))
    return case((runs, literal("'") + words), else_=words)
