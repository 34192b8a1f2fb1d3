"""A line that a signed act has is settled: neither a rule nor corrected terms make it anew."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models import clock
from models.payment import Income
from models.policy import Policy
from models.policy.record import Terms
from tests.trade import Trade, begin, do, drafted, instalments, issue, reference_rows, rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.mark.parametrize("is_signed", [True, False])
async def test_corrected_terms_leave_what_is_in_an_act(world: World, trade: Trade, is_signed: bool) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000")
    await issue(world, policy)
    first = (await instalments(world, policy))[0]
    line = (await rows(world, Income, Income.payment_id == first.id))[0]
    if is_signed:
        async with world.database.transaction(world.olga, action="act.sign") as work:
            await work.execute(update(Income).where(Income.id == line.id).values(act_date=clock.today()))
    now = (await rows(world, Policy, Policy.id == policy.id))[0]
    terms = Terms(premium=now.premium * 2, starts_on=now.starts_on, ends_on=now.ends_on, plan=now.plan)
    await do(world, world.boris, Policy, policy.id, "correct", terms)
    (living,) = await rows(world, Income, Income.payment_id == first.id)
    assert (living.id == line.id) is is_signed
