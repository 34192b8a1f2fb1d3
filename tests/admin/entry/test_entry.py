"""Calculations entered one after another, and a block written as one step that one undo takes back."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from models import clock
from models.calculation import Calculation
from models.deal import Deal
from models.deal.stages import HandOff
from tests.admin.conftest import SignIn
from tests.trade import Begun, Trade, begin, do, reference_rows, rows
from tests.world import World

HX = {"HX-Request": "true"}
UNTIL = f"{clock.today() + timedelta(days=20):%d.%m.%Y}"
BLOCK = f"""СК\tПрограмма\tПремия\tСтраховая сумма\tФраншиза\tКВ, %\tДействует до\tРассрочка
ингос\tПлатинум\t98 400,50\t2 000 000\t30 000\t18%\t{UNTIL}\t50/50
Рессо\t\t101250\t2000000\tбез\t20%\t{UNTIL}\t
ВСК\tКлассика\tсто тысяч\t2 000 000\t\t\t{UNTIL}\t40/20/20/20"""


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture
async def begun(world: World, trade: Trade) -> Begun:
    return await begin(world, trade)


async def made(world: World, begun: Begun) -> list[Calculation]:
    return await rows(world, Calculation, Calculation.deal_id == begun.deal)


def fields_of(html: str) -> dict[str, str]:
    """What the second form of the page would send."""
    form = html[html.index("paste-rows") :]
    found = re.findall(r'name="([a-z_-]+\d*)"[^>]*? value="([^"]*)"', form)
    return {name: value for name, value in found if name != "step"}


async def test_a_block_is_corrected_in_place_and_written_as_one_step(
    world: World, begun: Begun, trade: Trade, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{begun.deal}/calculations/paste"
    assert (await anna.get(at)).status_code == 200
    page = await anna.post(at, data={"step": "read", "need": str(begun.kasko), "block": BLOCK})
    assert page.status_code == 200 and "Рессо" in page.text and 'data-value="РЕСО"' in page.text
    told = fields_of(page.text)
    assert (told["premium-0"], told["premium-2"], told["insurer-1"]) == ("98 400,50", "сто тысяч", "Рессо")
    refused = await anna.post(at, data=told | {"step": "write", "block": BLOCK})
    assert refused.status_code == 422 and "сто тысяч" in refused.text and await made(world, begun) == []
    told |= {"insurer-1": "РЕСО", "premium-2": "100 000,01"}
    answer = await anna.post(at, data=told | {"step": "write", "block": BLOCK})
    assert answer.status_code == 303 and answer.headers["location"] == f"/admin/deal/details/{begun.deal}"
    found = {c.insurer_id: c for c in await made(world, begun)}
    first, second, third = found[trade.ingos], found[trade.reso], found[trade.vsk]
    assert {c.need_id for c in found.values()} == {begun.kasko} and {c.status for c in found.values()} == {"ready"}
    assert (first.premium, first.deductible, first.deductible_kind) == (Decimal("98400.50"), 30000, "unconditional")
    assert (first.commission_percent, first.plan, first.program) == (18, "50-50", "Платинум")
    assert (second.deductible, second.plan, third.plan, third.premium) == (
        None,
        "once",
        "40-20-20-20",
        Decimal("100000.01"),
    )
    history = await anna.get(f"/admin/deal/history/{begun.deal}")
    undo = re.findall(r"/admin/undo/([0-9a-f-]{36})", history.text)[0]
    await anna.post(f"/admin/undo/{undo}", headers=HX)
    assert await made(world, begun) == []


async def test_rows_may_be_left_out_and_a_block_sent_twice_is_written_once(
    world: World, begun: Begun, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{begun.deal}/calculations/paste"
    page = await anna.post(at, data={"step": "read", "need": str(begun.osago), "block": BLOCK})
    told = fields_of(page.text) | {"step": "write", "block": BLOCK, "ready": ""}
    del told["take-1"], told["take-2"]
    answers = await asyncio.gather(*(anna.post(at, data=told) for _n in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    (only,) = await made(world, begun)
    assert (only.need_id, only.status) == (begun.osago, "requested")


async def test_columns_may_be_said_otherwise(world: World, begun: Begun, browser: SignIn) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{begun.deal}/calculations/paste"
    said = {"column-0": "note", "column-1": "insurer", "column-2": "premium"}
    block = "Согласовано\tВСК\t100500\n"
    page = await anna.post(at, data={"step": "read", "need": str(begun.kasko), "block": block} | said)
    told = fields_of(page.text)
    assert (told["note-0"], told["insurer-0"], told["premium-0"]) == ("Согласовано", "ВСК", "100500")


async def test_what_cannot_be_read_is_said_and_stays(world: World, begun: Begun, browser: SignIn) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    at = f"/admin/deal/{begun.deal}/calculations/paste"
    empty = await anna.post(at, data={"step": "read", "block": " \n"})
    assert empty.status_code == 422 and "нечего читать" in empty.text
    for rows_told in ("x", "-1", "99999999"):
        assert (await anna.post(at, data={"step": "write", "rows": rows_told})).status_code == 422
    assert (await vera.get(at)).status_code == 404
    assert (await vera.post(at, data={"step": "read", "block": BLOCK})).status_code == 404
    foreign = {"step": "read", "block": BLOCK, "need": str(begun.deal)}
    assert (await anna.post(at, data=foreign)).status_code == 404


def once(html: str) -> str:
    """The key of the form."""
    found = re.search(r'name="id" value="([^"]+)"', html)
    assert found
    return found[1]


async def test_one_after_another_with_the_need_and_the_plan_kept(
    world: World, begun: Begun, trade: Trade, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{begun.deal}/calculations/enter"
    form = await anna.get(at, headers=HX)
    told = {"need": str(begun.kasko), "insurer": str(trade.ingos), "premium": "98 400,50", "valid_until": UNTIL,
            "plan": "50/50 за три месяца", "program": "Платинум"}  # fmt: skip
    answer = await anna.post(at, data=told | {"id": once(form.text)}, headers=HX)
    assert answer.status_code == 200 and answer.headers["hx-trigger-after-swap"] == "saved"
    assert "50/50 за три месяца" in answer.text and "Ингосстрах · Платинум" in answer.text
    assert f'<option value="{begun.kasko}" selected' in answer.text and 'value="98' not in answer.text
    again = await anna.post(at, data=told | {"id": once(form.text)}, headers=HX)
    assert again.status_code == 200 and len(await made(world, begun)) == 1
    (only,) = await made(world, begun)
    assert (only.status, only.plan, only.premium) == ("ready", "50-50", Decimal("98400.50"))
    undo = json.loads(answer.headers["hx-trigger"])["toast"]["undo"]
    await anna.post(f"/admin/undo/{undo}", headers=HX)
    assert await made(world, begun) == []


async def test_a_refusal_keeps_what_was_typed_and_an_insurers_own_is_entered_at_once(
    world: World, begun: Begun, trade: Trade, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{begun.deal}/calculations/enter"
    told = {"need": str(begun.kasko), "insurer": str(trade.vsk), "premium": "много", "note": "перезвонят"}
    answer = await anna.post(at, data=told, headers=HX)
    assert answer.status_code == 422 and "перезвонят" in answer.text and 'value="ВСК"' in answer.text
    assert 'id="e-premium-problem"' in answer.text and await made(world, begun) == []
    await anna.post(at, data=told | {"premium": "", "refusal": "старше десяти лет"}, headers=HX)
    (only,) = await made(world, begun)
    assert (only.status, only.refusal_reason) == ("refused", "старше десяти лет")


async def test_what_was_used_last_for_the_product_comes_first(
    world: World, begun: Begun, trade: Trade, browser: SignIn
) -> None:
    boris = await browser(world.boris)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    at = f"/admin/deal/{begun.deal}/calculations"
    for insurer, program in ((trade.vsk, "Классика"), (trade.reso, "РесоАвто")):
        told = {"need": str(begun.kasko), "insurer": str(insurer), "program": program, "premium": "1000"}
        assert (await boris.post(f"{at}/enter", data=told, headers=HX)).status_code == 200

    async def offered(need: UUID, typed: str = "") -> list[str]:
        answer = await boris.get(f"{at}/insurers", params={"need": str(need), "q": typed})
        return [option["title"] for option in answer.json()["options"]]

    assert (await offered(begun.kasko))[:2] == ["РЕСО", "ВСК"]
    assert (await offered(begun.osago))[0] == "ВСК", "by name where nothing was used"
    assert await offered(begun.kasko, "ингос") == ["Ингосстрах"]
    asked: dict[str, Any] = {"need": str(begun.kasko), "insurer": str(trade.vsk)}
    assert "Классика" in (await boris.get(f"{at}/programs", params=asked)).text
    assert "Классика" not in (await boris.get(f"{at}/programs", params=asked | {"insurer": str(trade.reso)})).text
