"""`python -m jobs backup`, `backups` and `restore`, for operators."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from jobs.backup.keeping import let_go
from jobs.backup.making import make
from jobs.backup.manifest import Broken, Manifest, all_of, newest, shelf
from jobs.backup.proving import prove
from jobs.backup.restoring import restore
from jobs.clients.storage import storage
from jobs.embedded import CannotStart, running
from models import clock
from models.errors import Problem


def back_up(*, proof: bool) -> None:
    """Make one now and say what it holds. Raises `CannotStart` with what went wrong."""

    async def work() -> None:
        manifest = await make(storage(), shelf())
        print(told(manifest))
        if proof:
            await prove(shelf(), manifest)
            print("Proven: restored into a scratch database, every row counted, every document read.")
        for name in await let_go(shelf(), clock.now()):
            print(f"Let go: {name}")

    _run(work())


def show() -> None:
    """Every backup, the oldest first."""

    async def work() -> None:
        found = await all_of(shelf())
        print("\n".join(told(one) for one in found) or "There is no backup yet.")

    _run(work())


def bring_back(name: str, *, replace: bool) -> None:
    """Restore a backup, the newest without a name. Raises `CannotStart` with what stands in the way."""

    async def work() -> None:
        manifest = await newest(shelf(), name)
        kept_as = await restore(shelf(), manifest, storage(), replace=replace)
        print(f"Restored: {told(manifest)}")
        if kept_as:
            print(f"What was there is kept as the database {kept_as}.")
        print("Now run `python -m migrations`: it brings the schema up to date and sets the passwords of the roles.")

    _run(work())


def told(manifest: Manifest) -> str:
    """A backup in a line."""
    rows, files = sum(manifest.rows.values()), len(manifest.files)
    return (
        f"{manifest.name}  {manifest.at:%Y-%m-%d %H:%M} UTC  revision {manifest.revision}  {rows:,} rows"
        f"  {manifest.dump_size / 1024 / 1024:.1f} MB  {files:,} documents"
    )


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        with running(postgres=True):
            asyncio.run(work)
    except (Broken, Problem) as problem:
        raise CannotStart(str(problem)) from problem
