"""Verbs over HTTP: asked in a dialog, done, refused in words, done in bulk, undone."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from uuid import UUID

from models import clock
from models.calculation import Calculation
from models.deal import Deal
from models.payment import Payment
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story, made, story
from tests.world import World


async def stored(world: World, record: Any, key: UUID) -> Any:
    async with world.database.transaction(world.admin) as work:
        return await work.get_record(record, key)


async def test_a_payment_is_entered_and_taken_back(world: World, browser: SignIn) -> None:
    deal = await story(world.database, world.anna, "оплаты")
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/payment/verb/pay?pk={deal.payment}", headers=HX)
    assert dialog.status_code == 200 and 'type="date"' in dialog.text and "<html" not in dialog.text
    async with world.database.transaction(world.anna) as work:
        today = work.today.isoformat()
    assert f'value="{today}"' in dialog.text
    data = {"pk": str(deal.payment), "paid_on": today, "amount": "40 000,00"}
    answer = await anna.post("/admin/payment/verb/pay", data=data, headers=HX)
    assert answer.status_code == 200
    row = await stored(world, Payment, deal.payment)
    assert (row.status, row.paid_amount) == ("partially_paid", 40000)
    undo = json.loads(answer.headers["hx-trigger"])["toast"]["undo"]
    await anna.post(f"/admin/undo/{undo}", headers=HX)
    row = await stored(world, Payment, deal.payment)
    assert (row.status, row.paid_amount, row.paid_on) == ("planned", 0, None)


async def test_a_form_sent_twice_does_one_thing(world: World, browser: SignIn) -> None:
    deal = await story(world.database, world.anna, "двойного щелчка")
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/payment/verb/pay?pk={deal.payment}", headers=HX)
    once = re.findall(r'name="once" value="([^"]+)"', dialog.text)[0]
    data = {"pk": str(deal.payment), "paid_on": clock.today().isoformat(), "amount": "1000", "once": once}
    answers = await asyncio.gather(*(anna.post("/admin/payment/verb/pay", data=data, headers=HX) for _n in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert (await stored(world, Payment, deal.payment)).paid_amount == 1000
    await anna.post("/admin/payment/verb/pay", data=data | {"once": "another"}, headers=HX)
    assert (await stored(world, Payment, deal.payment)).paid_amount == 2000


async def test_a_refusal_keeps_what_was_typed(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    data = {"pk": str(deal.payment), "paid_on": "2000-01-01", "amount": "999 999 999"}
    answer = await anna.post("/admin/payment/verb/pay", data=data, headers=HX)
    assert answer.status_code == 422 and "999 999 999" in answer.text and 'aria-invalid="true"' in answer.text
    answer = await anna.post("/admin/payment/verb/confirm", data=data, headers=HX)
    assert answer.status_code == 403


async def test_without_the_state_a_verb_is_refused(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    answer = await anna.post("/admin/deal/verb/offer", data={"pk": str(deal.deal)})
    assert answer.status_code == 409 and "sqlalchemy" not in answer.text


async def test_many_at_once_are_one_undo_and_the_skipped_are_named(world: World, deal: Story, browser: SignIn) -> None:
    values = {"deal_id": deal.deal, "need_id": deal.need, "insurer_id": deal.insurer}
    ready = [await made(world.database, world.anna, Calculation, **values, premium=n) for n in (100, 200)]
    bare = await made(world.database, world.anna, Calculation, **values)
    anna = await browser(world.anna)
    keys = [str(one.id) for one in (*ready, bare)]
    answer = await anna.post("/admin/calculation/verb/ready", data={"pk": keys}, headers=HX)
    assert answer.status_code == 200 and "Страховщик страниц" in answer.text
    states = [(await stored(world, Calculation, UUID(key))).status for key in keys]
    assert states == ["ready", "ready", "requested"]
    undo = answer.text.split("/admin/undo/")[1][:36]
    assert (await anna.post(f"/admin/undo/{undo}", headers=HX)).status_code == 200
    assert {(await stored(world, Calculation, UUID(key))).status for key in keys} == {"requested"}


async def test_a_verb_names_only_what_is_seen_and_of_this_deal(world: World, deal: Story, browser: SignIn) -> None:
    other = await story(world.database, world.anna, "другая")
    foreign = await made(
        world.database, world.anna, Calculation, deal_id=other.deal, need_id=other.need, insurer_id=other.insurer
    )
    anna = await browser(world.anna)
    data = {"pk": str(deal.deal), "calculation_id": str(foreign.id)}
    assert (await anna.post("/admin/deal/verb/order_issue", data=data)).status_code in (409, 422)
    assert (await stored(world, Deal, deal.deal)).stage == "draft"


async def test_nothing_is_done_by_get(world: World, deal: Story, browser: SignIn) -> None:
    anna = await browser(world.anna)
    before = (await stored(world, Deal, deal.deal)).stage
    await anna.get(f"/admin/deal/verb/hand_off?pk={deal.deal}")
    assert (await stored(world, Deal, deal.deal)).stage == before
    for slug in ("nope", "__init__"):
        assert (await anna.get(f"/admin/deal/verb/{slug}?pk={deal.deal}")).status_code == 404
    for pk in ("", "x", "' or 1=1"):
        assert (await anna.get("/admin/deal/verb/hand_off", params={"pk": pk})).status_code == 404


async def test_a_deal_handed_off_shows_the_next_step(world: World, browser: SignIn) -> None:
    deal = await story(world.database, world.anna, "шага")
    anna = await browser(world.anna)
    page = await anna.get(f"/admin/deal/details/{deal.deal}")
    assert page.text.count("btn btn-primary") == 1 and 'id="hand_off-' in page.text
    data = {"pk": str(deal.deal), "executor_id": str(world.boris.id), "note": "КАСКО"}
    answer = await anna.post("/admin/deal/verb/hand_off", data=data)
    assert answer.status_code == 303 and answer.headers["location"] == f"/admin/deal/details/{deal.deal}"
    row = await stored(world, Deal, deal.deal)
    assert (row.stage, row.ball, row.executor_id) == ("quotation", "executor", world.boris.id)
    head = await anna.get(f"/admin/deal/details/{deal.deal}", headers=HX)
    assert "<html" not in head.text and 'id="offer-' in head.text
    assert "btn btn-primary" not in head.text, "nothing is calculated yet"
    assert "Ждём исполнителя: расчёт." in head.text
    boris = await browser(world.boris)
    assert "Ваш ход: внесите расчёты" in (await boris.get(f"/admin/deal/details/{deal.deal}")).text
