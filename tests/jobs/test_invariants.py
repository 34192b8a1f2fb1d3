"""Invariants hold after a story, and each is found broken when somebody breaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from jobs.invariants import INVARIANTS, Untrue, check_invariants
from models.session import Database
from tests import databases
from tests.stories import story
from tests.world import World

ISSUED = "UPDATE crm.policies SET status = 'issued', number = 'X 1'"
DEEDS = (
    f"{ISSUED}, premium = premium + 0.01",
    f"{ISSUED}; UPDATE crm.payments SET deleted_at = now()",
    "UPDATE crm.payments SET incomes_expected = incomes_expected + 1",
    "DELETE FROM crm.deal_members WHERE reason = 'seller'",
    "DELETE FROM crm.client_members",
    "INSERT INTO crm.calculations (id, deal_id, need_id, insurer_id, status, premium, deductible_kind, plan)"
    " SELECT uuidv7(), n.deal_id, n.id, i.id, 'confirmed', 1, 'none', 'once' FROM crm.needs n, crm.insurers i,"
    " (VALUES (1), (2)) AS twice",
)
"""One for each invariant, in their order."""


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Database]:
    """Somebody who may do what nobody should."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def told(world: World) -> World:
    await story(world.database, world.anna, "порядка")
    return world


async def test_they_hold_after_a_story(told: World) -> None:
    await check_invariants(told.database)


@pytest.mark.parametrize(
    ("invariant", "deed"), list(zip(INVARIANTS, DEEDS, strict=True)), ids=lambda one: str(one)[:40]
)
async def test_each_is_found_broken(told: World, owner: Database, invariant: object, deed: str) -> None:
    sentence, breakers = invariant  # type: ignore[misc]
    async with owner.engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(told.admin.id)})
        assert list(await connection.scalars(text(breakers))) == []
        for statement in deed.split("; "):
            await connection.execute(text(statement))
        assert list(await connection.scalars(text(breakers))), sentence
        await connection.rollback()


async def test_what_is_broken_is_named(told: World, owner: Database) -> None:
    async with owner.engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(told.admin.id)})
        await connection.execute(text("UPDATE crm.payments SET incomes_received = incomes_received + 5"))
        await connection.commit()
    with pytest.raises(Untrue, match="A payment's totals are those of its lines: not so for"):
        await check_invariants(told.database)
