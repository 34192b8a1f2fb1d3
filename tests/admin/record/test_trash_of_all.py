"""The trash of every entity: what is thrown away leaves the list, stands in the trash, and comes back from there."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from admin.views.base import View
from admin.views.registry import load
from tests.admin.conftest import Browser, SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story
from tests.world import World

ROWS_TRIED = 4
VIEWS = [view for view in load().values() if view.has_trash and not view.is_sealed]


async def keys_of(world: World, view: View) -> list[str]:
    """Some records of the kind."""
    async with world.database.transaction(world.admin) as work:
        found = await work.scalars(select(view.record.id).order_by(view.record.id.desc()).limit(ROWS_TRIED))
        return [str(key) for key in found if key != world.admin.id]


async def stands(admin: Browser, view: View, key: str, *, in_trash: bool) -> bool:
    """Whether the list, or the trash, has the record."""
    page = await admin.get(f"/admin/{view.identity}/list?per=200{'&trash=1' if in_trash else ''}")
    assert page.status_code == 200
    return f"/details/{key}" in page.text


@pytest.mark.parametrize("view", VIEWS, ids=[view.identity for view in VIEWS])
async def test_what_is_thrown_away_comes_back(world: World, deal: Story, browser: SignIn, view: View) -> None:
    assert {"trash", "restore"} <= view.verbs.keys()
    admin = await browser(world.admin)
    assert (await admin.get(f"/admin/{view.identity}/list?trash=1")).status_code == 200
    for key in await keys_of(world, view):
        answer = await admin.post(f"/admin/{view.identity}/verb/trash", data={"pk": key}, headers=HX)
        if answer.status_code in (403, 409):
            continue  # another's, or one that must stay
        assert answer.status_code in (200, 204), answer.text
        assert await stands(admin, view, key, in_trash=True) and not await stands(admin, view, key, in_trash=False)
        page = await admin.get(f"/admin/{view.identity}/details/{key}")
        assert 'id="restore"' in page.text
        await admin.post(f"/admin/{view.identity}/verb/restore", data={"pk": key}, headers=HX)
        assert await stands(admin, view, key, in_trash=False) and not await stands(admin, view, key, in_trash=True)
        break
