"""A title that a role may not read is neither the heading of the page nor a word of what is said afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from admin.views.record.showing import NOTHING, titles_of
from admin.views.registry import view_named
from models.people import Role
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story
from tests.world import World, actor_named

CLIENT, DEAL = "Клиент страниц", "Дело страниц"
TAKEN = ("-client.name:read", "-deal.title:read", "-deal.client_id:read")


@pytest.mark.parametrize("taken", [(), TAKEN])
async def test_a_hidden_title_is_told_nowhere(
    world: World, deal: Story, browser: SignIn, taken: tuple[str, ...]
) -> None:
    async with world.database.transaction(world.admin, action="role.update") as work:
        role = (await work.scalars(select(Role).where(Role.slug == "seller"))).one()
        was = list(role.grants)
        await work.execute(update(Role).where(Role.id == role.id).values(grants=[*was, *taken]))
    anna, shown = await browser(world.anna), not taken
    client = await anna.get(f"/admin/client/details/{deal.client}")
    assert client.status_code == 200 and (CLIENT in client.text) is shown
    for page in ("details", "history"):
        assert (DEAL in (await anna.get(f"/admin/deal/{page}/{deal.deal}")).text) is shown
    done = await anna.post("/admin/deal/verb/wait-for", data={"pk": str(deal.deal), "ball": "client"}, headers=HX)
    assert done.status_code == 200
    actor = await actor_named(world.database, "anna@demo.local")
    async with world.database.transaction(actor) as work:
        found = await titles_of(work, {view_named("client"): [deal.client]})
    assert found == {deal.client: CLIENT if shown else NOTHING}
    async with world.database.transaction(world.admin, action="role.update") as work:
        await work.execute(update(Role).where(Role.id == role.id).values(grants=was))
