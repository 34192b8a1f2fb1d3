"""What is done to files by the clock: unfinished uploads go, files follow their rows, rows follow the folder."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from jobs.clients.storage import incoming, storage
from models import clock
from models.filing.places import place_of
from models.filing.settling import settle
from models.filing.stock import Tally, take_stock
from models.session import Database

LOST = ".lost"
"""Hidden folder below the storage for files of deals that do not exist: a form failed after its files were put."""
TRASH_KEPT = timedelta(days=30)
LOST_AFTER = timedelta(hours=1)


async def sweep(database: Database) -> Tally:
    """Bring files and rows together again, whatever was interrupted. Safe to repeat."""
    await asyncio.to_thread(incoming().sweep)
    await settle(database, storage())
    tally = await take_stock(database, storage())
    for key in tally.strange:
        await _lose(key)
    return tally


async def _lose(key: str) -> None:
    """Put aside what lies in a folder of ours that belongs to nobody; folders that people made themselves stay.

    A file in the trash without a row is that of an upload which was taken back; it goes after a month.
    """
    place, file = place_of(key), await storage().stat(key)
    if place is None or file is None:
        return
    age = clock.now() - file.modified_at
    if place.is_trash and age > TRASH_KEPT:
        await storage().remove(key)
    elif not place.is_trash and age > LOST_AFTER:
        await storage().move(key, f"{LOST}/{key}")
