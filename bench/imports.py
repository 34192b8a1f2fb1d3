"""A file into the list of clients, beside COPY of the same rows: seconds, memory of who reads and of who writes.

Two floors: COPY into a table like that of clients, and COPY into that table itself, under the log's triggers but not
under policies, which COPY does not know.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import xlsxwriter

import hooks
import models
from bench.exports import MIB, exported, fill
from bench.money import memory_of, row
from jobs.embedded import libpq_url, role_url, running
from jobs.imports.bringing import keep_rows
from jobs.imports.reading import rows_of
from jobs.imports.shape import Columns, FieldShape, Shape
from jobs.subscriptions import load
from jobs.uploads import ROWS, Upload, make
from models.actor import SYSTEM
from models.many.change import BulkChange, own_change
from models.many.working import advance
from models.session import Database
from models.undo import undo
from settings import settings

NUMBERS = tuple(int(number) for number in os.environ.get("BENCH_ROWS", "20000 200000").split())
TO_EXPORT = int(os.environ.get("BENCH_EXPORT", "0"))
"""So many clients are in the list that is exported, beside those of the load."""
FIELDS = ("name", "phone", "email", "birth_date", "address")
WARM = 8
"""Batches after which memory is looked at."""
COUNT = "SELECT count(*) FROM crm.clients WHERE source = 'Замер импорта'"
OTHER = "CREATE TABLE crm.bench_clients (LIKE crm.clients INCLUDING ALL)"
DEFAULTS = (
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE {table} ALTER id SET DEFAULT uuidv7()",
    "ALTER TABLE {table} ALTER created_by_id SET DEFAULT '{actor}'",
    "ALTER TABLE {table} ALTER kind SET DEFAULT 'person'",
    "SET LOCAL DateStyle = German",
)
NAME_ACTOR = "SELECT set_config('app.actor_id', $1, false), set_config('app.action', 'bench.imports', false)"
READ = "import sys; from bench.imports import read_alone; read_alone(sys.argv[1])"


def rows_to_write(number: int) -> Any:
    """So many people, none of whom is here."""
    for n in range(number):
        day = f"{n % 28 + 1:02}.{n % 12 + 1:02}.{1950 + n % 50}"
        yield f"Импортов Пример {n}", f"+7929{n:07}", f"p{n}@example.ru", day, f"Москва, дом {n}"


def write_file(path: Path, number: int) -> None:
    """As CSV of a Russian Excel."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(FIELDS)
        writer.writerows(rows_to_write(number))


def write_book(path: Path, number: int) -> None:
    """As a workbook of one sheet."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("workbook")
    for at, cells in enumerate((FIELDS, *rows_to_write(number))):
        sheet.write_row(at, 0, cells)
    book.close()


def shape() -> tuple[Shape, Columns]:
    """Clients and the columns of the file."""
    known = Shape(
        "client", "Клиенты", {name: FieldShape((name,)) for name in (*FIELDS, "source")}, (("name", "phone"),)
    )
    places = {name: place for place, name in enumerate(FIELDS)}
    return known, Columns("workbook", 1, places, FIELDS, {"source": "Замер импорта"})


async def by_copy(owner: Any, path: Path, table: str) -> float:
    """Seconds in which COPY takes the same rows into a table of this schema; all of it is taken back."""
    work = owner.transaction()
    await work.start()
    try:
        for statement in ([OTHER] if table == "bench_clients" else []) + list(DEFAULTS):
            await owner.execute(statement.format(table=f"crm.{table}", actor=SYSTEM.id))
        began = time.perf_counter()
        await owner.copy_to_table(table, schema_name="crm", source=str(path), columns=FIELDS, format="csv",
                                  delimiter=";", header=True)  # fmt: skip
        return time.perf_counter() - began
    finally:
        await work.rollback()


def read_alone(path: str) -> None:
    """In a process of its own, as the panel reads a file: seconds, and how many MiB more than at its beginning."""
    known, columns = shape()
    began, least = time.perf_counter(), memory_of(os.getpid())
    most = least
    for number, _row in enumerate(rows_of(Path(path), known, columns, lambda *_told: None)):
        if number % 5_000 == 0:
            most = max(most, memory_of(os.getpid()))
    print(json.dumps([time.perf_counter() - began, (most - least) / MIB]))


def reading(path: Path) -> tuple[float, float]:
    """What such a process says."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], check=True, capture_output=True)
    seconds, grown = json.loads(done.stdout)
    return seconds, grown


async def run_through(database: Database, change: BulkChange, memory: list[int]) -> float:
    """Every batch, with our own memory after each in KiB; seconds."""
    began = time.perf_counter()
    while await advance(database, SYSTEM, change):
        memory.append(memory_of(os.getpid()))
    return time.perf_counter() - began


async def imported(database: Database, owner: Any, number: int) -> list[dict[str, Any]]:
    """The whole story of a file; see the names of its rows."""
    upload, book, memory = make(SYSTEM.id, "замер.csv", ROWS), make(SYSTEM.id, "замер.xlsx", ROWS), list[int]()
    known, columns = shape()
    try:
        write_file(upload.workbook, number)
        write_book(book.workbook, number)
        copied, logged = [await by_copy(owner, upload.workbook, one) for one in ("bench_clients", "clients")]
        as_text, as_book = reading(upload.workbook), reading(book.workbook)
        began = time.perf_counter()
        change = await keep_rows(database, SYSTEM, upload, known, columns, lambda *_told: None)
        kept = time.perf_counter() - began
        tried = await run_through(database, change, memory)
        async with database.transaction(SYSTEM) as work:
            (await own_change(work, change.id, lock=True)).begin(work.at, by_job=True)
        written = await run_through(database, change, memory)
        made = await owner.fetchval(COUNT)
        same, left = await once_more(database, upload)
        began = time.perf_counter()
        async with database.transaction(SYSTEM, action="audit.undo") as work:
            await undo(work, change.action_id)
        back = time.perf_counter() - began
        gone = not await owner.fetchval(COUNT)
    finally:
        upload.remove()
        book.remove()
    print(f"{made:,} of {number:,} rows written; the file again would change {left}; all gone after undo: {gone}.")
    warm = memory[WARM:] or memory
    return [
        row("import: COPY under the log's triggers", logged, "s", copied, number),
        row("import: the file read and kept", kept, "s", copied, number),
        row("import: every row tried", tried, "s", copied, number),
        row("import: every row written", written, "s", copied, number),
        row("import: written, beside COPY with the log", written, "s", logged, number),
        row("import: the same file once more", same, "s", copied, number),
        row("import: undo of the whole", back, "s", copied, number),
        row("import: memory that who writes took more", (max(warm) - warm[0]) / MIB, "MiB", None, number),
        row("import: CSV read alone", as_text[0], "s", copied, number),
        row("import: memory that who reads CSV took more", as_text[1], "MiB", None, number),
        row("import: a workbook read alone", as_book[0], "s", copied, number),
        row("import: memory that who reads a workbook took more", as_book[1], "MiB", None, number),
    ]


async def once_more(database: Database, upload: Upload) -> tuple[float, int]:
    """The same file tried again: seconds, and how many rows it would change."""
    again = await keep_rows(database, SYSTEM, upload, *shape(), lambda *_told: None)
    took = await run_through(database, again, [])
    async with database.transaction(SYSTEM) as work:
        return took, (await own_change(work, again.id)).will


async def measured() -> list[dict[str, Any]]:
    """A file of each size, then the whole list as files."""
    owner = await asyncpg.connect(libpq_url("crm_owner"), timeout=60)
    await owner.execute(NAME_ACTOR, str(SYSTEM.id))
    database, rows = Database(role_url("crm_panel"), pool_size=2), list[dict[str, Any]]()
    try:
        for number in NUMBERS:
            rows += await imported(database, owner, number)
        if TO_EXPORT:
            await fill(owner, TO_EXPORT)
        return rows + await exported(database, owner)
    finally:
        await database.close()
        await owner.close()


def main() -> None:
    """`python -m bench.imports FILE`, started by `python -m bench --imports`."""
    models.load()
    hooks.load()
    load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with running(postgres=True, valkey=False):
        rows = asyncio.run(measured())
    for one in rows:
        beside = f"floor {one['floor']}, ratio {one['ratio']}" if one["ratio"] is not None else ""
        print(f"{one['n']:>9,}  {one['name']:<52} {one['value']:>8,} {one['unit']:<4} {beside}")
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
