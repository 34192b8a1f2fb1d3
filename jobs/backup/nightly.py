"""The backup of every night: made, proven by a restore, and the old ones let go."""

from __future__ import annotations

from jobs.backup.keeping import let_go
from jobs.backup.making import make
from jobs.backup.manifest import shelf
from jobs.backup.proving import prove
from jobs.clients.storage import storage
from models import clock
from models.session import Database

FILES_ON = 6
"""The weekday, Sunday, on which every document on the shelf is read through too."""


async def back_up(database: Database) -> None:
    """Raises `Broken` with what is wrong; the schedule keeps it for the administrator."""
    manifest = await make(storage(), shelf(), str(database.engine.url.database))
    await prove(shelf(), manifest, files=clock.today().weekday() == FILES_ON)
    await let_go(shelf(), clock.now())
