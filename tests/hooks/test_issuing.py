"""The client's choice becomes a policy in one step, with and without a draft that was ordered before."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import clock
from models.calculation import Calculation
from models.deal import Deal
from models.errors import Denied, Invalid, Refused
from models.payment import Income
from models.policy import Policy
from models.policy.record import Issue
from tests.trade import Trade, begin, chosen, do, drafted, get, instalments, last_action, rows, undo
from tests.world import World

D = Decimal


def paper(number: str, **told: Any) -> Issue:
    """What the insurer's paper says: a year from tomorrow."""
    first = clock.today() + timedelta(days=1)
    days = {"sale_date": clock.today(), "starts_on": first, "ends_on": first + timedelta(days=364)}
    return Issue(**{"number": number, **days, **told})


async def test_without_a_draft_the_policy_is_made_and_issued_at_once(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "100001.01", program="Премиум", plan="50-50")
    asked = paper("ххх 5000000011", plan="30-30-40", first_paid_on=clock.today(), blank_number="7", premium=D(100000))
    await do(world, world.anna, Calculation, calculation, "issue", asked)
    (policy,) = await rows(world, Policy, Policy.calculation_id == calculation)
    assert (policy.status, policy.program, policy.plan, policy.blank_number) == ("issued", "Премиум", "30-30-40", "7")
    assert (policy.agreement_id, policy.premium) == (trade.ingos_agreement, 100000)
    payments = await instalments(world, policy)
    assert [(p.amount, p.status) for p in payments] == [(30000, "paid"), (30000, "planned"), (40000, "planned")]
    incomes = await rows(world, Income, Income.payment_id.in_([p.id for p in payments]))
    assert sorted(i.amount for i in incomes) == [6000, 6000, 8000]
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"
    assert (await get(world, world.anna, Calculation, calculation)).is_issued
    with pytest.raises(Denied):
        await do(world, world.anna, Calculation, calculation, "issue", paper("ххх 5000000012"))
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert not (await get(world, world.anna, Calculation, calculation)).is_issued
    assert await rows(world, Policy, Policy.calculation_id == calculation) == []


async def test_a_draft_that_stands_is_completed(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    draft = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    assert not (await get(world, world.anna, Calculation, draft.calculation_id)).is_issued
    asked = paper("ххх 5000000021", starts_on=draft.starts_on, ends_on=draft.ends_on, plan="equal-4")
    await do(world, world.boris, Calculation, draft.calculation_id, "issue", asked)
    (policy,) = await rows(world, Policy, Policy.calculation_id == draft.calculation_id)
    assert (policy.id, policy.status) == (draft.id, "issued")
    assert [p.amount for p in await instalments(world, policy)] == [250, 250, 250, 250]


async def test_what_the_paper_cannot_say_is_refused_and_nothing_stays(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "1000")
    tomorrow = clock.today() + timedelta(days=1)
    for told, field in (
        ({"first_paid_on": tomorrow}, "first_paid_on"),
        ({"premium": D(0)}, "premium"),
        ({"ends_on": clock.today()}, "ends_on"),
        ({"number": " "}, "number"),
    ):
        with pytest.raises(Invalid) as refused:
            asked = paper(**{"number": "ххх 5000000031"} | told)
            await do(world, world.anna, Calculation, calculation, "issue", asked)
        assert set(refused.value.fields) == {field}
    assert await rows(world, Policy, Policy.calculation_id == calculation) == []
    await do(world, world.anna, Calculation, calculation, "unconfirm")
    with pytest.raises(Refused):
        await do(world, world.anna, Calculation, calculation, "issue", paper("ххх 5000000031"))


async def test_a_number_that_the_insurer_has_given_already_is_refused(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    first = await chosen(world, begun, trade.reso, "1000")
    await do(world, world.anna, Calculation, first, "issue", paper("ХХХ 5000000041"))
    other = await begin(world, trade)
    second = await chosen(world, other, trade.reso, "2000")
    with pytest.raises(Invalid) as refused:
        await do(world, world.anna, Calculation, second, "issue", paper("xxx № 5000000041"))
    assert set(refused.value.fields) == {"number"}
