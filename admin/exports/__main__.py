"""`python -m admin.exports export FOLDER`: writes a large export into its folder; the panel stays quick."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path

from starlette.datastructures import QueryParams

from admin.i18n import use_locale
from admin.views.listing.export import CSV, fields_of, into_book, listing_of, meant, stream
from admin.views.registry import view_named
from jobs.uploads.__main__ import Teller, actor_from, keep_alive
from jobs.uploads.folder import Phase, State, Upload, problem_of
from models.actor import Actor
from models.errors import Problem
from models.session import Database


async def write(export: Upload, url: str, actor: Actor) -> None:
    """The file, under the person's own sight."""
    told, database = export.told, Database(url, pool_size=2)
    use_locale(told["locale"])
    teller = Teller(export, State(Phase.WRITING))
    try:
        listing = await meant(database, listing_of(view_named(told["identity"]), QueryParams(told["query"]), actor))
        fields, number = fields_of(listing), int(told["rows"])
        if told["kind"] == CSV:
            with export.workbook.open("wb") as target:
                async for piece in stream(database, listing, fields):
                    target.write(piece)
        else:
            await into_book(database, listing, fields, export.workbook, lambda done: teller("", done, number))
        export.tell(State(Phase.WRITTEN))
    except Problem as problem:
        export.tell(State(Phase.REFUSED, problem=problem_of(problem)))
    finally:
        await database.close()


def main() -> int:
    """The folder is named on the command line, the database and the person on standard input."""
    told = json.load(sys.stdin)
    actor = actor_from(told["actor"])
    export = Upload(Path(sys.argv[2]), actor.id, told["names"][0], "export")
    threading.Thread(target=keep_alive, args=([export],), daemon=True).start()
    asyncio.run(write(export, told["database"], actor))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
