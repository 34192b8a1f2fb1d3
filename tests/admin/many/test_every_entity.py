"""The list of every entity offers its rows and what can be done with them by declaration, without further code."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from admin.many.offers import EXPORT, EXPORT_BOOK, bulk_fields, offers_of
from admin.views.base import View
from admin.views.registry import load
from models.many.change import EDIT
from models.rights import rights
from tests import databases
from tests.access.rows import plant
from tests.admin.conftest import SignIn
from tests.admin.many.test_over_http import choose
from tests.world import World

VIEWS = [view for _identity, view in sorted(load().items()) if not view.is_sealed]
IDS = [view.identity for view in VIEWS]
TAKES_AWAY = {"trash"}


@pytest.fixture(scope="module")
async def planted(world: World) -> World:
    """A row in every table, of the administrator."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        await plant(connection, world.admin, world.boris)
    await engine.dispose()
    return world


@pytest.mark.parametrize("view", VIEWS, ids=IDS)
async def test_a_list_offers_its_rows(planted: World, browser: SignIn, view: View) -> None:
    """What its page counts is what is frozen; each step that the bar names leads on."""
    admin, at = await browser(planted.admin), f"/admin/{view.identity}"
    page = (await admin.get(f"{at}/list")).text
    assert 'name="pk"' in page and "data-bulk" in page and "data-pick-all" in page
    total = re.findall(r'aria-live="polite">[^<]* из ([^<]+)<', page)[0]
    chosen = await choose(admin, identity=view.identity)
    assert chosen["number"] == int(re.sub(r"\D", "", total))
    steps = re.findall(r'name="what" value="(\w+)"', page)
    assert steps == [offer.name for offer in offers_of(view, planted.admin, in_trash=False)]
    for what in sorted(set(steps) - TAKES_AWAY):
        answer = await admin.post(f"{at}/bulk", data={"what": what, "selection": chosen["selection"]})
        assert answer.status_code == 303, what
        assert (await admin.get(answer.headers["location"])).status_code == 200, what


def test_every_verb_for_many_and_every_field_that_may_be_written_is_offered() -> None:
    """Fields that only verbs change, that must differ, or that lead to something of one deal are not."""
    everything = rights(("*",))
    offered = {view.identity: bulk_fields(view, everything) for view in VIEWS}
    assert sum(bool(fields) for fields in offered.values()) > 25
    for view in VIEWS:
        closed = {view.state, *getattr(view.record, "__by_verb__", ()), *getattr(view.record, "__once__", ())}
        assert not closed & set(offered[view.identity]), view.identity
    assert "source" in offered["deal"] and "client_id" in offered["deal"]
    assert not {"code", "stage", "seller_id", "deal_id"} & set(offered["deal"])
    assert "username" not in offered["user"] and "policy_id" not in offered["task"]


async def test_a_role_is_offered_what_it_may(world: World) -> None:
    deal = load()["deal"]
    of_head = [offer.name for offer in offers_of(deal, world.head, in_trash=False)]
    assert of_head == ["hand_off", "put_off", "transfer", EDIT, EXPORT_BOOK, EXPORT, "trash"]
    assert [offer.name for offer in offers_of(deal, world.head, in_trash=True)] == ["restore", EXPORT_BOOK, EXPORT]
    assert [offer.name for offer in offers_of(deal, world.anna, in_trash=False)] == of_head[:4] + of_head[6:]
    assert [offer.name for offer in offers_of(deal, world.boris, in_trash=False)] == ["put_off", EDIT]
    assert offers_of(load()["insurer"], world.anna, in_trash=False) == []
