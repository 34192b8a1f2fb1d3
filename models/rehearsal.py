"""Doing something to see what comes of it: rules, hooks and the database's own checks run, and nothing stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.actor import Actor
from models.session import Database, Work


class _Over(Exception):
    """Raised at the end, so that the transaction is rolled back."""


@asynccontextmanager
async def rehearsal(database: Database, actor: Actor, action: str = "") -> AsyncIterator[Work]:
    """A transaction of which nothing stays: `settle()` in it lets the hooks follow. Raises what it would raise."""
    try:
        async with database.transaction(actor, action=action) as work:
            yield work
            raise _Over
    except _Over:
        return
