"""The record beside its list, pinned records and opened ones: each under the reader's own rights."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from models.client import Client
from models.log import events
from models.pins import MOST, Pin
from tests.admin.conftest import SignIn
from tests.stories import Story, made, story
from tests.world import World

PART = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def begun(world: World) -> Story:
    """A deal of Anna's."""
    return await story(world.database, world.anna, "рядом")


async def test_a_record_is_looked_at_beside_its_list(world: World, browser: SignIn, begun: Story) -> None:
    anna, vera, at = await browser(world.anna), await browser(world.vera), f"/admin/deal/peek/{begun.deal}"
    drawn = await anna.get(at, headers=PART)
    assert drawn.status_code == 200 and 'id="peek-record"' in drawn.text and "Клиент рядом" in drawn.text
    assert "/admin/deal/verb/hand_off" in drawn.text and "data-key" not in drawn.text
    assert (await vera.get(at, headers=PART)).status_code == 404
    assert (await anna.get(at)).headers["location"] == f"/admin/deal/details/{begun.deal}"
    assert "data-peek" in (await anna.get("/admin/deal/list")).text


async def test_a_card_that_is_looked_at_stands_in_the_log(world: World, browser: SignIn, begun: Story) -> None:
    anna = await browser(world.anna)
    await anna.get(f"/admin/client/peek/{begun.client}", headers=PART)
    async with world.database.transaction(world.admin) as work:
        found = select(events.c.actor_id).where(
            events.c.type == "crm.client.opened", events.c.record_id == begun.client
        )
        assert world.anna.id in set(await work.scalars(found))


async def test_a_pin_is_a_row_of_ones_own(world: World, browser: SignIn, begun: Story) -> None:
    """In the menu and in the palette; not twice; taken back by Undo; nothing to others."""
    anna, vera, head = [await browser(one) for one in (world.anna, world.vera, world.head)]
    at = f"/admin/deal/pin/{begun.deal}"
    pinned = await anna.post(at, headers=PART)
    assert pinned.status_code == 204 and "pins-changed" in pinned.headers["HX-Trigger"]
    await anna.post(at, headers=PART)
    foot = (await anna.get("/admin/pins", headers=PART)).text
    assert foot.count(f"/admin/deal/details/{begun.deal}") == 1 and "Дело рядом" in foot
    assert "Закреплённое" in (await anna.get("/admin/palette?q=", headers=PART)).text
    for other in (vera, head):
        assert str(begun.deal) not in (await other.get("/admin/pins", headers=PART)).text
    assert (await vera.post(at, headers=PART)).status_code == 404
    assert (await anna.post("/admin/deal/pin/" + str(uuid4()), headers=PART)).status_code == 404
    undo = re.search(r'"undo": "([0-9a-f-]{36})"', pinned.headers["HX-Trigger"])
    assert undo and (await anna.post(f"/admin/undo/{undo[1]}", headers=PART)).status_code == 200
    assert str(begun.deal) not in (await anna.get("/admin/pins", headers=PART)).text
    await anna.post(at, headers=PART)
    assert (await anna.post(at, data={"off": "1"})).headers["location"] == f"/admin/deal/details/{begun.deal}"
    assert str(begun.deal) not in (await anna.get("/admin/pins", headers=PART)).text


async def test_only_so_many_are_pinned(world: World, browser: SignIn) -> None:
    vera = await browser(world.vera)
    keys = [(await made(world.database, world.vera, Client, name=f"Закрепа {n}")).id for n in range(MOST + 1)]
    answers = [(await vera.post(f"/admin/client/pin/{key}", headers=PART)).status_code for key in keys]
    assert answers == [204] * MOST + [409]
    async with world.database.transaction(world.vera) as work:
        assert set(await work.scalars(select(Pin.record_id))) == set(keys[:MOST])


async def test_what_was_opened_is_told_by_keys_and_shown_by_rights(world: World, browser: SignIn, begun: Story) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    forged = f"deal:{begun.deal},client:{begun.client},nothing:{begun.deal},credential:{uuid4()},deal:{'-' * 36},x"
    mine = (await anna.get("/admin/palette", params={"q": "", "opened": forged}, headers=PART)).text
    assert "Недавно открытое" in mine and mine.count(f"/admin/deal/details/{begun.deal}") == 1
    theirs = (await vera.get("/admin/palette", params={"q": "", "opened": forged}, headers=PART)).text
    assert str(begun.deal) not in theirs and str(begun.client) not in theirs


def test_keys_are_read_and_nothing_else() -> None:
    from admin.peek.near import MOST_OPENED, pairs_in

    key = UUID(int=7)
    assert pairs_in(f"deal:{key},deal:x,:{key}") == [("deal", key)]
    assert len(pairs_in(",".join(f"deal:{key}" for _ in range(50)))) == MOST_OPENED
