"""How seeds come to the database: as `crm_jobs`, with every model mapped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import hooks
import models
from jobs.embedded import CannotStart, role_url
from models.actor import Actor, Scope
from models.errors import NotFound
from models.rights import rights
from models.session import Database
from models.texts import N_

FIRST = "Run `make run` once, or `python -m migrations` and `python -m seeds reference`."
MIGRATED = text("SELECT to_regclass('crm.deals') IS NOT NULL")
NAMED = text("SELECT * FROM auth.actor_named(:login)")


async def through(task: Callable[[Database], Awaitable[int]]) -> int:
    """Run a task in the database of the settings. Raises `CannotStart` where it is not there or not migrated."""
    models.load()
    hooks.load()
    database = Database(role_url("crm_jobs"), pool_size=2)
    try:
        await must_be_migrated(database)
        return await task(database)
    finally:
        await database.close()


async def must_be_migrated(database: Database) -> None:
    """Raises `CannotStart` with what to do first."""
    try:
        async with database.engine.connect() as connection:
            migrated = bool(await connection.scalar(MIGRATED))
    except (OSError, DBAPIError) as problem:
        raise CannotStart(f"The database is not there, or does not let us in. {FIRST}") from problem
    if not migrated:
        raise CannotStart(f"The database has no tables yet. {FIRST}")


async def actor_named(database: Database, login: str) -> Actor:
    """The person with this sign-in name. Raises `NotFound`."""
    async with database.engine.connect() as connection:
        found = (
            await connection.execute(text("SELECT * FROM auth.actor_named(:login)"), {"login": login})
        ).one_or_none()
    if found is None:
        raise NotFound(N_("Nobody signs in as {login}."), login=login)
    return Actor(
        found.user_id,
        found.full_name,
        Scope(found.scope),
        rights(tuple(found.grants)),
        found.role,
        found.team_id,
        found.locale,
    )
