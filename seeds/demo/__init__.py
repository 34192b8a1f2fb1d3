"""The demo world: six people of a small brokerage and what they are busy with today."""

from __future__ import annotations

from models.session import Database
from seeds.demo.people import ensure_people


async def plant(database: Database) -> str:
    """Make the demo people and their world; says in a sentence what was done."""
    if not await ensure_people(database):
        return "This database has people of its own: no demo people were made."
    return "The demo people are there."
