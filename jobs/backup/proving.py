"""A backup is one only when it has been restored: into a scratch database, row by row counted, file by file hashed."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from jobs.backup.making import address, counted, run_client, sha256_of
from jobs.backup.manifest import Broken, Manifest, Shelf, fetch, file_key, work_folder

ADMINISTRATOR = ""


async def prove(place: Shelf, manifest: Manifest, *, files: bool = True) -> None:
    """Restore beside the real database, compare, drop. Raises `Broken` with what differs."""
    async with scratch() as database:
        await load(place, manifest, database)
        connection: Any = await asyncpg.connect(address("crm_backup", database))
        try:
            found = await counted(connection)
        finally:
            await connection.close()
    different = [
        f"{table}: {manifest.rows.get(table)} → {found.get(table)}"
        for table in sorted(manifest.rows.keys() | found.keys())
        if manifest.rows.get(table) != found.get(table)
    ]
    if different:
        raise Broken(f"The restored database differs from what was dumped: {', '.join(different)}.")
    if files:
        await prove_files(place, manifest)


async def prove_files(place: Shelf, manifest: Manifest) -> None:
    """Every document of a backup, read through."""
    for digest in sorted({kept.sha256 for kept in manifest.files}):
        if (await place.stat(file_key(digest))) is None:
            raise Broken(f"A document is not on the shelf: {digest}.")
        if (await place.content(file_key(digest))).sha256 != digest:
            raise Broken(f"A document on the shelf is damaged: {digest}.")


@asynccontextmanager
async def scratch() -> AsyncIterator[str]:
    """An empty database that is dropped again."""
    name = f"proof_{uuid4().hex[:12]}"
    await make_database(name)
    try:
        yield name
    finally:
        await administer(f'DROP DATABASE "{name}" WITH (FORCE)')


async def make_database(name: str) -> None:
    """An empty database as ours are made."""
    await administer(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")


async def administer(statement: str, *values: str) -> None:
    """A statement of the administrator's, outside of a transaction and of every database of ours."""
    connection: Any = await asyncpg.connect(address(ADMINISTRATOR, "postgres"))
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


async def load(place: Shelf, manifest: Manifest, database: str) -> None:
    """The dump into an empty database. Raises `Broken` for a damaged one."""
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        dump = Path(folder) / "dump"
        await fetch(place, manifest.dump_key, dump)
        if sha256_of(dump) != manifest.dump_sha256:
            raise Broken(f"The dump {manifest.dump_key} is damaged: its SHA-256 differs.")
        await run_client(
            "pg_restore", ADMINISTRATOR, database, "--exit-on-error", "--no-comments", "--jobs=2", str(dump)
        )
