"""The agreement of an issued policy changes by its verb only, and the rates follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from models import clock
from models.catalogue import Agreement
from models.payment import Income
from models.policy import Policy
from models.policy.record import Terms
from tests.trade import Trade, add, begin, do, drafted, get, issue, rows
from tests.world import World


async def test_another_agreement_of_an_issued_policy_brings_its_own_rates(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000")
    await issue(world, policy)
    assert [line.amount for line in await rows(world, Income, Income.deal_id == begun.deal)] == [Decimal(200)], (
        "20 % by the first agreement"
    )
    first = await get(world, world.olga, Agreement, trade.ingos_agreement)
    told = {"entity_id": first.entity_id, "insurer_id": trade.ingos, "starts_on": first.starts_on}
    another = Agreement(number="АД-2", ends_on=clock.today() - timedelta(days=1), **told)
    await add(world, world.admin, another)
    now = await get(world, world.anna, Policy, policy.id)
    terms = Terms(premium=now.premium, starts_on=now.starts_on, ends_on=now.ends_on, plan=now.plan)
    await do(world, world.anna, Policy, policy.id, "correct", replace(terms, another_agreement_id=another.id))
    assert (await get(world, world.anna, Policy, policy.id)).agreement_id == another.id
    assert await rows(world, Income, Income.deal_id == begun.deal) == [], "no rule of that agreement pays for it"
