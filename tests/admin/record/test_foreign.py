"""Vera belongs to another team: every path of Anna's records is 404 to her, and changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from models.log import actions
from models.people import User
from tests.admin.conftest import SignIn
from tests.stories import Story
from tests.world import World

PAGES = ("details", "edit", "history")


def keys_of(deal: Story) -> dict[str, str]:
    names = {
        "client": deal.client,
        "deal": deal.deal,
        "need": deal.need,
        "policy": deal.policy,
        "payment": deal.payment,
    }
    return {identity: str(key) for identity, key in names.items()}


async def test_pages_and_changes(world: World, deal: Story, browser: SignIn) -> None:
    vera = await browser(world.vera)
    for identity, key in keys_of(deal).items():
        for page in PAGES:
            answer = await vera.get(f"/admin/{identity}/{page}/{key}")
            assert answer.status_code == 404, (identity, page)
        assert (await vera.post(f"/admin/{identity}/edit/{key}", data={"note": "x"})).status_code == 404
        assert (await vera.post(f"/admin/{identity}/delete", data={"pk": key})).status_code == 404


async def test_verbs(world: World, deal: Story, browser: SignIn) -> None:
    from admin.views.registry import view_named

    vera = await browser(world.vera)
    for identity, key in keys_of(deal).items():
        for verb in view_named(identity).verbs.values():
            if not world.vera.rights.may(identity, verb.name):
                continue
            path = f"/admin/{identity}/verb/{verb.name}"
            assert (await vera.get(path, params={"pk": key})).status_code == 404, path
            data = {"pk": key, "reason": "x", "paid_on": "2026-01-01", "review_on": "2031-01-01"}
            assert (await vera.post(path, data=data)).status_code in (404, 422), path


async def test_children_lookups_and_prefilled_forms(world: World, deal: Story, browser: SignIn) -> None:
    vera = await browser(world.vera)
    assert (await vera.get(f"/admin/deal/children/{deal.deal}/payment")).status_code == 404
    assert (await vera.get(f"/admin/payment/create?policy_id={deal.policy}")).status_code == 404
    assert (await vera.get(f"/admin/policy/lookup?field=need_id&deal_id={deal.deal}")).json() == {"options": []}
    posted = {"deal_id": str(deal.deal), "body": "подброшено"}
    assert (await vera.post("/admin/journal-entry/create", data=posted)).status_code == 422


async def test_undo(world: World, deal: Story, browser: SignIn) -> None:
    async with world.database.transaction(world.admin) as work:
        mine = list(await work.scalars(select(actions.c.id).where(actions.c.actor_id == world.anna.id)))
    vera = await browser(world.vera)
    assert mine
    for action in mine:
        assert (await vera.post(f"/admin/undo/{action}")).status_code == 404
    async with world.database.transaction(world.admin) as work:
        undone = select(actions.c.id).where(actions.c.undone_by.is_not(None), actions.c.actor_id == world.anna.id)
        assert not list(await work.scalars(undone))
        assert await work.get(User, world.vera.id) is not None
        assert await work.scalar(text("SELECT count(*) FROM crm.deal_journal WHERE body = 'подброшено'")) == 0


@pytest.mark.parametrize("path", ["details/x", "edit/1", "history/00000000-0000-0000-0000-000000000000", "verb/x?pk=1"])
async def test_malformed_and_unknown_keys(world: World, browser: SignIn, path: str) -> None:
    assert (await (await browser(world.anna)).get(f"/admin/deal/{path}")).status_code == 404
