"""Every entity has its shapes by declaration: a board for each choice, a calendar for each date, a look."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from admin.boards.looks import board_fields, date_fields
from admin.views.registry import load
from models.rights import rights
from tests import databases
from tests.access.rows import plant
from tests.admin.conftest import SignIn
from tests.world import World

PART = {"HX-Request": "true"}
VIEWS = [view for _identity, view in sorted(load().items()) if not view.is_sealed]


@pytest.fixture(scope="module")
async def planted(world: World) -> World:
    """A row in every table, of the administrator."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        await plant(connection, world.admin, world.boris)
    await engine.dispose()
    return world


async def test_every_list_takes_its_shapes(planted: World, browser: SignIn) -> None:
    admin, everything = await browser(planted.admin), rights(("*",))
    for view in VIEWS:
        at, name = f"/admin/{view.identity}", view.identity
        choices, dates = board_fields(view, everything), date_fields(view, everything)
        page = (await admin.get(f"{at}/list?as=board&by={choices[-1].name}" if choices else f"{at}/list")).text
        assert ("as=board" in page, "as=calendar" in page) == (bool(choices), bool(dates)), name
        assert ('id="board"' in page) == bool(choices), name
        if dates:
            drawn = await admin.get(f"{at}/list?as=calendar&by={dates[0].name}&span=week")
            assert 'id="calendar"' in drawn.text, name
        key = re.findall(r'class="row-link[^>]* href="[^"]+/([0-9a-f-]{36})"', page)[0]
        assert (await admin.get(f"{at}/peek/{key}", headers=PART)).status_code == 200, name


async def test_a_shape_that_is_none_is_the_list(planted: World, browser: SignIn) -> None:
    admin = await browser(planted.admin)
    for forged in ("as=nothing", "as=board&by=nothing", "as=calendar&around=x&span=y", "as=board&cards=9e9&trash=1"):
        assert (await admin.get(f"/admin/deal/list?{forged}")).status_code == 200
