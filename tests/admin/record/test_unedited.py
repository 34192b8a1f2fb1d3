"""Records that no form changes are changed by no cell, range, file or way back either."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from admin.views.base import View
from admin.views.record.forms import fields_of
from admin.views.registry import load
from models.actor import SYSTEM
from models.log import actions, events
from models.notification import Notification
from models.rights import rights
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.world import World

EVERYTHING = rights(("*",))


@pytest.mark.parametrize("view", [one for one in load().values() if not one.editable], ids=lambda view: view.identity)
def test_no_door_has_a_field_of_them(view: View) -> None:
    assert not fields_of(view, EVERYTHING, creating=False)


async def test_a_cell_and_a_range_of_ones_own_are_refused(world: World, browser: SignIn) -> None:
    async with world.database.transaction(SYSTEM, action="test.notice") as work:
        notice = Notification(user_id=world.anna.id, event="bulk.done", title="Как было", body="", url="/admin/")
        work.add(notice)
    anna = await browser(world.anna)
    cell = f"/admin/notification/cell/{notice.id}/title"
    assert (await anna.get(cell, headers=HX)).status_code == 409
    assert (await anna.post(cell, data={"title": "Подделка", "seen": "{}"}, headers=HX)).status_code == 409
    for pasted in (
        {"good": [[str(notice.id), {}, {"title": "Подделка"}]]},
        {"told": [[str(notice.id), "title", "Подделка"]]},
    ):
        data = {name: json.dumps(told) for name, told in pasted.items()}
        assert (await anna.post("/admin/notification/cells", data=data, headers=HX)).status_code == 409
    async with world.database.transaction(world.anna) as work:
        assert (await work.get_record(Notification, notice.id)).title == "Как было"


@pytest.mark.parametrize("table", [events, actions], ids=("event", "action"))
async def test_rows_of_the_log_have_no_story_of_their_own(world: World, browser: SignIn, table: Any) -> None:
    admin = await browser(world.admin)
    await admin.post("/admin/client/create", data={"name": "Кто-то"})
    async with world.database.transaction(world.admin) as work:
        key = await work.scalar(select(table.c.id).limit(1))
    identity = table.name.removesuffix("s")
    page = await admin.get(f"/admin/{identity}/details/{key}")
    assert page.status_code == 200 and "/authors/" not in page.text
    for address in (f"authors/{key}", f"field/{key}/id", f"field/{key}/at"):
        assert (await admin.get(f"/admin/{identity}/{address}", headers=HX)).status_code == 404
    assert (await admin.get(f"/admin/{identity}/cell/{key}/at", headers=HX)).status_code == 409
