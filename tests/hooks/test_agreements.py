"""The agreement of an issued policy changes by its verb only, and the rates follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from models import clock
from models.catalogue import Agreement, Entity, Insurer
from models.changes import create
from models.choices import InsurerKind
from models.errors import Denied, Invalid
from models.payment import Income
from models.policy import Policy
from models.policy.record import Terms
from models.rights import rights
from tests.trade import Trade, add, begin, do, drafted, get, issue, rows
from tests.world import World


async def test_another_agreement_of_an_issued_policy_brings_its_own_rates(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000")
    await issue(world, policy, sale_date=clock.today() - timedelta(days=1))
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


async def test_an_agreement_was_in_force_on_the_day_of_sale(world: World, trade: Trade) -> None:
    """The day of sale decides; of two agreements with one payer, which an entity may have, none is chosen by itself."""
    begun, yesterday = await begin(world, trade), clock.today() - timedelta(days=1)
    first = await get(world, world.olga, Agreement, trade.ingos_agreement)
    told = {"entity_id": first.entity_id, "insurer_id": trade.vsk}
    ended = Agreement(number="АД-В1", starts_on=first.starts_on, ends_on=yesterday, **told)
    begins = Agreement(number="АД-В2", starts_on=clock.today(), **told)
    await add(world, world.admin, ended, begins)
    policy = await drafted(world, begun, trade.vsk, "1000")
    for wrong, day in ((ended, clock.today()), (begins, yesterday)):
        with pytest.raises(Invalid) as refused:
            await issue(world, policy, sale_date=day, agreement_id=wrong.id)
        assert set(refused.value.fields) == {"agreement_id"}
    await issue(world, policy, sale_date=yesterday, agreement_id=ended.id)
    overlapping = Agreement(number="АД-В3", starts_on=first.starts_on, **told)
    await add(world, world.admin, overlapping)
    other = await drafted(world, begun, trade.vsk, "2000")
    await issue(world, other)
    assert (await get(world, world.anna, Policy, other.id)).agreement_id is None


async def test_an_agreement_is_with_the_insurer_or_an_aggregator(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000")
    await issue(world, policy)
    first = await get(world, world.olga, Agreement, trade.ingos_agreement)
    market = Insurer(name="Агрегатор", kind=InsurerKind.AGGREGATOR)
    await add(world, world.admin, market)
    told = {"entity_id": first.entity_id, "starts_on": first.starts_on}
    foreign = Agreement(number="АД-3", insurer_id=trade.reso, **told)
    through = Agreement(number="АД-4", insurer_id=market.id, **told)
    for agreement in (foreign, through):
        await add(world, world.admin, agreement)
    now = await get(world, world.anna, Policy, policy.id)
    terms = Terms(premium=now.premium, starts_on=now.starts_on, ends_on=now.ends_on, plan=now.plan)
    with pytest.raises(Invalid) as refused:
        await do(world, world.anna, Policy, policy.id, "correct", replace(terms, another_agreement_id=foreign.id))
    assert set(refused.value.fields) == {"another_agreement_id"}
    assert (await get(world, world.anna, Policy, policy.id)).agreement_id == first.id
    without = replace(world.anna, rights=rights((*world.anna.rights.grants, "-policy.agreement_id:write")))
    with pytest.raises(Denied):
        await do(world, without, Policy, policy.id, "correct", replace(terms, another_agreement_id=through.id))
    await do(world, world.anna, Policy, policy.id, "correct", replace(terms, another_agreement_id=through.id))
    assert (await get(world, world.anna, Policy, policy.id)).agreement_id == through.id


async def test_an_own_entity_has_an_inn_that_agrees_with_itself(world: World) -> None:
    async with world.database.transaction(world.olga, action="entity.create") as work:
        with pytest.raises(Invalid) as refused:
            await create(work, Entity, {"name": "ООО «Второе»", "inn": "7707083894"})
        assert set(refused.value.fields) == {"inn"}
        made = await create(work, Entity, {"name": "ООО «Второе»", "inn": "7707083893"})
    assert (made.inn, made.vat_mode) == ("7707083893", "none")
