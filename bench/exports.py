"""The list of clients as files, beside COPY of the same columns: seconds, and memory of the process that writes."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams

from admin.views.listing.export import counted, fields_of, into_book, listing_of, stream
from admin.views.registry import view_named
from bench.money import memory_of, row
from models.actor import SYSTEM
from models.session import Database

MIB = 1024
FILL = """
    INSERT INTO crm.clients (id, name, kind, phone, email, birth_date, address, source, created_by_id)
    SELECT uuidv7(), 'Выгрузкин Пример ' || n, 'person', '+7929' || lpad(n::text, 7, '0'), 'p' || n || '@example.ru',
           DATE '1950-01-01' + n % 20000, 'Москва, дом ' || n, 'Замер выгрузки', $1::uuid
    FROM generate_series(1, $2::int) n
"""
HERE = "SELECT count(*) FROM crm.clients WHERE source = 'Замер выгрузки'"


async def fill(owner: Any, number: int) -> None:
    """So many clients more, past the log; once for a folder."""
    if await owner.fetchval(HERE) >= number:
        return
    await owner.execute("ALTER TABLE crm.clients DISABLE TRIGGER USER")
    await owner.execute(FILL, SYSTEM.id, number)
    await owner.execute("ALTER TABLE crm.clients ENABLE TRIGGER USER")
    await owner.execute("VACUUM ANALYZE crm.clients")


@asynccontextmanager
async def watched(memory: list[int]) -> AsyncIterator[None]:
    """Note our own memory, in KiB, while something is done."""

    async def look() -> None:
        while True:
            memory.append(memory_of(os.getpid()))
            await asyncio.sleep(0.2)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        memory.append(memory_of(os.getpid()))
        looking.cancel()


async def exported(database: Database, owner: Any) -> list[dict[str, Any]]:
    """The whole list as CSV and as a workbook."""
    listing = listing_of(view_named("client"), QueryParams(""), SYSTEM)
    fields = fields_of(listing)
    columns = ", ".join(field.column.name for field in fields)
    plain = f"SELECT {columns} FROM crm.clients WHERE deleted_at IS NULL ORDER BY sort_key, id"
    number, memory = await counted(database, listing), list[int]()
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        await owner.copy_from_query(plain, output=str(Path(folder, "plain.csv")), format="csv")
        copied = time.perf_counter() - began
        async with watched(memory):
            began = time.perf_counter()
            async for _piece in stream(database, listing, fields):
                pass
            written = time.perf_counter() - began
        as_text = max(memory) - memory[0]
        memory.clear()
        async with watched(memory):
            began = time.perf_counter()
            await into_book(database, listing, fields, Path(folder, "book.xlsx"), lambda _done: None)
            booked = time.perf_counter() - began
    return [
        row("export: the list as CSV", written, "s", copied, number),
        row("export: the list as a workbook", booked, "s", copied, number),
        row("export: memory that CSV took more", as_text / MIB, "MiB", None, number),
        row("export: memory that the workbook took more", (max(memory) - memory[0]) / MIB, "MiB", None, number),
    ]
