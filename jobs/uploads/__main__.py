"""`python -m jobs.uploads read|write|statement|rows FOLDER…`: the process that works on uploads; the panel stays quick.

The database and the person come as JSON on standard input, never on the command line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import hooks
import models
from jobs.imports.bringing import bring as bring_rows
from jobs.portfolio import read_portfolio
from jobs.portfolio.writing import write
from jobs.statements.bringing import bring
from jobs.uploads.folder import Phase, State, Upload, problem_of
from jobs.uploads.verdicts import Keeper
from models.actor import Actor, Scope
from models.clock import today
from models.errors import Problem
from models.rights import rights
from models.session import Database

SIGN_EVERY = 2  # seconds
TELL_EVERY = 0.3  # seconds


class Teller:
    """Writes the state down, not more often than anyone can read it."""

    def __init__(self, upload: Upload, state: State) -> None:
        self.upload = upload
        self.state = state
        self._told = 0.0

    def __call__(self, label: str, done: int, of: int) -> None:
        """So much is done of so much."""
        self.state.label, self.state.done, self.state.of = label, done, of
        if done == of or time.monotonic() - self._told > TELL_EVERY:
            self._told = time.monotonic()
            self.upload.tell(self.state)


def read(upload: Upload) -> None:
    """Read and judge the workbook; its rows are kept beside it."""
    teller = Teller(upload, State())
    keeper = Keeper(upload.verdicts)
    try:
        keeper.finish(read_portfolio(upload.workbook, today(), teller, keeper))
        upload.tell(State(Phase.READ))
    except Problem as problem:
        upload.tell(State(Phase.REFUSED, problem=problem_of(problem)))
    finally:
        keeper.close()


async def write_down(upload: Upload, url: str, actor: Actor) -> None:
    """Write the good rows as the person who brought them."""
    models.load()
    hooks.load()
    state = upload.state()
    teller = Teller(upload, state)
    portfolio = read_portfolio(upload.workbook, today(), teller)
    database = Database(url, pool_size=2)
    try:
        written = await write(database, actor, portfolio, lambda done, of: teller("", done, of), UUID(state.action))
        upload.tell(State(Phase.WRITTEN, action=state.action, counts=written.counts))
    except Problem as problem:
        upload.tell(State(Phase.FAILED, problem=problem_of(problem), action=state.action))
    finally:
        await database.close()


async def keep_statements(uploads: list[Upload], url: str, actor: Actor) -> None:
    """Make a draft of each insurer's statement, one after the other."""
    models.load()
    hooks.load()
    database = Database(url, pool_size=2)
    try:
        for upload in uploads:
            await bring(database, actor, upload, Teller(upload, State()))
    finally:
        await database.close()


async def keep_rows(upload: Upload, url: str, actor: Actor) -> None:
    """Rows of a file for a list: look at it, or keep them to be tried."""
    models.load()
    hooks.load()
    database = Database(url, pool_size=2)
    try:
        await bring_rows(database, actor, upload, Teller(upload, State()))
    finally:
        await database.close()


def actor_from(told: dict[str, Any]) -> Actor:
    """The person as the panel knows them."""
    team = UUID(told["team"]) if told["team"] else None
    grants = rights(tuple(told["grants"]))
    return Actor(UUID(told["id"]), told["name"], Scope(told["scope"]), grants, told["role"], team, told["locale"])


def main() -> int:
    """Do the one or the other."""
    what, *folders = sys.argv[1:]
    told = json.load(sys.stdin)
    actor = actor_from(told["actor"])
    uploads = [Upload(Path(folder), actor.id, name) for folder, name in zip(folders, told["names"], strict=True)]
    threading.Thread(target=keep_alive, args=(uploads,), daemon=True).start()
    if what == "read":
        read(uploads[0])
    elif what == "write":
        asyncio.run(write_down(uploads[0], told["database"], actor))
    elif what == "rows":
        asyncio.run(keep_rows(uploads[0], told["database"], actor))
    else:
        asyncio.run(keep_statements(uploads, told["database"], actor))
    return 0


def keep_alive(uploads: list[Upload]) -> None:
    """Give signs of life for ever, from a thread."""
    while True:
        for upload in uploads:
            if upload.folder.exists():
                upload.live()
        time.sleep(SIGN_EVERY)


if __name__ == "__main__":
    raise SystemExit(main())
