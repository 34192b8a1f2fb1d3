"""Which backups are kept: every one of the last two weeks, then one a week, then one a month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from jobs.backup.manifest import FILES, Manifest, Shelf, all_of, file_key

ALL_FOR = timedelta(days=14)
WEEKS, MONTHS = 8, 12


def keepers(manifests: Iterable[Manifest], now: datetime) -> set[str]:
    """Names of those to keep: all of two weeks, the last of each of 8 weeks and of 12 months, always the newest."""
    newest_first = sorted(manifests, key=lambda one: one.at, reverse=True)
    kept = {one.name for one in newest_first if now - one.at <= ALL_FOR}
    kept |= {one.name for one in newest_first[:1]}
    for number, part in ((WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        last_of: dict[str, str] = {}
        for one in newest_first:
            last_of.setdefault(one.at.strftime(part), one.name)
        kept |= set(list(last_of.values())[:number])
    return kept


async def let_go(place: Shelf, now: datetime) -> list[str]:
    """Remove the other backups, and documents that none of the kept ones has. Gives the names of what went."""
    manifests = await all_of(place)
    kept = keepers(manifests, now)
    gone = [one for one in manifests if one.name not in kept]
    for one in gone:
        await place.remove(one.key)
        await place.remove(one.dump_key)
    if gone:
        wanted = {file_key(f.sha256) for one in manifests if one.name in kept for f in one.files}
        for file in await place.listing(FILES):
            if file.key not in wanted:
                await place.remove(file.key)
    return [one.name for one in gone]
