"""Alembic's environment: the owner's connection, the project's tables, guards for what is new."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, pool
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine

import models
from migrations.guard import guard
from models.actor import SYSTEM_ID
from models.base import Base
from models.log import Xid8

models.load()
ischema_names["xid8"] = Xid8
SCHEMAS = {"auth", "crm", "tasks", "documents", "notifications", "audit"}
PATIENCE = {
    "lock_timeout": "10s",
    "statement_timeout": "30min",
    "app.actor_id": str(SYSTEM_ID),
    "app.via": "sql",
    "app.action": "migration",
}
"""A migration waits for nobody long, and is an actor like everyone else."""


def ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave partitions and schemas of others alone."""
    if kind == "schema":
        return name in SCHEMAS
    return not (
        kind == "table" and parents.get("schema_name") == "audit" and str(name).startswith(("events_", "critical_"))
    )


def watched(item: Any, _name: str | None, kind: str, _is_there: bool, _other: Any) -> bool:
    """Pointers of working data are no constraints of the database."""
    return kind != "foreign_key_constraint" or not all(key.info.get("unwatched") for key in item.elements)


def render(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Types of ours in a revision."""
    if kind == "type" and isinstance(item, Xid8):
        context.imports.add("from models.log import Xid8")
        return "Xid8()"
    return False


def migrate(connection: Connection) -> None:
    """Run what is asked on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=ours,
        include_object=watched,
        render_item=render,
        version_table_schema="audit",
        process_revision_directives=guard,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Open the owner's connection and migrate."""
    url = context.config.get_main_option("sqlalchemy.url") or ""
    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"server_settings": PATIENCE})
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect())
