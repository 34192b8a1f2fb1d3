"""Filters find those who have left: what they did is still there. Nobody gives them new work."""

from __future__ import annotations

from models.people import User
from tests.admin.conftest import SignIn
from tests.trade import add
from tests.world import World


async def test_filters_offer_who_has_left_and_say_so(world: World, browser: SignIn) -> None:
    gone = User(username="gone@demo.local", full_name="Ушедшая Нина", role_id=await role_of(world), is_active=False)
    await add(world, world.admin, gone)
    admin = await browser(world.admin)
    asked = {"q": "Ушедшая"}
    assert (await admin.get("/admin/user/lookup", params=asked)).json()["options"] == []
    (found,) = (await admin.get("/admin/user/lookup", params=asked | {"former": "1"})).json()["options"]
    assert (found["id"], found["hint"]) == (str(gone.id), "больше не работает")
    assert 'data-lookup="/admin/user/lookup?former=1"' in (await admin.get("/admin/deal/list")).text


async def role_of(world: World) -> object:
    """Anna's role."""
    async with world.database.transaction(world.admin) as work:
        return (await work.get_record(User, world.anna.id)).role_id
