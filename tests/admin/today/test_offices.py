"""The accountant's and the head's Today: payments to confirm, expenses to approve and to pay out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from models import clock
from models.attention import OFFICE
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.people import Role
from tests.admin.conftest import SignIn
from tests.admin.today.conftest import listed
from tests.trade import Trade, begin, do, drafted, instalments, issue, pay, reference_rows, rows
from tests.world import World

OF_THE_OFFICE = "/admin/?" + "&".join(f"kind={kind}" for kind in OFFICE)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def test_each_office_has_what_waits_for_it_and_nobody_else(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000.00")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    anna, vera, head, olga = [await browser(who) for who in (world.anna, world.vera, world.head, world.olga)]
    assert await listed(olga) == [], "the client has not paid yet"
    await pay(world, payment)
    assert await listed(olga) == [payment.id]
    page = (await olga.get("/admin/")).text
    assert "подтвердите" in page
    assert "confirm-" in page
    await do(world, world.olga, Payment, payment.id, "confirm")
    (share,) = await rows(world, Expense, Expense.deal_id == begun.deal)
    assert await listed(head) == [], "the share waits for its commission"
    (income,) = await rows(world, Income, Income.deal_id == begun.deal)
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=clock.today()))
    assert await listed(head) == [share.id]
    assert await listed(olga) == []
    await do(world, world.head, Expense, share.id, "approve")
    assert await listed(head) == []
    assert await listed(olga) == [share.id]
    assert "пора выплатить" in (await olga.get("/admin/")).text
    for person in (anna, vera):
        assert await listed(person, OF_THE_OFFICE) == []


async def test_the_menu_counts_what_waits_for_an_office(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1100.00")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    olga = await browser(world.olga)
    before = (await olga.get("/admin/today/numbers?fresh=1")).text
    await pay(world, payment)
    assert (await olga.get("/admin/today/numbers?fresh=1")).text != before


async def test_what_was_paid_long_before_it_was_entered_is_history(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1200.00")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    await pay(world, payment)
    olga = await browser(world.olga)
    assert payment.id in await listed(olga)
    async with world.database.transaction(world.olga, action="payment.update") as work:
        (await work.get_record(Payment, payment.id)).paid_on = clock.today() - timedelta(days=31)
    assert payment.id not in await listed(olga)


async def test_a_sum_is_told_to_those_who_may_read_it(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "7654.00")
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    await pay(world, payment)
    olga, accountants = await browser(world.olga), update(Role).where(Role.slug == "accountant")
    assert "7\u00a0654,00" in (await olga.get("/admin/")).text
    async with world.database.transaction(world.admin, action="role.update") as work:
        await work.execute(accountants.values(grants=Role.grants.op("||")(["-payment.paid_amount:read"])))
    page = (await (await browser(world.olga)).get("/admin/")).text
    assert str(payment.id) in page
    assert "7\u00a0654,00" not in page
