"""A name that is pasted into a cell names a record, or a sentence says why not; nothing is written by the preview."""

from __future__ import annotations

import json

import pytest

from models.rules import CommissionRule
from tests.admin.conftest import SignIn
from tests.trade import Trade, get, reference_rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.mark.parametrize(
    ("pasted", "said", "may_confirm"),
    [("ВСК", "ВСК", True), ("Никакая", "Записи с названием «Никакая» нет, или их несколько", False)],
)
async def test_a_pasted_name_is_understood_or_refused(
    world: World, trade: Trade, browser: SignIn, pasted: str, said: str, may_confirm: bool
) -> None:
    olga = await browser(world.olga)
    told = json.dumps([[str(trade.ingos_kasko), "insurer_id", pasted]])
    answer = await olga.post("/admin/commission-rule/cells", data={"told": told}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and said in answer.text, answer.text
    assert ('name="good" value="[]"' not in answer.text) == may_confirm
    rule = await get(world, world.olga, CommissionRule, trade.ingos_kasko)
    assert rule.insurer_id == trade.ingos
