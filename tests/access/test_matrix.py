"""Role × table × operation × whose row: what PostgreSQL allows is what the kinds of rows promise."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from uuid_utils.compat import uuid7

from models.actor import Actor, Scope
from models.base import Base, Rows, records
from models.session import Database
from tests import databases
from tests.access.rows import plant
from tests.world import World

SCHEMAS = "('auth', 'crm', 'tasks', 'documents', 'notifications', 'audit')"
OPERATIONS = ("select", "insert", "update", "delete")
UNDER_PEOPLE = {Rows.DEAL, Rows.UNDER_DEAL, Rows.CLIENT, Rows.UNDER_CLIENT, Rows.TASK, Rows.DOCUMENT}
EXEMPT_FROM_LOG = {
    *("crm.deal_members", "crm.client_members", "crm.attention", "crm.intake_drafts", "crm.deal_steps"),
    *("auth.selections", "auth.bulk_changes", "auth.bulk_rows", "crm.recalculation_differences"),
}
"""Derived memberships and steps, what needs whom, what is being typed, and the bookkeeping of recalculations and of
steps for many records; all of `audit.*` is exempt too."""


def reaches(actor: Actor, owner: Actor) -> bool:
    """Whether the actor's scope reaches the owner's rows."""
    same_team = actor.team_id is not None and actor.team_id == owner.team_id
    return actor.scope == Scope.ALL or actor.id == owner.id or (actor.scope == Scope.TEAM and same_team)


def is_expected(kind: Rows, operation: str, actor: Actor, owner: Actor) -> bool:
    """What the kind of rows promises."""
    admin = actor.role == "admin"
    if kind in UNDER_PEOPLE:
        return reaches(actor, owner)
    promises: dict[Rows, Callable[[], bool]] = {
        Rows.PERSONAL: lambda: actor.id == owner.id or admin,
        Rows.LENT: lambda: actor.id == owner.id or admin,
        Rows.REFERENCE: lambda: operation == "select" or actor.scope == Scope.ALL,
        Rows.PEOPLE: lambda: operation == "select" or admin,
        Rows.ABSENCE: lambda: operation == "select" or reaches(actor, owner),
        Rows.PAYEE: lambda: reaches(actor, owner) and (operation == "select" or actor.scope != Scope.OWN),
        Rows.TARGET: lambda: reaches(actor, owner) and (operation == "select" or actor.scope != Scope.OWN),
        Rows.OFFICE: lambda: actor.scope == Scope.ALL,
        Rows.SEALED: lambda: False,
    }
    return promises[kind]()


@pytest.fixture(scope="module")
async def planted(world: World) -> dict[str, dict[str, UUID]]:
    """A row of Anna's, of Vera's and of the head's in every table."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    rows: dict[str, dict[str, UUID]] = {}
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        for name in ("anna", "vera", "head"):
            rows[name] = await plant(connection, getattr(world, name), world.boris)
    await engine.dispose()
    return rows


@pytest.fixture(scope="module")
async def as_json(world: World, planted: dict[str, dict[str, UUID]]) -> dict[tuple[str, str], str]:
    """Every planted row as the owner reads it, for inserts of a copy."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    found = {}
    async with engine.connect() as connection:
        for owner, tables in planted.items():
            for table, key in tables.items():
                row = await connection.scalar(text(f"SELECT to_jsonb(t) FROM {table} t WHERE id = :id"), {"id": key})
                found[owner, table] = json.dumps({**row, "id": str(uuid7())}, default=str)
    await engine.dispose()
    return found


async def is_allowed(database: Database, actor: Actor, operation: str, table: str, key: UUID, copy: str) -> bool:
    """Try it and take it back. A constraint that stops it later means that the policies let it pass."""
    columns = ", ".join(c.name for c in Base.metadata.tables[table].columns if c.computed is None)
    statements = {
        "select": f"SELECT id FROM {table} WHERE id = :id",
        "insert": f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, :copy)",
        "update": f"UPDATE {table} SET id = id WHERE id = :id",
        "delete": f"DELETE FROM {table} WHERE id = :id",
    }
    values: dict[str, Any] = {"copy": copy} if operation == "insert" else {"id": key}
    async with database.engine.connect() as connection:
        await become(connection, actor)
        try:
            result = await connection.execute(text(statements[operation]), values)
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", "")) != "42501"
        finally:
            await connection.rollback()
        return result.rowcount > 0 if operation != "select" else result.first() is not None


async def become(connection: AsyncConnection, actor: Actor) -> None:
    """Act as a person, as `transaction` does."""
    await connection.execute(
        text("SELECT set_config('role', :role, true), set_config('app.actor_id', :id, true)"),
        {"role": f"crm_{actor.scope}", "id": str(actor.id)},
    )


async def test_every_cell_of_the_matrix(
    world: World, planted: dict[str, dict[str, UUID]], as_json: dict[tuple[str, str], str]
) -> None:
    different = []
    cells = 0
    actors = (world.anna, world.vera, world.head, world.olga, world.admin)
    for record, operation, actor, owner_name in product(records(), OPERATIONS, actors, planted):
        table, owner = str(record.__table__), getattr(world, owner_name)
        copy = as_json[owner_name, table]
        allowed = await is_allowed(world.database, actor, operation, table, planted[owner_name][table], copy)
        cells += 1
        if allowed != is_expected(record.__rows__, operation, actor, owner):
            different.append((record.__identity__, operation, actor.role, owner_name, allowed))
    assert cells > 2500
    assert different == []


async def test_the_matrix_would_see_a_hole(
    world: World, planted: dict[str, dict[str, UUID]], as_json: dict[tuple[str, str], str]
) -> None:
    """Negative control: with one policy too wide, Vera sees Anna's deal and the cell differs."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE POLICY hole ON crm.deals FOR SELECT TO crm_own USING (true)"))
    key = planted["anna"]["crm.deals"]
    seen = await is_allowed(world.database, world.vera, "select", "crm.deals", key, as_json["anna", "crm.deals"])
    async with engine.begin() as connection:
        await connection.execute(text("DROP POLICY hole ON crm.deals"))
    await engine.dispose()
    assert seen
    assert not is_expected(Rows.DEAL, "select", world.vera, world.anna)


async def test_every_table_has_policies_and_triggers(world: World) -> None:
    async with world.database.engine.connect() as connection:
        rows = (
            await connection.execute(
                text(
                    "SELECT n.nspname || '.' || c.relname AS name,"
                    " c.relrowsecurity AND c.relforcerowsecurity AS forced,"
                    " (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,"
                    " (SELECT count(*) FROM pg_trigger g"
                    "  WHERE g.tgrelid = c.oid AND g.tgname LIKE 'log\\_%') AS triggers"
                    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    f" WHERE c.relkind IN ('r', 'p') AND n.nspname IN {SCHEMAS}"
                )
            )
        ).all()
    assert len(rows) >= 58
    assert [row.name for row in rows if not row.forced or row.policies == 0] == []
    unlogged = {row.name for row in rows if row.triggers != 3 and not row.name.startswith("audit.")}
    assert unlogged == EXEMPT_FROM_LOG


async def test_doors_see_nothing_without_a_scope(world: World, planted: dict[str, dict[str, UUID]]) -> None:
    async with world.database.engine.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT 1 FROM crm.deals"))


@pytest.mark.parametrize(
    "table", ["audit.events", "audit.actions", "crm.deal_members", "crm.client_members", "crm.attention"]
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_log_and_the_membership_are_nobodys_to_change(world: World, table: str, statement: str) -> None:
    column = Base.metadata.tables[table].columns.keys()[-1]
    async with world.database.engine.connect() as connection:
        await become(connection, world.admin)
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(statement.format(table, column, column)))


async def test_definer_functions_fix_their_search_path(world: World) -> None:
    async with world.database.engine.connect() as connection:
        loose = (
            await connection.execute(
                text(
                    "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
                    f" WHERE n.nspname IN {SCHEMAS} AND p.prosecdef"
                    " AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false)"
                )
            )
        ).all()
    assert loose == []
