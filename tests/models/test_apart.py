"""A part of a transaction that fails alone: what it wrote is taken back, the rest stands."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from models.client import Client
from models.errors import Invalid, Problem, Refused
from models.people import Team
from models.session import Work
from tests.world import World

ROLE = "SELECT current_setting('role')"


async def team(work: Work, name: str) -> None:
    work.add(Team(name=name))
    await work.flush()


async def names(world: World) -> set[str]:
    async with world.database.transaction(world.admin) as work:
        return set(await work.scalars(select(Team.name).where(Team.name.like("часть%"))))


async def test_a_part_fails_alone(world: World) -> None:
    """By a refusal, by a constraint in the middle of a flush, by a defect: the parts around it stand."""
    async with world.database.transaction(world.admin, action="team.create") as work:
        await team(work, "часть 1")
        async with work.apart() as part:
            await team(part, "часть 2")
        with pytest.raises(Refused):
            async with work.apart() as part:
                await team(part, "часть 3")
                raise Refused
        with pytest.raises(Invalid):
            async with work.apart() as part:
                await team(part, "часть 4")
                await team(part, "часть 1")
        with pytest.raises(Problem):
            async with work.apart() as part:
                await part.execute(text("SELECT 'x'::uuid"))
        with pytest.raises(LookupError):
            async with work.apart() as part:
                raise LookupError
        async with work.apart(keep=False) as part:
            await team(part, "часть 5")
        await team(work, "часть 6")
    assert await names(world) == {"часть 1", "часть 2", "часть 6"}


async def test_a_wide_scope_ends_with_its_part(world: World) -> None:
    async with world.database.transaction(world.anna, action="client.create") as work:
        async with work.apart() as part:
            await part.widen()
            part.add(Client(name="Часть", created_by_id=world.anna.id))
            assert (await part.driver.fetch(ROLE))[0][0] == "crm_all"
        assert (await work.driver.fetch(ROLE))[0][0] == "crm_own"
        assert work.has_written
        async with work.apart() as part:
            assert (await part.driver.fetch(ROLE))[0][0] == "crm_own"
        assert await work.scalar(select(Client.name).where(Client.name == "Часть")) == "Часть"
