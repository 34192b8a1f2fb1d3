"""How long to wait after failed sign-ins: longer with each, for a name and for an address, and never for good."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from weakref import WeakValueDictionary

from admin.auth.sessions import Sessions

WINDOW = timedelta(minutes=15)
FREE_BY_NAME, FREE_BY_ADDRESS = 4, 20
"""Failures within the window that cost nothing; an office shares one address."""
LONGEST_WAIT = 60
FAILED = "SELECT by_name, by_address FROM auth.failed_sign_ins($1, $2, $3)"

_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def turn(name: str) -> asyncio.Lock:
    """Tries of one name go one after another, else many at once would all be the first."""
    return _turns.setdefault(name, asyncio.Lock())


async def seconds_to_wait(sessions: Sessions, name: str, address: str) -> int:
    """How long to wait before the next try; 0 for none."""
    by_name, by_address = await sessions.row(FAILED, name, address, WINDOW)
    return max(
        await still_waiting(sessions, name, address, by_name - FREE_BY_NAME, 0),
        await still_waiting(sessions, name, address, by_address - FREE_BY_ADDRESS, 1),
    )


async def still_waiting(sessions: Sessions, name: str, address: str, failures: int, which: int) -> int:
    """The wait of so many costly failures, if the last of them is not that long ago."""
    if failures <= 0:
        return 0
    wait = min(2**failures, LONGEST_WAIT)
    recent = await sessions.row(FAILED, name, address, timedelta(seconds=wait))
    return wait if recent[which] else 0
