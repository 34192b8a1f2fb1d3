"""What guards the tables row by row is put aside for a load, and put back, as sets, before anybody sees a row."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SETTINGS = (
    "timezone = 'UTC'",
    "synchronous_commit = off",
    "work_mem = '64MB'",
    "maintenance_work_mem = '512MB'",
)
KEYS = """SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I NOT ENFORCED', conrelid::regclass, conname),
       format('ALTER TABLE %s ALTER CONSTRAINT %I ENFORCED', conrelid::regclass, conname)
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY (CAST(:tables AS regclass[]))"""
EXCLUSIONS = """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype = 'x' AND conrelid = ANY (CAST(:tables AS regclass[]))"""
INDEXES = """SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index i WHERE indrelid = ANY (CAST(:tables AS regclass[]))
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"""
TRIGGERS = """SELECT format('ALTER TABLE %s DISABLE TRIGGER USER', t), format('ALTER TABLE %s ENABLE TRIGGER USER', t)
FROM unnest(CAST(:tables AS regclass[])) AS t"""
PARTS = (TRIGGERS, KEYS, EXCLUSIONS, INDEXES)


@asynccontextmanager
async def unguarded(connection: AsyncConnection, tables: Sequence[str]) -> AsyncIterator[None]:
    """One transaction without the log; keys, exclusions and indexes come back at its end. All or nothing."""
    async with connection.begin():
        for setting in SETTINGS:
            await connection.execute(text(f"SET LOCAL {setting}"))
        put_back: list[str] = []
        for part in PARTS:
            for aside, back in (await connection.execute(text(part), {"tables": list(tables)})).all():
                await connection.exec_driver_sql(aside)
                put_back.append(back)
        yield
        for back in reversed(put_back):
            await connection.exec_driver_sql(back)


async def tidy(connection: AsyncConnection, tables: Sequence[str]) -> None:
    """Statistics and the visibility map, without which the first lists are slow."""
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    await connection.execute(text(f"VACUUM (ANALYZE) {', '.join(tables)}"))
    await connection.rollback()  # nothing is taken back: the connection is free for what comes next
