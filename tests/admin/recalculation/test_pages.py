"""Recalculation in the panel: from the rule to the preview, its progress, what was left, and who may."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest

from models import clock
from models.payment import Income
from models.payment.income import Received
from models.policy import Policy
from models.recalculation import Recalculation
from models.rules import CommissionRule
from tests.admin.conftest import SignIn
from tests.rates.selling import sold, worked_off
from tests.trade import Trade, do, get, reference_rows, rows
from tests.world import World

D = Decimal


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    """Products, insurers, rates and kinds of tasks."""
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def policies(world: World, trade: Trade) -> list[Policy]:
    """Two policies at 20 %, of which the insurer pays 25 % now."""
    found = [await sold(world, trade), await sold(world, trade)]
    async with world.database.transaction(world.olga, action="commission-rule.update") as work:
        (await work.get_record(CommissionRule, trade.ingos_kasko)).percent = D(25)
    return [await get(world, world.olga, Policy, policy.id) for policy in found]


async def test_a_rules_page_says_whom_it_touches_and_leads_into_a_preview(
    world: World, trade: Trade, policies: list[Policy], browser: SignIn
) -> None:
    olga, anna, rule = await browser(world.olga), await browser(world.anna), trade.ingos_kasko
    section = f"/admin/commission-rule/children/{rule}/recalculation"
    shown = (await olga.get(section)).text
    assert "2 expected lines are not as the rules have it." in shown or "2 ожидаемые строки" in shown
    assert str(policies[0].number) in shown
    assert "400,00" in shown
    assert "500,00" in shown
    assert (await anna.get(section)).status_code == 404, "sellers recalculate nothing"
    answer = await olga.post("/admin/recalculation/create", data={"commission_rule_id": str(rule)})
    key = UUID(re.findall(r"details/([0-9a-f-]{36})", answer.headers["location"])[0])
    assert (await get(world, world.olga, Recalculation, key)).created_by_id == world.olga.id
    progress = await olga.get(f"/admin/recalculations/{key}/progress")
    assert "recalc-progress" in progress.text
    await worked_off(world, key)
    assert (await olga.get(f"/admin/recalculations/{key}/progress")).headers["hx-refresh"] == "true"
    page = (await olga.get(f"/admin/recalculation/details/{key}")).text
    assert page.count(f"/admin/policy/details/{policies[0].id}") == 2
    listed = (await olga.get(f"/admin/recalculation-difference/list?recalculation_id={key}")).text
    assert str(policies[1].number) in listed
    exported = (await olga.get(f"/admin/recalculation-difference/export.csv?recalculation_id={key}")).text
    assert exported.count("\n") == 5
    for path in (f"/admin/recalculation/details/{key}", f"/admin/recalculations/{key}/progress"):
        assert (await anna.get(path)).status_code in (403, 404)
    assert (await anna.post("/admin/recalculation/create", data={})).status_code in (403, 404)


async def test_what_was_left_alone_is_previewed_again(
    world: World, trade: Trade, policies: list[Policy], browser: SignIn
) -> None:
    olga = await browser(world.olga)
    answer = await olga.post("/admin/recalculation/create", data={"insurer_id": str(trade.ingos)})
    key = UUID(re.findall(r"details/([0-9a-f-]{36})", answer.headers["location"])[0])
    await worked_off(world, key)
    assert (await olga.post(f"/admin/recalculations/{key}/again")).status_code == 404, "nothing was left"
    (line,) = await rows(world, Income, Income.deal_id == policies[1].deal_id)
    await do(world, world.olga, Income, line.id, "receive", Received(received_on=clock.today(), amount=D(1)))
    applied = await olga.post("/admin/recalculation/verb/apply", data={"pk": str(key)})
    assert applied.status_code == 303
    assert "/admin/undo/" not in (await olga.get(applied.headers["location"])).text.partition('id="toasts"')[2][:2000]
    run = await worked_off(world, key)
    assert (run.applied, run.left_alone) == (2, 2)
    answer = await olga.post(f"/admin/recalculations/{key}/again")
    again = await worked_off(world, UUID(answer.headers["location"].rpartition("/")[2]))
    assert (again.policies, again.lines) == ([policies[1].id], 0), "its commission has come in part"


@pytest.mark.parametrize("identity", ["policy", "income"])
async def test_exactly_the_chosen_rows_are_previewed(
    world: World, trade: Trade, policies: list[Policy], browser: SignIn, identity: str
) -> None:
    olga, anna = await browser(world.olga), await browser(world.anna)
    page = (await olga.get(f"/admin/{identity}/list")).text
    assert 'name="what" value="recalculate"' in page
    assert 'value="recalculate"' not in (await anna.get(f"/admin/{identity}/list")).text
    (line,) = await rows(world, Income, Income.deal_id == policies[0].deal_id)
    ticked = policies[0].id if identity == "policy" else line.id
    chosen = {"what": "recalculate", "pk": str(ticked)}
    assert (await anna.post(f"/admin/{identity}/bulk", data=chosen)).status_code == 404
    answer = await olga.post(f"/admin/{identity}/bulk", data=chosen)
    key = UUID(answer.headers["location"].rpartition("/")[2])
    run = await worked_off(world, key)
    assert (run.policies, run.looked_at, run.name) == ([policies[0].id], 1, "Выбранные полисы: 1")


async def test_a_new_rate_shows_what_it_would_change_and_changes_nothing(
    world: World, trade: Trade, policies: list[Policy], browser: SignIn
) -> None:
    olga, rule = await browser(world.olga), trade.ingos_kasko
    asked = {"pk": str(rule), "from_day": f"{clock.today()}", "percent": "50"}
    address = "/admin/recalculations/foresee/commission-rule"
    shown = (await olga.post(address, data=asked)).text
    assert "+" in shown
    assert "000,00" in shown
    assert (await rows(world, CommissionRule, CommissionRule.id != rule)) == []
    wrong = (await olga.post(address, data=asked | {"percent": "500"})).text
    assert "100" in wrong
    assert (await olga.post("/admin/recalculations/foresee/policy", data=asked)).status_code == 404
    assert (await (await browser(world.anna)).post(address, data=asked)).status_code == 403
