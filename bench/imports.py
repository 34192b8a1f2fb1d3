"""A file into a list and the list as files, beside COPY of the same rows; seconds and memory."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from starlette.datastructures import QueryParams

import hooks
import models
from admin.views.listing.export import counted, fields_of, into_book, listing_of, stream
from admin.views.registry import view_named
from bench.money import growth, memory_of, row
from jobs.embedded import libpq_url, role_url, running
from jobs.imports.bringing import keep_rows
from jobs.imports.shape import Columns, FieldShape, Shape
from jobs.subscriptions import load
from jobs.uploads import ROWS, Upload, make
from models.actor import SYSTEM
from models.many.change import BulkChange, own_change
from models.many.working import advance
from models.session import Database
from models.undo import undo
from settings import settings

NUMBER = int(os.environ.get("BENCH_ROWS", "20000"))
FIELDS = ("name", "phone", "email", "birth_date", "address")
COPY_TO = "CREATE TABLE crm.bench_clients (LIKE crm.clients INCLUDING ALL)"
COUNT = "SELECT count(*) FROM crm.clients WHERE source = 'Замер импорта'"
Timed = Callable[[str, Awaitable[Any]], Awaitable[Any]]


def write_file(path: Path, number: int) -> None:
    """So many people, none of whom is here."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(FIELDS)
        for n in range(number):
            day = f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1950 + n % 50}"
            writer.writerow((f"Импортов Пример {n}", f"+7929{n:07}", f"p{n}@example.ru", day, f"Москва, дом {n}"))


def upload_of(number: int) -> Upload:
    """The file as somebody brought it."""
    upload = make(SYSTEM.id, "замер.csv", ROWS)
    write_file(upload.workbook, number)
    return upload


def shape() -> tuple[Shape, Columns]:
    """Clients and the columns of the file."""
    known = Shape(
        "client", "Клиенты", {name: FieldShape((name,)) for name in (*FIELDS, "source")}, (("name", "phone"),)
    )
    places = {name: place for place, name in enumerate(FIELDS)}
    return known, Columns("workbook", 1, places, FIELDS, {"source": "Замер импорта"})


async def by_copy(owner: Any, path: Path) -> float:
    """Seconds in which COPY takes the same rows into a table like that of clients, without triggers and policies."""
    await owner.execute(COPY_TO)
    await owner.execute(
        "ALTER TABLE crm.bench_clients ALTER id SET DEFAULT uuidv7(), ALTER created_by_id DROP NOT NULL"
    )
    await owner.execute("ALTER TABLE crm.bench_clients ALTER kind SET DEFAULT 'person'")
    await owner.execute("SET DateStyle = German")
    began = time.perf_counter()
    await owner.copy_to_table("bench_clients", schema_name="crm", source=str(path), columns=FIELDS, format="csv",
                              delimiter=";", header=True)  # fmt: skip
    took = time.perf_counter() - began
    await owner.execute("DROP TABLE crm.bench_clients")
    return took


@asynccontextmanager
async def watched(memory: list[int]) -> AsyncIterator[None]:
    """Note our own memory while something is done."""

    async def look() -> None:
        while True:
            memory.append(memory_of(os.getpid()))
            await asyncio.sleep(0.5)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()


async def run_through(database: Database, change: BulkChange) -> float:
    """Every batch; seconds."""
    began = time.perf_counter()
    while await advance(database, SYSTEM, change):
        pass
    return time.perf_counter() - began


async def exported(database: Database, owner: Any) -> list[dict[str, Any]]:
    """The whole list as CSV and as a workbook, beside COPY of its own columns."""
    listing = listing_of(view_named("client"), QueryParams(""), SYSTEM)
    fields = fields_of(listing)
    columns = ", ".join(field.column.name for field in fields)
    number = await counted(database, listing)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        plain = f"SELECT {columns} FROM crm.clients WHERE deleted_at IS NULL ORDER BY sort_key, id"
        await owner.copy_from_query(plain, output=str(Path(folder, "plain.csv")), format="csv")
        copied = time.perf_counter() - began
        began = time.perf_counter()
        async for _piece in stream(database, listing, fields):
            pass
        written = time.perf_counter() - began
        began = time.perf_counter()
        await into_book(database, listing, fields, Path(folder, "book.xlsx"), lambda _done: None)
        booked = time.perf_counter() - began
    return [
        row("export: the list as CSV", written, "s", copied, number),
        row("export: the list as a workbook", booked, "s", copied, number),
    ]


async def measured() -> list[dict[str, Any]]:
    """The whole story; see the names of its rows."""
    owner = await asyncpg.connect(libpq_url("crm_owner"), timeout=60)
    await owner.execute("SELECT set_config('app.actor_id', $1, false)", str(SYSTEM.id))
    database, upload, memory = Database(role_url("crm_panel"), pool_size=2), upload_of(NUMBER), list[int]()
    known, columns = shape()
    try:
        copied = await by_copy(owner, upload.workbook)
        async with watched(memory):
            began = time.perf_counter()
            change = await keep_rows(database, SYSTEM, upload, known, columns, lambda *_told: None)
            read = time.perf_counter() - began
            tried = await run_through(database, change)
            async with database.transaction(SYSTEM) as work:
                (await own_change(work, change.id, lock=True)).begin(work.at, by_job=True)
            written = await run_through(database, change)
            made = await owner.fetchval(COUNT)
            again = await keep_rows(database, SYSTEM, upload, known, columns, lambda *_told: None)
            same = await run_through(database, again)
            async with database.transaction(SYSTEM) as work:
                left = (await own_change(work, again.id)).will
            taken = await exported(database, owner)
            began = time.perf_counter()
            async with database.transaction(SYSTEM, action="audit.undo") as work:
                await undo(work, change.action_id)
            back = time.perf_counter() - began
        gone = not await owner.fetchval(COUNT)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{made:,} of {NUMBER:,} rows written; the file again would change {left}; all gone after undo: {gone}.")
        print(f"At most {most} MiB, {min(memory) // 1024} at the beginning.")
    finally:
        upload.remove()
        await database.close()
        await owner.close()
    return [
        row("import: the file read and kept", read, "s", copied, NUMBER),
        row("import: every row tried", tried, "s", copied, NUMBER),
        row("import: every row written", written, "s", copied, NUMBER),
        row("import: the same file once more", same, "s", copied, NUMBER),
        row("import: undo of the whole", back, "s", copied, NUMBER),
        row("import: memory, times its beginning", growth(memory), "x", 1.0, NUMBER),
        *taken,
    ]


def main() -> None:
    """`python -m bench.imports FILE`, started by `python -m bench --imports`; `BENCH_ROWS` says how many."""
    models.load()
    hooks.load()
    load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with running(postgres=True, valkey=False):
        rows = asyncio.run(measured())
    for one in rows:
        print(f"{one['name']:<40} {one['value']:>10,} {one['unit']:<4} floor {one['floor']}, ratio {one['ratio']}")
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
