"""A verb that previews says in its dialog what it will do, and does nothing by saying it."""

from __future__ import annotations

import re

from sqlalchemy import select

from models import clock
from models.absence import Absence
from models.deal import Deal
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import story
from tests.world import World


async def test_standing_in_is_counted_before_it_begins(world: World, browser: SignIn) -> None:
    await story(world.database, world.anna, "отпуска")
    anna = await browser(world.anna)
    today = clock.today().isoformat()
    data = {"user_id": str(world.anna.id), "substitute_id": str(world.boris.id), "kind": "temporary"}
    made = await anna.post("/admin/absence/create", data=data | {"starts_on": today, "ends_on": today})
    assert made.status_code == 303
    async with world.database.transaction(world.anna) as work:
        absence = (await work.scalars(select(Absence))).one()
        sold = len((await work.scalars(select(Deal.id).where(Deal.seller_id == world.anna.id))).all())

    dialog = await anna.get(f"/admin/absence/verb/begin?pk={absence.id}", headers=HX)
    assert "Что это затронет" in dialog.text
    assert re.search(rf"Сделок как продавец</th><td class=\"num\">{sold}</td>", dialog.text)
    async with world.database.transaction(world.anna) as work:
        assert (await work.get_record(Absence, absence.id)).status == "planned"
