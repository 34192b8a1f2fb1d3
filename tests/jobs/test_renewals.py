"""Policies that are about to end are found once, by the system; what nobody renews is left alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from jobs.renewals import find_renewals
from models import clock
from models.calculation import Calculation
from models.choices import RenewalStatus, TaskStatus
from models.deal import Deal
from models.errors import Invalid, Refused
from models.log import actions, events
from models.payment import Payment
from models.policy import Policy, Renewal
from models.policy.renewal import LostRenewal, NewTerms
from models.proposals import Later
from models.task import Task
from tests.trade import (
    Begun,
    Trade,
    add,
    begin,
    do,
    drafted,
    get,
    instalments,
    issue,
    last_action,
    pay,
    reference_rows,
    rows,
    task_of,
    undo,
)
from tests.world import World

LEAD = 45
"""Days of warning for КАСКО in the tests' world."""


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def ending(world: World, trade: Trade, days: int) -> tuple[Begun, Policy]:
    """A paid policy that ends in so many days."""
    begun = await begin(world, trade)
    starts_on = clock.today() + timedelta(days=days + 1 - 365)
    policy = await drafted(world, begun, trade.ingos, "50000.00", starts_on=starts_on)
    await issue(world, policy, starts_on=starts_on, ends_on=clock.today() + timedelta(days=days))
    for payment in await instalments(world, policy):
        await pay(world, payment)
    return begun, policy


async def renewals(world: World, policy: Policy) -> list[Renewal]:
    return await rows(world, Renewal, Renewal.policy_id == policy.id)


async def test_a_policy_is_found_once_when_its_lead_begins(world: World, trade: Trade) -> None:
    _, soon = await ending(world, trade, LEAD)
    _, far = await ending(world, trade, LEAD + 1)
    assert await find_renewals(world.database, batch=1) == 1
    assert await find_renewals(world.database) == 0
    (renewal,) = await renewals(world, soon)
    assert renewal.status == RenewalStatus.FOUND
    assert await renewals(world, far) == []
    assert await who_made(world, renewal.id) == ("renewal.find", "job", "Polisdesk")


async def who_made(world: World, key: UUID) -> tuple[str, str, str]:
    """The action behind a row: its slug, the door, who acted."""
    from models.people import User

    async with world.database.transaction(world.admin) as work:
        statement = (
            select(actions.c.slug, actions.c.via, User.full_name)
            .join(events, events.c.action_id == actions.c.id)
            .join(User, User.id == actions.c.actor_id)
            .where(events.c.record_id == key, events.c.op == "insert")
        )
        slug, via, name = (await work.execute(statement)).one()
        return slug, via, name


async def test_what_was_followed_or_thrown_away_is_not_found_again(world: World, trade: Trade) -> None:
    _, policy = await ending(world, trade, 20)
    renewal = Renewal(deal_id=policy.deal_id, policy_id=policy.id)
    await add(world, world.anna, renewal)
    with pytest.raises(Invalid) as refused:
        await add(world, world.anna, Renewal(deal_id=policy.deal_id, policy_id=policy.id))
    assert "policy_id" in refused.value.fields
    await do(world, world.anna, Renewal, renewal.id, "trash")
    assert await find_renewals(world.database) == 0


async def test_a_lost_renewal_leaves_the_other_cover_alone(world: World, trade: Trade) -> None:
    begun, policy = await ending(world, trade, 10)
    await find_renewals(world.database)
    (renewal,) = await renewals(world, policy)
    await do(world, world.anna, Renewal, renewal.id, "contact")
    await do(world, world.anna, Renewal, renewal.id, "offer")
    lost = LostRenewal(reason="Дорого", competitor="РЕСО")
    await do(world, world.anna, Renewal, renewal.id, "lose", lost)
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "won"
    assert (await get(world, world.anna, Policy, policy.id)).status == "issued"
    assert await find_renewals(world.database) == 0


async def test_the_old_policys_terms_go_to_calculation(world: World, trade: Trade) -> None:
    begun, policy = await ending(world, trade, 15)
    await find_renewals(world.database)
    (renewal,) = await renewals(world, policy)
    asked = NewTerms(note="Водитель сменил права")
    await do(world, world.anna, Renewal, renewal.id, "ask_calculation", asked)
    where = Calculation.deal_id == begun.deal, Calculation.status == "requested"
    (calculation,) = await rows(world, Calculation, *where)
    assert (calculation.need_id, calculation.insurer_id) == (policy.need_id, policy.insurer_id)
    assert (calculation.plan, calculation.premium) == (policy.plan, None)
    task = await task_of(world, begun, "calculate")
    assert (task.assignee_id, task.status, task.calculation_id) == (world.boris.id, TaskStatus.NEW, calculation.id)
    assert (await get(world, world.anna, Renewal, renewal.id)).remind_on == task.due_on
    with pytest.raises(Refused, match="asked for already"):
        await do(world, world.anna, Renewal, renewal.id, "ask_calculation", asked)
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert await rows(world, Calculation, *where) == []
    assert await rows(world, Task, Task.id == task.id) == []


async def test_a_renewal_is_put_off_and_the_deal_with_it(world: World, trade: Trade) -> None:
    begun, policy = await ending(world, trade, 12)
    await find_renewals(world.database)
    (renewal,) = await renewals(world, policy)
    day = clock.today() + timedelta(days=5)
    await do(world, world.anna, Renewal, renewal.id, "put_off", Later(remind_on=day))
    assert (await get(world, world.anna, Deal, begun.deal)).next_review_at == day
    with pytest.raises(Refused, match="lie ahead"):
        await do(world, world.anna, Renewal, renewal.id, "put_off", Later(remind_on=clock.today()))


async def test_a_promised_day_comes_instead_of_the_instalments_own(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "50000.00")
    (payment,) = await instalments(world, policy)
    day = clock.today() + timedelta(days=30)
    await do(world, world.anna, Payment, payment.id, "put_off", Later(remind_on=day))
    assert (await get(world, world.anna, Payment, payment.id)).remind_on == day
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert (await get(world, world.anna, Payment, payment.id)).remind_on is None
