"""The dialogs of an endorsement and an early end: what they foresee is what is saved, and nothing is written by it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from admin.changing.foresight import Change, foresee
from models import clock
from models.errors import Invalid
from models.log import events
from models.payment import Income, Payment
from models.policy import Policy
from models.policy.record import Cancel, Endorse
from tests.admin.conftest import SignIn
from tests.trade import Trade, begin, do, drafted, instalments, issue, pay, reference_rows, rows
from tests.world import World

HX = {"HX-Request": "true"}
D = Decimal


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def served(world: World, trade: Trade, plan: str = "40-20-20-20") -> Policy:
    """A company's policy with its first instalment paid, a hundred days of 365 used today."""
    begun = await begin(world, trade, kind="company")
    start = clock.today() - timedelta(days=99)
    policy = await drafted(world, begun, trade.ingos, "36500", plan=plan, starts_on=start)
    await issue(world, policy, sale_date=start, ends_on=start + timedelta(days=364))
    first, *_ = await instalments(world, policy)
    await pay(world, first)
    return policy


async def saved(world: World, policy: Policy) -> list[tuple[Any, ...]]:
    """The instalments with their commission, as they are written."""
    found = []
    for payment in sorted(await instalments(world, policy), key=lambda one: (one.due_on, one.sequence)):
        lines = await rows(world, Income, Income.payment_id == payment.id, Income.reverses_id.is_(None))
        found.append((payment.sequence, payment.due_on, payment.amount, sum((i.amount for i in lines), D(0))))
    return found


def shown(seen: Change) -> list[tuple[Any, ...]]:
    """The same of what was foreseen."""
    return [(a.sequence, a.due_on, a.amount, a.commission) for a in (row.after for row in seen.rows) if a is not None]


async def written(world: World) -> int:
    """How many rows the log has."""
    async with world.database.transaction(world.admin) as work:
        return int(await work.scalar(select(func.count()).select_from(events)) or 0)


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("endorse", {"difference": D("1000.01")}),
        ("endorse", {"difference": D(-30000)}),
        ("endorse", {"new_premium": D(40000), "difference_paid": "one_more"}),
        ("cancel", {}),
    ],
    ids=["spread", "refunded", "one more", "early end"],
)
async def test_what_is_foreseen_is_what_is_saved(world: World, trade: Trade, verb: str, asked: dict[str, Any]) -> None:
    policy = await served(world, trade)
    was = await saved(world, policy)
    today = clock.today()
    told: Any = (
        Endorse(paper="1", effective_on=today, what_changed="…", **asked)
        if verb == "endorse"
        else Cancel(cancelled_on=today, reason="продал")
    )
    before = await written(world)
    seen = await foresee(world.database, world.anna, policy.id, verb, told)
    assert await written(world) == before and await saved(world, policy) == was
    await do(world, world.anna, Policy, policy.id, verb, told)
    assert shown(seen) == await saved(world, policy)
    keys = [payment.id for payment in await instalments(world, policy)]
    taken = await rows(world, Income, Income.payment_id.in_(keys), Income.reverses_id.is_not(None))
    assert sorted(line.amount for _n, line in seen.taken_back) == sorted(line.amount for line in taken)
    assert seen.refund == -sum(p.amount for p in await instalments(world, policy) if p.amount < 0)


async def test_the_early_end_says_how_it_is_counted(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await served(world, trade, plan="once")
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/policy/verb/cancel?pk={policy.id}", headers=HX)
    assert "change-preview" in dialog.text and "kept_percent" not in dialog.text
    olga = await browser(world.olga)
    assert "kept_percent" in (await olga.get(f"/admin/policy/verb/cancel?pk={policy.id}", headers=HX)).text
    data = {"pk": str(policy.id), "cancelled_on": clock.today().isoformat(), "reason": "", "paper": ""}
    answer = (await anna.post("/admin/change/cancel/preview", data=data, headers=HX)).text
    told = re.sub(r"<[^>]+>", " ", answer).replace("\u00a0", " ")
    for words in ("100 из 365", "26 500,00 ₽", "5 300,00 ₽", "20 %", "21 200,00 ₽", "−4 240,00 ₽"):
        assert words in told, (words, told)
    answer = await olga.post("/admin/change/cancel/preview", data=data | {"kept_percent": "0"}, headers=HX)
    assert "26\u00a0500,00" in answer.text and "−5\u00a0300,00" in answer.text
    vera = await browser(world.vera)
    assert (await vera.post("/admin/change/cancel/preview", data=data, headers=HX)).status_code == 404
    assert (await anna.post("/admin/change/annul/preview", data=data, headers=HX)).status_code == 404


async def test_the_dialog_of_an_endorsement_begins_with_the_next_number(
    world: World, trade: Trade, browser: SignIn
) -> None:
    policy = await served(world, trade)
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/policy/verb/endorse?pk={policy.id}", headers=HX)
    assert re.search(r'name="paper" value="1"', dialog.text) and 'value="spread" selected' in dialog.text
    data = {"pk": str(policy.id), "paper": "б/н", "effective_on": clock.today().isoformat()}
    data |= {"difference": "1000", "difference_paid": "refund", "what_changed": ""}
    refused = await anna.post("/admin/change/endorse/preview", data=data, headers=HX)
    assert "возвращать нечего" in refused.text
    done = await anna.post(
        f"/admin/policy/verb/endorse?pk={policy.id}",
        data=data | {"difference_paid": "spread", "what_changed": "Водитель"},
        headers=HX,
    )
    assert done.status_code < 400
    page = await anna.get(f"/admin/policy/details/{policy.id}")
    assert "Водитель" in page.text and "37\u00a0500,00" in page.text
    with pytest.raises(Invalid):
        await foresee(world.database, world.anna, policy.id, "endorse", Endorse(
            paper="2", effective_on=policy.ends_on + timedelta(days=1), what_changed="…"))  # fmt: skip


async def test_who_collects_is_said_with_the_issue(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/policy/verb/issue?pk={policy.id}", headers=HX)
    assert 'name="collected_by"' in dialog.text
    await issue(world, policy, collected_by="broker")
    assert {payment.collected_by for payment in await instalments(world, policy)} == {"broker"}


async def test_paying_the_last_of_several_says_what_is_open_before_it(
    world: World, trade: Trade, browser: SignIn
) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="equal-4")
    *_, last = await instalments(world, policy)
    anna = await browser(world.anna)
    dialog = (await anna.get(f"/admin/payment/verb/pay?pk={last.id}", headers=HX)).text
    assert "Более ранних взносов не оплачено" in dialog and "750,00" in dialog
    first, *_ = await rows(world, Payment, Payment.policy_id == policy.id)
    assert "Более ранних" not in (await anna.get(f"/admin/payment/verb/pay?pk={first.id}", headers=HX)).text


async def test_a_typed_sum_that_does_not_fit_is_told_at_its_field(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await served(world, trade, plan="50-50")
    _first, second = await instalments(world, policy)
    anna = await browser(world.anna)
    seen = json.dumps({"amount": "18250.00"})
    answer = await anna.post(f"/admin/payment/edit/{second.id}", data={"seen": seen, "amount": "100"})
    assert answer.status_code == 422
    told = " ".join(re.findall(r"invalid-feedback[^>]*>([^<]+)|form-problem[^>]*>.*?</i>([^<]+)", answer.text)[0])
    assert "Изменить сумму" in told and "18\u00a0150" in told, told


async def test_the_list_and_the_page_tell_the_clock(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await served(world, trade, plan="equal-12")
    anna = await browser(world.anna)
    listed = await anna.get(f"/admin/policy/list?standing=at_risk&deal_id={policy.deal_id}")
    assert "Покрытие под угрозой" in listed.text and "<tbody" in listed.text
    assert str(policy.id) in listed.text
    assert str(policy.id) not in (await anna.get(f"/admin/policy/list?standing=in_force&deal_id={policy.deal_id}")).text
    exported = await anna.get(f"/admin/policy/export.csv?standing=at_risk&deal_id={policy.deal_id}")
    assert exported.status_code in (200, 403)
    for page in (f"/admin/policy/details/{policy.id}", f"/admin/deal/details/{policy.deal_id}"):
        assert "покрытие под угрозой" in (await anna.get(page)).text, page
    today = (await anna.get("/admin/")).text
    assert "покрытие под угрозой" in today
