"""Starts the process that works on an upload; it outlives the web worker that asked for it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from jobs.uploads.folder import Upload
from models.actor import Actor
from models.session import Database

ROOT = Path(__file__).parents[2]
_running: set[asyncio.Task[int]] = set()
"""Tasks that only wait for a process to end, so that none is left a zombie."""


async def start(
    what: str, upload: Upload, database: Database, actor: Actor, *more: Upload, module: str = "jobs.uploads"
) -> None:
    """Begin `read`, `write`, `statement` or `rows`; its state says how far it is. `more` follow in turn.

    `module` is another room's program of the same kind.
    """
    uploads = (upload, *more)
    told = {
        "database": database.engine.url.render_as_string(hide_password=False),
        "names": [one.name for one in uploads],
        "actor": {
            "id": str(actor.id),
            "name": actor.name,
            "scope": actor.scope.value,
            "grants": actor.rights.grants,
            "role": actor.role,
            "team": str(actor.team_id or ""),
            "locale": actor.locale,
        },
    }
    with (upload.folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, what, *(str(one.folder) for one in uploads)),
            stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(told).encode())
    process.stdin.close()
    waiting = asyncio.create_task(process.wait())
    _running.add(waiting)
    waiting.add_done_callback(_running.discard)
