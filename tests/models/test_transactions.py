"""One transaction: what it leaves behind when it ends well, badly or in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import text

from jobs.embedded.postgres import Postgres
from models.actor import SYSTEM
from models.driver import NothingCommitted
from models.errors import Denied, Refused
from models.people import Team
from models.session import Database, Work
from tests import databases
from tests.world import World

ROLE = "SELECT current_setting('role'), coalesce(current_setting('app.actor_id', true), '')"
COUNT = "SELECT count(*) FROM auth.teams WHERE name = $1"


@pytest.fixture
async def door(world: World) -> AsyncIterator[Database]:
    """A door with a single connection, so that whoever comes next gets the same one."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_panel"), pool_size=1)
    yield opened
    await opened.close()


async def number(door: Database, name: str) -> int:
    async with door.transaction(SYSTEM) as work:
        return int((await work.driver.fetch(COUNT, name))[0][0])


async def test_session_and_driver_are_one_transaction(door: Database, world: World) -> None:
    async with door.transaction(world.admin, action="team.create") as work:
        work.add(Team(name="Одна"))
        await work.flush()
        assert (await work.driver.fetch(COUNT, "Одна"))[0][0] == 1
    assert await number(door, "Одна") == 1


async def test_an_error_takes_everything_back(door: Database, world: World) -> None:
    with pytest.raises(LookupError):
        async with door.transaction(world.admin, action="team.create") as work:
            work.add(Team(name="Ничья"))
            await work.flush()
            raise LookupError
    assert await number(door, "Ничья") == 0


async def leave_in_the_middle(door: Database, world: World, by_driver: bool) -> None:
    entered = asyncio.Event()

    async def wait() -> None:
        async with door.transaction(world.admin, action="team.create") as work:
            work.add(Team(name="Брошенная"))
            await work.flush()
            entered.set()
            await (work.driver.fetch("SELECT pg_sleep(60)") if by_driver else work.execute(text("SELECT pg_sleep(60)")))

    task = asyncio.create_task(wait())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("by_driver", [True, False])
async def test_who_is_cut_off_leaves_neither_rows_nor_rights(door: Database, world: World, by_driver: bool) -> None:
    await leave_in_the_middle(door, world, by_driver)
    async with door.engine.connect() as connection:
        assert (await connection.execute(text(ROLE))).one() == ("none", "")
    assert await number(door, "Брошенная") == 0


async def test_the_next_one_has_nothing_of_the_last(door: Database, world: World) -> None:
    async with door.transaction(world.anna) as work:
        assert tuple((await work.driver.fetch(ROLE))[0]) == ("crm_own", str(world.anna.id))
    async with door.engine.connect() as connection:
        assert (await connection.execute(text(ROLE))).one() == ("none", "")


async def refused(work: Work, statement: str) -> None:
    await work.driver.fetch(statement)


async def test_what_the_database_refuses_the_driver_is_worded(door: Database, world: World) -> None:
    with pytest.raises(Denied):
        async with door.transaction(world.anna) as work:
            await refused(work, "SELECT * FROM auth.credentials")
    with pytest.raises(Refused):
        async with door.transaction(world.anna) as work:
            await refused(work, "DO $$BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END$$")
    with pytest.raises(asyncpg.UndefinedTableError):
        async with door.transaction(world.anna) as work:
            await refused(work, "SELECT * FROM nowhere")
    assert await number(door, "Одна") >= 0


async def test_a_connection_that_the_server_has_ended_is_not_lent(
    door: Database, world: World, cluster: Postgres
) -> None:
    async with door.transaction(world.anna) as work:
        pid = (await work.driver.fetch("SELECT pg_backend_pid()"))[0][0]
        connection = work.driver.connection
    owner = await asyncpg.connect(
        databases.url(world.database.engine.url.database or "", "crm_panel").replace("+asyncpg", "")
    )
    await owner.execute(f"SELECT pg_terminate_backend({pid})")
    await owner.close()
    async with asyncio.timeout(10):
        while not connection.is_closed():
            await asyncio.sleep(0)
    async with door.transaction(world.anna) as work:
        assert (await work.driver.fetch("SELECT pg_backend_pid()"))[0][0] != pid


async def test_nobody_goes_on_after_a_failure_as_if_nothing_were_lost(door: Database, world: World) -> None:
    with pytest.raises(NothingCommitted):
        async with door.transaction(world.admin, action="team.create") as work:
            await work.driver.fetch("INSERT INTO auth.teams (id, name) VALUES (uuidv7(), 'Потерянная')")
            with suppress(asyncpg.PostgresError):
                await work.driver.fetch("SELECT 1 / 0")
    assert await number(door, "Потерянная") == 0


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_only_the_block_ends_its_transaction(door: Database, world: World, ending: str) -> None:
    with pytest.raises(RuntimeError, match="by leaving it"):
        async with door.transaction(world.admin) as work:
            await getattr(work, ending)()
