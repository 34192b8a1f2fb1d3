"""Acts are filled from paid premiums, signed for good, numbered without gaps, and let their lines go when cancelled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from models import clock
from models.act import ActLine, AgentAct, Cancelled
from models.changes import Change, apply
from models.errors import Denied, Invalid, NotFound, Refused
from models.month import ClosedMonth
from models.payment import Income
from models.payment.income import Received
from models.policy import Policy
from models.policy.record import Cancel
from tests.papers import draft, income_of, sign, sold
from tests.trade import Trade, add, do, get, reference_rows, undo
from tests.world import World

TODAY = clock.today()
FIRST = TODAY.replace(day=1)
BEFORE = FIRST - timedelta(days=1)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def lines_of(world: World, act: AgentAct) -> list[ActLine]:
    async with world.database.transaction(world.olga) as work:
        found = await work.execute(text("SELECT id FROM crm.act_lines WHERE act_id = :a ORDER BY id"), {"a": act.id})
        return [await work.get_record(ActLine, key) for (key,) in found.all()]


async def snapshot(world: World, act: AgentAct) -> list[str]:
    """The act and its lines, every column, as text."""
    async with world.database.transaction(world.olga) as work:
        asked = {"a": act.id}
        own = await work.scalars(text("SELECT to_jsonb(t)::text FROM crm.acts t WHERE id = :a"), asked)
        lines = await work.scalars(
            text("SELECT to_jsonb(t)::text FROM crm.act_lines t WHERE act_id = :a ORDER BY id"), asked
        )
        return [*own, *lines]


async def differences(world: World, act: AgentAct) -> int:
    async with world.database.transaction(world.olga) as work:
        found: int = await work.scalar(text("SELECT count(*) FROM crm.act_differences(:a)"), {"a": act.id})
        return found


async def test_an_act_takes_what_was_paid_in_its_days_and_is_in_no_other(world: World, trade: Trade) -> None:
    inside = [await sold(world, trade), await sold(world, trade, "30000.00", plan="2")]
    await sold(world, trade, on=BEFORE)
    act = await draft(world, trade)
    lines = await lines_of(world, act)
    assert {line.policy_id for line in lines} == {policy.id for policy in inside}
    assert (act.line_count, act.premium, act.commission) == (2, Decimal("65000.00"), Decimal("13000.00"))
    assert (act.entity_id, act.insurer_id, act.number, act.status) == (act.entity_id, trade.ingos, None, "draft")
    with pytest.raises(Invalid):
        await draft(world, trade)
    late = await draft(world, trade, takes_earlier=True)
    assert [line.paid_on for line in await lines_of(world, late)] == [BEFORE]
    for one in (late, act):
        await do(world, world.olga, AgentAct, one.id, "cancel", Cancelled())


async def test_lines_are_taken_out_and_back_while_it_is_a_draft(world: World, trade: Trade) -> None:
    await sold(world, trade)
    act = await draft(world, trade)
    first, *others = await lines_of(world, act)
    await do(world, world.olga, ActLine, first.id, "take_out")
    left = await get(world, world.olga, AgentAct, act.id)
    assert (left.line_count, left.commission) == (len(others), sum(line.commission for line in others))
    await do(world, world.olga, AgentAct, act.id, "refill")
    assert (await get(world, world.olga, ActLine, first.id)).status == "out"
    other = await draft(world, trade)
    assert [line.income_id for line in await lines_of(world, other)] == [first.income_id]
    with pytest.raises(Invalid) as taken:
        await do(world, world.olga, ActLine, first.id, "put_back")
    assert "Another act" in str(taken.value.fields["income_id"])
    await do(world, world.olga, AgentAct, other.id, "cancel", Cancelled())
    await do(world, world.olga, ActLine, first.id, "put_back")
    assert (await get(world, world.olga, AgentAct, act.id)).commission == act.commission
    await sign(world, act)
    with pytest.raises(Refused):
        await do(world, world.olga, ActLine, first.id, "take_out")


async def test_a_signed_act_stands_whatever_happens_to_the_money(world: World, trade: Trade) -> None:
    policies = [await sold(world, trade), await sold(world, trade, "70000.00", plan="2")]
    act = await draft(world, trade)
    await sign(world, act, signatory="Орлова Н. П.")
    signed = await get(world, world.olga, AgentAct, act.id)
    assert (signed.status, signed.signed_on, signed.signed_by_id) == ("signed", TODAY, world.olga.id)
    before = await snapshot(world, act)
    incomes = [await income_of(world, policy) for policy in policies]
    assert {(income.act_date, income.status) for income in incomes} == {(TODAY, "expected")}
    await do(world, world.olga, Income, incomes[0].id, "receive", Received(received_on=TODAY))
    assert await differences(world, act) == 0
    async with world.database.transaction(world.olga, action="income.update") as work:
        await apply(work, Change(Income, incomes[1].id, {}, {"amount": "1.00"}))
    await do(world, world.anna, Policy, policies[0].id, "cancel", Cancel(cancelled_on=TODAY, reason="Продан"))
    assert await snapshot(world, act) == before
    assert await differences(world, act) == 1
    for statement in (
        "UPDATE crm.act_lines SET commission = 1 WHERE act_id = :a",
        "DELETE FROM crm.act_lines WHERE act_id = :a",
        "UPDATE crm.act_lines SET status = 'out' WHERE act_id = :a",
        "UPDATE crm.acts SET commission = 1 WHERE id = :a",
    ):
        with pytest.raises(Refused):
            async with world.database.transaction(world.olga, action="sql") as work:
                await work.execute(text(statement), {"a": act.id})
    back = await draft(world, trade)
    assert [line.commission < 0 for line in await lines_of(world, back)] == [True]
    await do(world, world.olga, AgentAct, back.id, "cancel", Cancelled())


async def test_a_draft_that_is_out_of_date_is_not_signed(world: World, trade: Trade) -> None:
    policy = await sold(world, trade)
    act = await draft(world, trade)
    income = await income_of(world, policy)
    async with world.database.transaction(world.olga, action="income.update") as work:
        await apply(work, Change(Income, income.id, {}, {"amount": "9000.00"}))
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(Invalid):
            await sign(world, act, day)
    with pytest.raises(Refused, match="differ"):
        await sign(world, act)
    await do(world, world.olga, AgentAct, act.id, "refill")
    await sign(world, act)
    lines = await lines_of(world, act)
    assert Decimal("9000.00") in {line.commission for line in lines}
    assert (await get(world, world.olga, AgentAct, act.id)).commission == sum(line.commission for line in lines)


async def test_a_signed_act_is_cancelled_with_a_reason_and_keeps_its_number(world: World, trade: Trade) -> None:
    policy = await sold(world, trade)
    act = await draft(world, trade)
    await sign(world, act)
    number = (await get(world, world.olga, AgentAct, act.id)).number
    with pytest.raises(Invalid):
        await do(world, world.olga, AgentAct, act.id, "cancel", Cancelled())
    await do(world, world.olga, AgentAct, act.id, "cancel", Cancelled(reason="Не те дни"))
    cancelled = await get(world, world.olga, AgentAct, act.id)
    assert (cancelled.status, cancelled.number, (await income_of(world, policy)).act_date) == (
        "cancelled",
        number,
        None,
    )
    again = await draft(world, trade)
    await sign(world, again)
    assert (await get(world, world.olga, AgentAct, again.id)).number == number + 1


async def test_numbers_have_no_gaps_whoever_signs_at_once(world: World, trade: Trade) -> None:
    acts = []
    for _ in range(6):
        await sold(world, trade)
        acts.append(await draft(world, trade))
    await asyncio.gather(*(sign(world, act) for act in acts))
    async with world.database.transaction(world.olga) as work:
        numbers = list(await work.scalars(text("SELECT number FROM crm.acts WHERE number IS NOT NULL ORDER BY number")))
    assert numbers == list(range(1, len(numbers) + 1))
    await sold(world, trade)
    act = await draft(world, trade)
    with pytest.raises(Invalid) as wrong:
        await sign(world, act, number=numbers[-1] + 5)
    assert set(wrong.value.fields) == {"number"}
    await do(world, world.olga, AgentAct, act.id, "cancel", Cancelled())


async def test_the_last_signing_is_undone_and_one_before_it_is_not(world: World, trade: Trade) -> None:
    earlier = await draft_of_new(world, trade)
    first = await sign(world, earlier)
    policy = await sold(world, trade)
    act = await draft(world, trade)
    second = await sign(world, act)
    with pytest.raises(Refused, match="no gaps"):
        await undo(world, world.olga, first)
    await undo(world, world.olga, second)
    back = await get(world, world.olga, AgentAct, act.id)
    assert (back.status, back.number, back.signed_on) == ("draft", None, None)
    assert (await income_of(world, policy)).act_date is None
    await undo(world, world.olga, first)
    await sign(world, act)
    with pytest.raises(Refused, match="undone already"):
        await undo(world, world.olga, second)
    await sign(world, earlier)


async def test_acts_are_the_offices(world: World, trade: Trade) -> None:
    act = await draft_of_new(world, trade)
    for who in (world.anna, world.head, world.vera):
        with pytest.raises((NotFound, Denied)):
            await get(world, who, AgentAct, act.id)
        assert not who.rights.may("act", "list")
    assert world.olga.rights.may("act", "sign")
    await do(world, world.olga, AgentAct, act.id, "cancel", Cancelled())


async def draft_of_new(world: World, trade: Trade) -> AgentAct:
    await sold(world, trade)
    return await draft(world, trade)


async def test_nothing_is_signed_cancelled_or_undone_in_a_closed_month(world: World, trade: Trade) -> None:
    act, other = await draft_of_new(world, trade), await draft_of_new(world, trade)
    signing = await sign(world, act)
    closed = ClosedMonth(month=FIRST, closed_by_id=world.olga.id, closed_at=clock.now())
    await add(world, world.olga, closed)
    with pytest.raises(Refused, match="closed"):
        await sign(world, other)
    with pytest.raises(Refused, match="closed"):
        await do(world, world.olga, AgentAct, act.id, "cancel", Cancelled(reason="Поздно"))
    with pytest.raises(Refused, match="closed"):
        await undo(world, world.olga, signing)
    async with world.database.transaction(world.olga, action="closed-month.reopen") as work:
        (await work.get_record(ClosedMonth, closed.id)).reopened_at = clock.now()
    await undo(world, world.olga, signing)
