"""Making a backup: one snapshot for the dump, the counts and the list of documents."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from jobs.backup.manifest import Broken, Kept, Manifest, Shelf, file_key, put_text, work_folder
from jobs.clients.storage import Bucket, Folder
from jobs.embedded import client_program, libpq_url
from models import clock

TABLES = (
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname IN ('auth', 'crm', 'tasks', 'documents', 'notifications', 'audit') ORDER BY 1"
)
DOCUMENTS = (  # also of a schema that is to be updated and does not know yet what is missing
    "SELECT storage_key, sha256, size FROM documents.documents d"
    " WHERE to_jsonb(d)->>'missing_since' IS NULL ORDER BY storage_key"
)
BLOCK = 1024 * 1024
UNHURRIED = {"idle_in_transaction_session_timeout": "0", "statement_timeout": "0"}


async def make(source: Folder | Bucket, place: Shelf, database: str = "") -> Manifest:
    """Dump the database as the backup role, copy the documents that the shelf lacks, write the manifest.

    Raises `Broken` where a document's bytes are not those of its row, or the dump fails: then there is no backup.
    """
    at = clock.now()
    name = f"{at:%Y%m%dT%H%M%S%fZ}"
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        part = Path(folder) / "dump"
        async with snapshot(database) as (connection, number):
            rows = await counted(connection)
            files = [Kept(**dict(row)) for row in await connection.fetch(DOCUMENTS)]
            revision = str(await connection.fetchval("SELECT max(version_num) FROM audit.alembic_version"))
            await run_client("pg_dump", "crm_backup", database, "-Fc", f"--snapshot={number}", "-f", str(part))
        digest = await asyncio.to_thread(sha256_of, part)
        manifest = Manifest(name, at, revision, rows, digest, part.stat().st_size, files)
        await place.put(part, manifest.dump_key)
    for kept in files:
        await copy(source, place, kept)
    await put_text(place, manifest.key, manifest.text())
    return manifest


@asynccontextmanager
async def snapshot(database: str) -> AsyncIterator[tuple[Any, str]]:
    """A connection of the backup role whose view of the data stands still, and that view's number.

    It waits in its transaction as long as the dump takes: the server's limit for idle ones does not hold for it.
    """
    connection: Any = await asyncpg.connect(address("crm_backup", database), server_settings=UNHURRIED)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, str(await connection.fetchval("SELECT pg_export_snapshot()"))
    finally:
        await connection.close()


async def counted(connection: Any) -> dict[str, int]:
    """How many rows every table has."""
    tables = [row[0] for row in await connection.fetch(TABLES)]
    return {table: int(await connection.fetchval(f"SELECT count(*) FROM {table}")) for table in tables}  # noqa: S608


async def copy(source: Folder | Bucket, place: Shelf, kept: Kept) -> None:
    """A document onto the shelf, unless it is there already; its bytes are checked on the way."""
    key = file_key(kept.sha256)
    there = await place.stat(key)
    if there is not None and there.size == kept.size:
        return
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        part, digest = Path(folder) / "part", hashlib.sha256()
        with part.open("wb") as file:
            if kept.size:
                async for block in source.read(kept.storage_key, 0, kept.size - 1):
                    digest.update(block)
                    await asyncio.to_thread(file.write, block)
        if digest.hexdigest() != kept.sha256:
            raise Broken(f"The document {kept.storage_key} is not what its row says: its SHA-256 differs.")
        await place.put(part, key)


def address(role: str, database: str = "") -> str:
    """The address of a role, of another database of the cluster where one is named."""
    url = make_url(libpq_url(role or None))
    return (url.set(database=database) if database else url).render_as_string(hide_password=False)


async def run_client(program: str, role: str, database: str, *options: str) -> None:
    """A client of PostgreSQL; the password goes by the environment, where others do not see it. Raises `Broken`."""
    url = make_url(address(role, database))
    shown = url._replace(password=None).render_as_string()
    process = await asyncio.create_subprocess_exec(
        client_program(program),
        *options,
        f"--dbname={shown}",
        env=os.environ | {"PGPASSWORD": str(url.password or ""), "PGCONNECT_TIMEOUT": "10"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise Broken(f"{program} failed: {errors.decode(errors='replace').strip()[:1000]}")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file; blocking."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
