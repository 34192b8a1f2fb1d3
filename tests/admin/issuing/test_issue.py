"""The dialog of an issue: what it foresees is what is saved, and a number that is taken is told as it is typed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from admin.issuing.foresight import Foresight, foresee
from models import clock
from models.calculation import Calculation
from models.deal import Deal
from models.deal.stages import Transfer
from models.errors import Invalid
from models.log import events
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.policy.record import Issue
from tests.admin.conftest import SignIn
from tests.trade import Trade, add, begin, chosen, do, drafted, get, instalments, reference_rows, rows, variant
from tests.world import World

HX = {"HX-Request": "true"}
D = Decimal


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


def paper(number: str, **told: Any) -> Issue:
    first = clock.today() + timedelta(days=1)
    days = {"sale_date": clock.today(), "starts_on": first, "ends_on": first + timedelta(days=364)}
    return Issue(**{"number": number, **days, **told})


async def saved(world: World, calculation: UUID) -> list[tuple[Any, ...]]:
    """The instalments of the policy with the sums of their lines."""
    (policy,) = await rows(world, Policy, Policy.calculation_id == calculation, Policy.status == "issued")
    found = []
    for payment in await instalments(world, policy):
        incomes = await rows(world, Income, Income.payment_id == payment.id)
        expenses = await rows(world, Expense, Expense.payment_id == payment.id)
        lines = sum((line.amount for line in incomes), D(0)), sum((line.amount for line in expenses), D(0))
        found.append((payment.sequence, payment.due_on, payment.amount, payment.covered_until, payment.status, *lines))
    return found


def shown(seen: Foresight) -> list[tuple[Any, ...]]:
    """The same of what was foreseen."""
    return [
        (p.sequence, p.due_on, p.amount, p.covered_until, p.status, step.income, step.expense)
        for step in seen.steps
        for p in [step.payment]
    ]


async def written(world: World) -> int:
    """How many rows the log has."""
    async with world.database.transaction(world.admin) as work:
        return int(await work.scalar(select(func.count()).select_from(events)) or 0)


@pytest.mark.parametrize(
    ("plan", "percent"),
    [("once", None), ("equal-12", None), ("50-50", D("17.5")), ("40-20-20-20", None), ("30-30-40", D("0.07"))],
)
@pytest.mark.parametrize("with_draft", [True, False], ids=["drafted", "at once"])
async def test_what_is_foreseen_is_what_is_saved(
    world: World, trade: Trade, plan: str, percent: Decimal | None, with_draft: bool
) -> None:
    begun = await begin(world, trade)
    told: dict[str, Any] = {"commission_percent": percent} if percent is not None else {}
    if with_draft:
        calculation = (await drafted(world, begun, trade.ingos, "100001.01", **told)).calculation_id
        assert calculation is not None
    else:
        calculation = await chosen(world, begun, trade.ingos, "100001.01", **told)
    asked = paper(f"ТТТ {calculation.int % 10**10:010}", plan=plan, first_paid_on=clock.today(), premium=D("99999.97"))
    before = await written(world)
    seen = await foresee(world.database, world.anna, Calculation, calculation, asked)
    assert await written(world) == before
    assert (await get(world, world.anna, Calculation, calculation)).is_issued is False
    await do(world, world.anna, Calculation, calculation, "issue", asked)
    assert shown(seen) == await saved(world, calculation)
    assert seen.total == D("99999.97") and seen.income > 0 and seen.expense > 0
    assert seen.income == sum((line.amount for line in seen.incomes or ()), D(0))


async def test_what_would_be_refused_is_said_before(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "1000")
    first = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid, match="after the policy ends"):
        short = paper("1", plan="equal-4", ends_on=first + timedelta(days=30))
        await foresee(world.database, world.anna, Calculation, calculation, short)
    assert await rows(world, Policy, Policy.calculation_id == calculation) == []


async def test_the_dialog_begins_filled_in_and_counts_without_a_number(
    world: World, trade: Trade, browser: SignIn
) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "100001.01", plan="40-20-20-20")
    anna = await browser(world.anna)
    dialog = await anna.get(f"/admin/calculation/verb/issue?pk={calculation}", headers=HX)
    assert "issue-preview" in dialog.text and "100\u00a0001,01" in dialog.text
    data = {"pk": str(calculation)} | values_of(dialog.text)
    answer = await anna.post("/admin/issue/calculation/preview", data=data, headers=HX)
    for words in (
        "40\u00a0000,40\u00a0₽",
        "20\u00a0000,21\u00a0₽",
        "20\u00a0000,21\u00a0₽",
        "Ингосстрах, КАСКО",
        "АД-1",
    ):
        assert words in answer.text, words
    assert await rows(world, Payment, Payment.deal_id == begun.deal) == []
    answer = await anna.post("/admin/issue/calculation/preview", data=data | {"plan": "чушь"}, headers=HX)
    assert answer.status_code == 200 and "40/20/20/20" in answer.text and "40\u00a0000,40" not in answer.text
    vera = await browser(world.vera)
    assert (await vera.post("/admin/issue/calculation/preview", data=data, headers=HX)).status_code == 404
    assert (await anna.get("/admin/issue/calculation/preview")).status_code == 405
    assert (await anna.post("/admin/issue/deal/preview", data=data)).status_code == 404


def values_of(html: str) -> dict[str, str]:
    """What stands in the inputs."""
    found = re.findall(r'name="([a-z_]+)"\s+value="([^"]*)"', html)
    return {name: value for name, value in found if name not in ("pk", "csrf_token", "once")}


async def test_a_number_that_is_taken_names_its_policy_to_those_who_see_it(
    world: World, trade: Trade, browser: SignIn
) -> None:
    begun = await begin(world, trade, name="Держатель Номера")
    calculation = await chosen(world, begun, trade.reso, "1000")
    await do(world, world.anna, Calculation, calculation, "issue", paper("xxx № 7351333159"))
    (policy,) = await rows(world, Policy, Policy.calculation_id == calculation)
    assert policy.number == "ХХХ 7351333159"
    draft = await drafted(world, await begin(world, trade), trade.reso, "900")
    anna = await browser(world.anna)

    async def said(who: Any, identity: str, key: UUID, number: str) -> str:
        answer = await who.get(f"/admin/issue/{identity}/number", params={"pk": str(key), "number": number})
        assert answer.status_code == 200
        return str(answer.text).strip()

    taken = await said(anna, "policy", draft.id, "XXX7351333159")
    assert "Держатель Номера" in taken and str(policy.id) in taken and "ХХХ 7351333159" in taken
    assert "Будет записан как" in await said(anna, "policy", draft.id, "xxx 7351333158")
    assert await said(anna, "policy", draft.id, "ХХХ 7351333158") == ""
    assert await said(anna, "policy", draft.id, "") == ""
    assert "цифр" in await said(anna, "policy", draft.id, "номер")
    other = await begin(world, trade)
    await do(world, world.head, Deal, other.deal, "transfer", Transfer(seller_id=world.vera.id))
    hers = variant(other, other.kasko, trade.reso, "1000", status="confirmed")
    await add(world, world.vera, hers)
    vera = await browser(world.vera)
    blind = await said(vera, "calculation", hers.id, "ХХХ 7351333159")
    assert "Держатель" not in blind and "у этого страховщика" in blind.lower()
