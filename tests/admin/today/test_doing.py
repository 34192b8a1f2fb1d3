"""A verb takes its row away, undo brings it back, and the menu counts along."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from models import clock
from tests.admin.conftest import Browser, SignIn
from tests.admin.today.conftest import HX, Morning, listed
from tests.world import World


@pytest.fixture(scope="module")
async def anna(world: World, morning: Morning, browser: SignIn) -> Browser:
    return await browser(world.anna)


def undo_of(answer: httpx.Response) -> UUID:
    """The action that the toast offers to take back."""
    return UUID(json.loads(answer.headers["hx-trigger"])["toast"]["undo"])


async def numbers(client: Browser) -> dict[str, str]:
    """The menu's counters, not from memory."""
    page = (await client.get("/admin/today/numbers?fresh=1", headers=HX)).text
    return dict(re.findall(r'id="n-(\w+)"[^>]*>(\d*)', page))


async def test_what_is_paid_leaves_and_undo_brings_it_back(anna: Browser, morning: Morning) -> None:
    before, counted = await listed(anna), await numbers(anna)
    told = {"pk": str(morning.overdue), "paid_on": clock.today().isoformat(), "amount": ""}
    paid = await anna.post("/admin/payment/verb/pay", data=told, headers=HX)
    assert "saved" in paid.headers["hx-trigger-after-swap"]
    assert morning.overdue not in await listed(anna)
    assert int((await numbers(anna))["today"]) == int(counted["today"]) - 1
    undone = await anna.post(f"/admin/undo/{undo_of(paid)}", headers=HX)
    assert "saved" in undone.headers["hx-trigger-after-swap"]
    assert await listed(anna) == before
    assert await numbers(anna) == counted


async def test_put_off_proposes_days_with_reasons_and_hides_until_then(anna: Browser, morning: Morning) -> None:
    form = await anna.get(f"/admin/payment/verb/put_off?pk={morning.small}", headers=HX)
    assert "data-proposal" in form.text
    assert "через неделю" in form.text
    later = (clock.today() + timedelta(days=7)).isoformat()
    assert f'data-proposal="{later}"' in form.text
    asked = {"pk": str(morning.small), "remind_on": later}
    done = await anna.post("/admin/payment/verb/put_off", data=asked, headers=HX)
    assert done.status_code == 200
    assert morning.small not in await listed(anna)
    past = {"pk": str(morning.overdue), "remind_on": clock.today().isoformat()}
    refused = await anna.post("/admin/payment/verb/put_off", data=past, headers=HX)
    assert refused.status_code == 409
    assert morning.overdue in await listed(anna)
    await anna.post(f"/admin/undo/{undo_of(done)}", headers=HX)
    assert morning.small in await listed(anna)


async def test_a_deal_proposes_its_next_day_with_the_reason(world: World, anna: Browser, morning: Morning) -> None:
    page = await anna.get("/admin/?kind=instalment")
    deal = re.search(r"/admin/deal/details/([0-9a-f-]{36})", page.text)
    assert deal
    form = await anna.get(f"/admin/deal/verb/put_off?pk={deal[1]}", headers=HX)
    assert "<small>конец полиса</small>" in form.text.lower()


async def test_counters_are_remembered_for_some_seconds_only(anna: Browser, morning: Morning) -> None:
    counted = await numbers(anna)
    assert int(counted["returned"]) == 1
    again = await anna.post("/admin/task/verb/resend", data={"pk": str(morning.returned)}, headers=HX)
    remembered = (await anna.get("/admin/today/numbers", headers=HX)).text
    assert re.search(r'id="n-returned"[^>]*>1', remembered)
    assert (await numbers(anna))["returned"] == ""
    await anna.post(f"/admin/undo/{undo_of(again)}", headers=HX)


@pytest.mark.parametrize("address", ["/admin/?most=99999999999&kind=x&who=y", "/admin/?who=team&person=nobody"])
async def test_a_senseless_address_is_the_plain_page(anna: Browser, address: str) -> None:
    assert await listed(anna, address) == await listed(anna)
