"""How many statements a page costs, by pg_stat_statements."""

from __future__ import annotations

import asyncpg

from jobs.embedded import libpq_url

COUNTED = """SELECT coalesce(sum(calls), 0)::bigint FROM public.pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
WHERE r.rolname IN ('crm_panel', 'crm_own', 'crm_team', 'crm_all')
  AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND query !~* '^(begin|commit|rollback|deallocate|savepoint|discard|reset|set |show |listen|fetch|close)'"""
"""The panel's statements; what opens and ends transactions is not counted."""


async def connect() -> asyncpg.Connection:
    """The administrator, who sees everybody's statements."""
    connection = await asyncpg.connect(libpq_url())
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public")
    return connection


async def counted(connection: asyncpg.Connection) -> int:
    """Statements of the panel since the server counts."""
    return int(await connection.fetchval(COUNTED))
