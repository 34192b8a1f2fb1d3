"""Nobody is given work who does not work here: whoever posts the key by hand hears it at the field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from models import clock
from models.deal import Deal
from models.people import Role, User
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story
from tests.world import World

GONE: tuple[dict[str, Any], ...] = ({"is_active": False}, {"deleted_at": clock.now()}, {"system_account": "robot"})


async def person(world: World, **values: Any) -> UUID:
    """An executor of their own, found by a word that nobody else has."""
    async with world.database.transaction(world.admin, action="user.create") as work:
        role = (await work.scalars(select(Role).where(Role.slug == "executor"))).one()
        name = f"{'-'.join(values) or 'works'}@demo.local"
        user = User(username=name, full_name=f"Сменщик {name}", role_id=role.id, **values)
        work.add(user)
    return user.id


@pytest.mark.parametrize("gone", GONE)
async def test_a_hand_off_to_who_is_gone_is_refused_at_the_field(
    world: World, deal: Story, browser: SignIn, gone: dict[str, Any]
) -> None:
    key = await person(world, **gone)
    anna = await browser(world.anna)
    for verb, field in (("hand-off", "executor_id"), ("transfer", "seller_id")):
        answer = await anna.post(f"/admin/deal/verb/{verb}", data={"pk": str(deal.deal), field: str(key)}, headers=HX)
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    async with world.database.transaction(world.admin) as work:
        stands = await work.get_record(Deal, deal.deal)
        assert key not in (stands.executor_id, stands.seller_id)


async def test_only_who_works_is_offered_and_taken(world: World, deal: Story, browser: SignIn) -> None:
    key = await person(world)
    anna = await browser(world.anna)
    found = (await anna.get("/admin/deal/lookup?verb=hand_off&field=executor_id&q=Сменщик")).json()["options"]
    assert [one["id"] for one in found] == [str(key)]
    data = {"pk": str(deal.deal), "executor_id": str(key)}
    assert (await anna.post("/admin/deal/verb/hand-off", data=data, headers=HX)).status_code == 200
