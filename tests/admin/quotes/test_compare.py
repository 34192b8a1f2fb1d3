"""Variants side by side, and the choice with what the client said of the others."""

from __future__ import annotations

import json

from models.calculation import Calculation
from tests.admin.conftest import SignIn
from tests.admin.quotes.conftest import Offered
from tests.trade import get
from tests.world import World

HX = {"HX-Request": "true"}


async def test_what_differs_and_the_best_price_are_said_in_words(
    world: World, offered: Offered, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    page = await anna.get(f"/admin/deal/{offered.begun.deal}/compare")
    assert page.status_code == 200
    words = page.text
    assert words.count("лучшая цена") == 1 and "+2\u00a0849,50\u00a0₽" in words
    assert "истёк" in words and "машина старше десяти лет" in words and "различаются" in words
    assert "17,77\u00a0%" in words and "49\u00a0200,25\u00a0₽ через\u00a03\u00a0мес." in words
    assert page.text.count('name="v"') == 2


async def test_the_choice_keeps_a_reason_for_each_that_lost(world: World, offered: Offered, browser: SignIn) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{offered.begun.deal}/choose/{offered.dear}"
    dialog = await anna.get(at, headers=HX)
    assert f"why-{offered.cheap}" in dialog.text and str(offered.expired) not in dialog.text
    answer = await anna.post(at, data={f"why-{offered.cheap}": "нет рассрочки", "why": "дороже"}, headers=HX)
    assert answer.status_code == 200
    rows = {key: await get(world, world.anna, Calculation, key) for key in (offered.dear, offered.cheap)}
    assert (rows[offered.dear].status, rows[offered.dear].decline_reason) == ("confirmed", None)
    assert (rows[offered.cheap].status, rows[offered.cheap].decline_reason) == ("archived", "нет рассрочки")
    assert "нет рассрочки" in (await anna.get(f"/admin/deal/{offered.begun.deal}/compare")).text
    undo = json.loads(answer.headers["hx-trigger"])["toast"]["undo"]
    await anna.post(f"/admin/undo/{undo}", headers=HX)
    row = await get(world, world.anna, Calculation, offered.cheap)
    assert (row.status, row.decline_reason) == ("ready", None)


async def test_one_reason_stands_for_all(world: World, offered: Offered, browser: SignIn) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{offered.begun.deal}/choose/{offered.cheap}"
    await anna.post(at, data={"why": "дороже"}, headers=HX)
    assert (await get(world, world.anna, Calculation, offered.dear)).decline_reason == "дороже"
    assert (await get(world, world.anna, Calculation, offered.refused)).decline_reason is None


async def test_what_cannot_be_chosen_is_refused_with_what_was_typed(
    world: World, offered: Offered, browser: SignIn
) -> None:
    anna, boris = await browser(world.anna), await browser(world.boris)
    at = f"/admin/deal/{offered.begun.deal}/choose/{offered.expired}"
    answer = await anna.post(at, data={"why": "моя причина"}, headers=HX)
    assert answer.status_code == 409 and "моя причина" in answer.text
    assert (await get(world, world.anna, Calculation, offered.cheap)).decline_reason is None
    other = f"/admin/deal/{offered.begun.client}/choose/{offered.cheap}"
    assert (await anna.post(other, data={}, headers=HX)).status_code == 404
    assert (await boris.post(at, data={}, headers=HX)).status_code in (403, 404)
