"""What is kept longer than the log: appended as it settles, checked every night."""

from __future__ import annotations

from sqlalchemy import text

from models.session import Database

BATCH = 1000
KEEP = text("SELECT audit.keep_critical(:most)")
CHECK = text("SELECT link, wrong FROM audit.check_critical()")


class Tampered(Exception):
    """The chain of critical events does not hold; the message names the link and what is wrong."""


async def keep_critical(database: Database) -> int:
    """Append what has settled since; gives how many events were read. Many may run, one at a time reads."""
    total = 0
    while True:
        async with database.engine.begin() as connection:
            number = int(await connection.scalar(KEEP, {"most": BATCH}) or 0)
        total += number
        if number < BATCH:
            return total


async def check_critical(database: Database) -> None:
    """Raises `Tampered` where a kept event was changed or is missing."""
    async with database.engine.connect() as connection:
        broken = (await connection.execute(CHECK)).first()
    if broken is not None:
        raise Tampered(f"Critical event {broken.link}: {broken.wrong}.")
