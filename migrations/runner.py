"""Brings a database to the newest schema: roles by the administrator, everything else by the owner."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from asyncpg import InsufficientPrivilegeError, PostgresError
from sqlalchemy import pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

HERE = Path(__file__).parent
SCHEMAS = ("auth", "crm", "tasks", "documents", "notifications", "audit", "reference")
EXTENSIONS = ("pg_trgm", "btree_gist")
OLDEST_SERVER = 180000
BOOTSTRAP_TRIES = 10
ROLES_IN_MOTION = {"XX000", "23505", "42710"}
"""Roles belong to the cluster, locks to a database: another database's start may be changing them right now."""


class OldServer(Exception):
    """PostgreSQL 18 or later is needed."""


class Unprivileged(Exception):
    """The administrator of DATABASE_URL may not do what the schema needs; docs/operations.md says what that is."""


@dataclass(frozen=True)
class Addresses:
    """The administrator's and the owner's addresses of one database, and the passwords of the login roles."""

    admin: str
    owner: str
    passwords: Mapping[str, str]


def sql(name: str) -> str:
    """The text of a file in `migrations/sql`."""
    return (HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def run(name: str) -> None:
    """Run a file of `migrations/sql` within a revision: many statements at once, as they stand.

    Bodies are not checked: an old revision runs today's text, whose columns may come with a later one.
    """
    op.execute("SET LOCAL check_function_bodies = off")
    connection = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda raw: raw.execute(sql(name)))  # type: ignore[union-attr]


def upgrade(addresses: Addresses, revision: str = "head") -> None:
    """Create roles, schemas and extensions, then run the migrations. Raises `OldServer`, `Unprivileged`."""
    asyncio.run(bootstrap(addresses))
    command.upgrade(config(addresses), revision)


def config(addresses: Addresses) -> Config:
    """Alembic's configuration for a database."""
    alembic = Config(str(HERE.parent / "alembic.ini"))
    alembic.set_main_option("script_location", str(HERE))
    alembic.set_main_option("sqlalchemy.url", addresses.owner.replace("%", "%%"))
    return alembic


async def bootstrap(addresses: Addresses) -> None:
    """What only the administrator can do; safe to repeat."""
    engine = create_async_engine(addresses.admin, poolclass=pool.NullPool)
    for tries_left in reversed(range(BOOTSTRAP_TRIES)):
        try:
            await _bootstrap(engine, addresses)
            break
        except (DBAPIError, PostgresError) as problem:
            if not tries_left or _state(problem) not in ROLES_IN_MOTION:
                raise
    await engine.dispose()


def _state(problem: DBAPIError | PostgresError) -> str:
    return str(getattr(problem.orig if isinstance(problem, DBAPIError) else problem, "sqlstate", ""))


async def _bootstrap(engine: AsyncEngine, addresses: Addresses) -> None:
    async with engine.begin() as connection:
        version = int((await connection.execute(text("SHOW server_version_num"))).scalar_one())
        if version < OLDEST_SERVER:
            raise OldServer(f"PostgreSQL 18 or later is needed; this server is {version // 10000}.")
        raw = await connection.get_raw_connection()
        try:
            await raw.driver_connection.execute(sql("roles"))  # type: ignore[union-attr]
        except InsufficientPrivilegeError as problem:
            raise Unprivileged(f"The user of DATABASE_URL lacks a privilege: {problem}.") from problem
        await _set_passwords(connection, addresses.passwords)
        await connection.execute(text("GRANT crm_owner TO CURRENT_USER"))
        await connection.execute(
            text("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO crm_owner', current_database()); END $$")
        )
        for schema in SCHEMAS:
            await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION crm_owner"))
        for extension in EXTENSIONS:
            await connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))


async def _set_passwords(connection: AsyncConnection, passwords: Mapping[str, str]) -> None:
    for role, password in passwords.items():
        statement = (
            await connection.execute(
                text("SELECT format('ALTER ROLE %I PASSWORD %L', cast(:r AS text), cast(:p AS text))"),
                {"r": role, "p": password},
            )
        ).scalar_one()
        await connection.execute(text(statement.replace(":", "\\:")))
