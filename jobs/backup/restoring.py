"""Bringing a backup back: into an empty database, or beside the present one, which is kept under another name."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from jobs.backup.making import address
from jobs.backup.manifest import Broken, Kept, Manifest, Shelf, fetch, file_key, work_folder
from jobs.backup.proving import ADMINISTRATOR, administer, load, make_database
from jobs.clients.storage import Bucket, Folder
from models import clock
from models.filing.store import Taken

EVERYBODY_OUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
TRIES = 5
HAS_DEALS = "SELECT to_regclass('crm.deals') IS NOT NULL"


async def restore(
    place: Shelf, manifest: Manifest, target: Folder | Bucket, *, replace: bool = False, database: str = ""
) -> str:
    """Restore database and documents; gives the name under which the former database is kept, else nothing.

    Raises `Broken` where a brokerage is there already and `replace` was not said.
    """
    name = database or str(make_url(address(ADMINISTRATOR)).database)
    kept_as = ""
    if await is_in_use(name):
        if not replace:
            raise Broken(f"The database {name} holds a brokerage already: say --replace to put it aside.")
        kept_as = f"{name}_before_{clock.now():%Y%m%d_%H%M%S}"
    fresh = f"{name}_restored"
    await administer(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
    await make_database(fresh)
    await load(place, manifest, fresh)
    try:
        for kept in manifest.files:
            await bring_back(place, target, kept)
        await put_in_place(name, fresh, kept_as)
    except Broken:
        await administer(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
        raise
    return kept_as


async def is_in_use(database: str) -> bool:
    """Whether there is a brokerage in a database."""
    try:
        connection: Any = await asyncpg.connect(address(ADMINISTRATOR, database))
    except asyncpg.InvalidCatalogNameError:
        return False
    try:
        return bool(await connection.fetchval(HAS_DEALS))
    finally:
        await connection.close()


async def put_in_place(name: str, fresh: str, kept_as: str) -> None:
    """The restored one takes the name; what had it is put aside, an empty one goes."""
    if kept_as:
        await put_aside(name, kept_as)
    else:
        await administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await administer(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')


async def put_aside(name: str, kept_as: str) -> None:
    """Rename the present database. Raises `Broken` while doors that are open come back to it again and again."""
    for _try in range(TRIES):
        await administer(EVERYBODY_OUT, name)
        with suppress(asyncpg.ObjectInUseError):
            await administer(f'ALTER DATABASE "{name}" RENAME TO "{kept_as}"')
            return
    raise Broken(f"The database {name} is in use: stop Polisdesk first, then restore again.")


async def bring_back(place: Shelf, target: Folder | Bucket, kept: Kept) -> None:
    """A document to where its row says; one that lies there already stays, other bytes in its place are an error."""
    there = await target.stat(kept.storage_key)
    if there is not None:
        if (await target.content(kept.storage_key)).sha256 != kept.sha256:
            raise Broken(f"Another file lies where {kept.storage_key} belongs: move it away first.")
        return
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        part = Path(folder) / "part"
        await fetch(place, file_key(kept.sha256), part)
        try:
            await target.put(part, kept.storage_key)
        except Taken as problem:
            raise Broken(f"Another file lies where {kept.storage_key} belongs: move it away first.") from problem
