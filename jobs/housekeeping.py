"""Small upkeep: partitions of the log ahead of time, sessions, uploads and drafts that nobody will use again."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from jobs import uploads
from models import intake
from models.actor import SYSTEM, Via
from models.many import change as bulk
from models.session import Database

MONTHS_AHEAD = 4
SESSIONS_KEPT = timedelta(days=30)
UPDATES_KEPT = timedelta(days=7)
DONE_RUNS_KEPT, DEAD_RUNS_KEPT = timedelta(days=14), timedelta(days=365)


async def make_partitions(database: Database) -> None:
    """The log's partitions for the months to come."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SELECT audit.make_partitions(current_date, :months)"), {"months": MONTHS_AHEAD})


async def remove_old_uploads(_database: Database) -> None:
    """Workbooks that were brought some days ago, with the personal data in them."""
    await asyncio.to_thread(uploads.sweep)


async def end_old_sessions(database: Database) -> None:
    """Delete sessions, and one-time codes, that ended or expired a while ago."""
    async with database.transaction(SYSTEM, Via.JOB, "session.clean") as work:
        await work.execute(
            text("DELETE FROM auth.sessions WHERE least(ended_at, expires_at) < now() - CAST(:kept AS interval)"),
            {"kept": SESSIONS_KEPT},
        )
        await work.execute(
            text("DELETE FROM auth.one_time_codes WHERE expires_at < now() - CAST(:kept AS interval)"),
            {"kept": SESSIONS_KEPT},
        )


async def forget_old_runs(database: Database) -> None:
    """Runs that are done are kept for a while, those that died until somebody has looked at them for a year."""
    async with database.engine.begin() as connection:
        await connection.execute(
            text(
                "DELETE FROM audit.runs WHERE state = 'done' AND finished_at < now() - CAST(:done AS interval)"
                " OR state IN ('dead', 'discarded') AND finished_at < now() - CAST(:dead AS interval)"
            ),
            {"done": DONE_RUNS_KEPT, "dead": DEAD_RUNS_KEPT},
        )


async def forget_old_updates(database: Database) -> None:
    """What the bot was told, long after Telegram would repeat it; parked ones with the words in them, too."""
    async with database.engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM audit.bot_updates WHERE received_at < now() - CAST(:kept AS interval)"),
            {"kept": UPDATES_KEPT},
        )


async def remove_old_drafts(database: Database) -> None:
    """Calls that were begun and given up, with the personal data in them."""
    async with database.transaction(SYSTEM, Via.JOB, "intake-draft.clean") as work:
        await intake.sweep(work)


async def forget_old_selections(database: Database) -> None:
    """Selections that are no longer kept, and steps for many records of long ago; the log keeps what they changed."""
    async with database.transaction(SYSTEM, Via.JOB, "bulk-change.clean") as work:
        await bulk.sweep(work)
