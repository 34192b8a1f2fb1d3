"""Critical events: each once, in order, chained, so that a changed or missing one is found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from jobs.critical import Tampered, check_critical, keep_critical
from models.changes import trash
from models.client import Client
from models.people import Team
from models.session import Database
from tests import databases
from tests.world import World

KEPT = text("SELECT type FROM audit.critical ORDER BY seq")


@pytest.fixture
async def door(world: World) -> AsyncIterator[Database]:
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    yield opened
    await opened.close()


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Database]:
    """Somebody who may do what nobody should."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield opened
    await opened.close()


async def kept(door: Database) -> list[str]:
    async with door.engine.connect() as connection:
        return list(await connection.scalars(KEPT))


async def trash_a_client(world: World) -> None:
    async with world.database.transaction(world.anna, action="client.create") as work:
        client = Client(name="Попов", created_by_id=world.anna.id)
        work.add(client)
    async with world.database.transaction(world.anna, action="client.trash") as work:
        await trash(work, Client, client.id)


async def test_what_is_critical_is_kept_once(world: World, door: Database) -> None:
    await keep_critical(door)
    before = await kept(door)
    await trash_a_client(world)
    assert await keep_critical(door) > 0
    assert await keep_critical(door) == 0
    assert (await kept(door))[len(before) :] == ["crm.client.updated"], "the deletion is, the creation is not"
    assert "auth.user.created" in before
    await check_critical(door)


async def test_a_transaction_in_flight_is_kept_when_it_ends(world: World, door: Database) -> None:
    await keep_critical(door)
    before = len(await kept(door))
    async with world.database.transaction(world.admin, action="team.rename") as work:
        team = Team(name="Новая")
        work.add(team)
        await work.flush()
        team.deleted_at = work.at
        await work.flush()
        await trash_a_client(world)
        await keep_critical(door)
        assert len(await kept(door)) == before, "what comes after it waits, so that the order stays"
    await keep_critical(door)
    assert len(await kept(door)) == before + 2 + 1


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("UPDATE audit.critical SET event = event || '{\"actor_id\": null}' WHERE seq = :n", "changed"),
        ("DELETE FROM audit.critical WHERE seq = :n", "missing"),
        ("DELETE FROM audit.critical WHERE seq >= :n", "rows at the end are missing"),
    ],
)
async def test_a_tampered_chain_is_found(world: World, door: Database, owner: Database, deed: str, found: str) -> None:
    """Negative control: the chain holds before the deed and after it is taken back."""
    for _again in range(3):
        await trash_a_client(world)
    await keep_critical(door)
    await check_critical(door)
    async with owner.engine.connect() as connection:
        await connection.execute(text("CREATE TEMP TABLE saved AS SELECT * FROM audit.critical"))
        await connection.execute(text(deed), {"n": 3})
        await connection.commit()
        with pytest.raises(Tampered, match=found):
            await check_critical(door)
        await connection.execute(text("DELETE FROM audit.critical"))
        await connection.execute(text("INSERT INTO audit.critical SELECT * FROM saved"))
        await connection.commit()
    await check_critical(door)


async def test_there_is_a_partition_for_this_year_and_the_next(door: Database) -> None:
    async with door.engine.connect() as connection:
        years = await connection.scalar(
            text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit.critical'::regclass")
        )
    assert years == 3, "the two and the default one"
