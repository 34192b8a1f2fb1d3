"""A database with reference data and people, into which workbooks are brought; and a picture of all that is in it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from jobs.portfolio import Portfolio, read_portfolio
from jobs.portfolio.writing import Written, write
from models.actor import Actor, Scope
from models.clock import today
from models.session import Database
from models.undo import undo
from seeds import importing

SCHEMAS = "('auth', 'crm', 'tasks', 'documents', 'notifications', 'audit')"
TABLES = text(
    "SELECT schemaname || '.' || tablename FROM pg_tables"
    f" WHERE schemaname IN {SCHEMAS} AND schemaname <> 'audit' ORDER BY 1"
)


async def picture(database: Database, actor: Actor) -> dict[str, str]:
    """A fingerprint of every table that the administrator may read, but the log."""
    found = {}
    async with database.transaction(actor, scope=Scope.ALL) as work:
        readable = text("SELECT has_table_privilege(current_user, :table, 'SELECT')")
        for table in (await work.scalars(TABLES)).all():
            if await work.scalar(readable, {"table": table}):
                rows = f"SELECT md5(string_agg(r, '|' ORDER BY r)) FROM (SELECT to_jsonb(t)::text r FROM {table} t) x"
                found[table] = str(await work.scalar(text(rows)))
    return found


async def number(database: Database, actor: Actor, query: str, **keys: Any) -> Any:
    """One value as the actor sees it."""
    async with database.transaction(actor) as work:
        return await work.scalar(text(query), keys)


async def bring_in(database: Database, actor: Actor, file: Path) -> tuple[Portfolio, Written]:
    """Read a workbook and write it."""
    portfolio = read_portfolio(file, today())
    return portfolio, await write(database, actor, portfolio)


async def take_back(database: Database, actor: Actor, written: Written) -> int:
    """Undo an import."""
    async with database.transaction(actor, action="audit.undo") as work:
        return await undo(work, written.action)


async def command(database: Database, capsys: pytest.CaptureFixture[str], **given: Any) -> dict[str, Any]:
    """What `python -m seeds …` prints with `--json`: one object and nothing else."""
    capsys.readouterr()
    assert await importing.run(database, argparse.Namespace(json=True, **given)) == 0
    printed = json.loads(capsys.readouterr().out)
    assert isinstance(printed, dict)
    return printed
