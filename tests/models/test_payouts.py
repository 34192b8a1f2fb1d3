"""Pay-out sheets: made for everyone, approved by one and paid by another, seen by who is paid."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from models import clock
from models.changes import Change, apply
from models.choices import ExpenseKind
from models.deal import Deal
from models.deal.stages import Transfer
from models.errors import Denied, Invalid, NotFound, Refused
from models.month import ClosedMonth
from models.paper import Period
from models.payment import Expense, Payment
from models.payment.expense import PaidOut
from models.payout import Payout, PayoutLine
from models.sheets import owed_until
from models.undo import Stale
from tests.papers import earned, make, on_sheet
from tests.trade import Trade, add, do, get, reference_rows, rows, undo
from tests.world import World

TODAY = clock.today()
MONTH = Period.month_of(TODAY)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def lines_of(world: World, who: Any, sheet: Payout) -> list[PayoutLine]:
    async with world.database.transaction(who) as work:
        found = await work.execute(
            text("SELECT id FROM crm.payout_lines WHERE payout_id = :s ORDER BY id"), {"s": sheet.id}
        )
        return [await work.get_record(PayoutLine, key) for (key,) in found.all()]


async def state_of(world: World, expense: Expense) -> tuple[str, Any]:
    found = await get(world, world.olga, Expense, expense.id)
    return found.status, found.paid_on


async def clear(world: World) -> None:
    """Nobody is owed anything: what earlier tests left is cancelled."""
    for sheet in await all_sheets(world):
        await on_sheet(world, world.olga, sheet, "cancel")
    for expense in await rows(world, Expense, Expense.status.in_(("expected", "approved"))):
        await do(world, world.olga, Expense, expense.id, "cancel")


async def all_sheets(world: World) -> list[Payout]:
    async with world.database.transaction(world.olga) as work:
        found = await work.execute(text("SELECT id FROM crm.payouts WHERE status IN ('draft', 'approved')"))
        return [await work.get_record(Payout, key) for (key,) in found.all()]


async def test_a_sheet_for_everyone_with_what_is_payable_and_nothing_else(world: World, trade: Trade) -> None:
    await clear(world)
    shares = [await earned(world, trade), await earned(world, trade, "70000.00")]
    waiting = await earned(world, trade, "90000.00", received=False)
    partner = Expense(deal_id=shares[0].deal_id, payment_id=shares[0].payment_id, kind=ExpenseKind.PARTNER_SHARE,
                      amount=Decimal("500.00"), payee_name="Автосалон «Юг»")  # fmt: skip
    discount = Expense(deal_id=shares[0].deal_id, payment_id=shares[0].payment_id, kind=ExpenseKind.CLIENT_DISCOUNT,
                       amount=Decimal("99.00"))  # fmt: skip
    await add(world, world.olga, partner, discount)
    sheets, action = await make(world)
    assert [(s.payee, s.line_count, s.total) for s in sheets] == [
        ("Автосалон «Юг»", 1, Decimal("500.00")), ("Анна Сергеева", 2, Decimal("7200.00")),
    ]  # fmt: skip
    assert {line.expense_id for line in await lines_of(world, world.olga, sheets[1])} == {one.id for one in shares}
    await earned(world, trade, "10000.00")
    again, _ = await make(world, with_clients=True)
    assert [(s.payee, s.line_count) for s in again] == [("Анна Сергеева", 3), ("Попов Максим", 1)]
    assert again[0].id == sheets[1].id
    assert (await state_of(world, waiting))[0] == "expected"
    with pytest.raises(Stale):
        await undo(world, world.olga, action)


async def test_making_is_one_action_and_undone_as_one(world: World, trade: Trade) -> None:
    await clear(world)
    share = await earned(world, trade)
    (sheet,), action = await make(world)
    with pytest.raises(Refused, match="stands on the pay-out sheet"):
        await do(world, world.olga, Expense, share.id, "cancel")
    await undo(world, world.olga, action)
    with pytest.raises(NotFound):
        await get(world, world.olga, Payout, sheet.id)
    async with world.database.transaction(world.olga) as work:
        assert [(one.payee, one.total) for one in await owed_until(work, TODAY)] == [("Анна Сергеева", share.amount)]


async def test_who_makes_sheets_at_once_makes_each_once(world: World, trade: Trade) -> None:
    await clear(world)
    for _ in range(2):
        await earned(world, trade)
    await asyncio.gather(*(make(world) for _ in range(5)))
    sheets = await all_sheets(world)
    assert [(sheet.line_count, sheet.total) for sheet in sheets] == [(2, Decimal("6000.00"))]


async def test_one_approves_another_pays_and_both_are_undone(world: World, trade: Trade) -> None:
    await clear(world)
    shares = [await earned(world, trade), await earned(world, trade)]
    (sheet,), _ = await make(world)
    with pytest.raises(Denied):
        await on_sheet(world, world.olga, sheet, "approve")
    await on_sheet(world, world.head, sheet, "approve")
    assert {await state_of(world, share) for share in shares} == {("approved", None)}
    with pytest.raises(Refused, match="stands on the pay-out sheet"):
        await do(world, world.olga, Expense, shares[0].id, "pay", PaidOut(paid_on=TODAY))
    with pytest.raises(Invalid):
        await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY + DAY))
    paid = await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    assert {await state_of(world, share) for share in shares} == {("paid", TODAY)}
    payment = await get(world, world.olga, Payment, shares[0].payment_id)
    assert payment.expenses_paid == shares[0].amount
    await undo(world, world.olga, paid)
    assert {await state_of(world, share) for share in shares} == {("approved", None)}
    assert (await get(world, world.olga, Payout, sheet.id)).status == "approved"
    await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))


async def test_lines_are_taken_off_and_come_on_the_next_sheet(world: World, trade: Trade) -> None:
    await clear(world)
    shares = [await earned(world, trade), await earned(world, trade, "70000.00")]
    (sheet,), _ = await make(world)
    first, second = await lines_of(world, world.olga, sheet)
    await do(world, world.olga, PayoutLine, first.id, "take_out")
    assert (await get(world, world.olga, Payout, sheet.id)).total == second.amount
    await do(world, world.olga, PayoutLine, first.id, "put_back")
    assert (await get(world, world.olga, Payout, sheet.id)).total == sum(share.amount for share in shares)
    await do(world, world.olga, PayoutLine, first.id, "take_out")
    await on_sheet(world, world.head, sheet, "approve")
    with pytest.raises(Refused, match="no draft"):
        await do(world, world.olga, PayoutLine, first.id, "put_back")
    (nexts,), _ = await make(world)
    assert [line.expense_id for line in await lines_of(world, world.olga, nexts)] == [first.expense_id]
    await on_sheet(world, world.olga, nexts, "cancel")
    await on_sheet(world, world.olga, sheet, "reopen")
    await on_sheet(world, world.olga, sheet, "refill")
    await do(world, world.olga, PayoutLine, first.id, "put_back")
    assert (await get(world, world.olga, Payout, sheet.id)).line_count == 2


async def test_what_has_changed_since_is_neither_approved_nor_paid(world: World, trade: Trade) -> None:
    await clear(world)
    share = await earned(world, trade)
    (sheet,), _ = await make(world)

    async def write(amount: str) -> None:
        async with world.database.transaction(world.olga, action="expense.update") as work:
            await apply(work, Change(Expense, share.id, {}, {"amount": amount}))

    await write("1.00")
    with pytest.raises(Refused, match="differ"):
        await on_sheet(world, world.head, sheet, "approve")
    await on_sheet(world, world.olga, sheet, "refill")
    await on_sheet(world, world.head, sheet, "approve")
    await write("2.00")
    with pytest.raises(Refused, match="differ"):
        await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    await on_sheet(world, world.olga, sheet, "reopen")
    await on_sheet(world, world.olga, sheet, "refill")
    await on_sheet(world, world.head, sheet, "approve")
    await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    assert (await get(world, world.olga, Payout, sheet.id)).total == Decimal("2.00")


async def test_who_owes_more_than_is_due_waits_for_the_next_sheet(world: World, trade: Trade) -> None:
    await clear(world)
    share = await earned(world, trade)
    back = Expense(deal_id=share.deal_id, payment_id=share.payment_id, kind=ExpenseKind.SELLER_SHARE,
                   amount=Decimal("-5000.00"), payee_id=world.anna.id)  # fmt: skip
    await add(world, world.olga, back)
    assert (await make(world))[0] == []
    await earned(world, trade)
    (sheet,), _ = await make(world)
    assert (sheet.line_count, sheet.total) == (3, Decimal("1000.00"))


async def test_the_payee_sees_their_sheet_and_nobody_elses(world: World, trade: Trade) -> None:
    await clear(world)
    share = await earned(world, trade)
    await do(world, world.head, Deal, share.deal_id, "transfer", Transfer(seller_id=world.boris.id))
    (sheet,), _ = await make(world)
    (line,) = await lines_of(world, world.anna, sheet)
    assert (line.expense_id, line.policyholder) == (share.id, "Попов Максим")
    with pytest.raises(NotFound):
        await get(world, world.anna, Expense, share.id)
    for stranger in (world.boris, world.vera):
        assert await lines_of(world, stranger, sheet) == []
        with pytest.raises(NotFound):
            await get(world, stranger, Payout, sheet.id)
    assert len(await lines_of(world, world.head, sheet)) == 1
    for verb in ("approve", "pay", "refill", "reopen", "cancel"):
        assert not world.anna.rights.may("payout", verb)
    with pytest.raises(Denied):
        async with world.database.transaction(world.anna, action="sql") as work:
            await work.execute(text("UPDATE crm.payouts SET total = 1 WHERE id = :s"), {"s": sheet.id})


async def test_above_the_limit_of_the_role_the_owner_approves(world: World, trade: Trade) -> None:
    await clear(world)
    share, other = await earned(world, trade, "2000000.00"), await earned(world, trade)
    with pytest.raises(Refused, match="owner"):
        await do(world, world.head, Expense, share.id, "approve")
    await do(world, world.head, Expense, other.id, "approve")
    (sheet,), _ = await make(world)
    with pytest.raises(Refused, match="owner"):
        await on_sheet(world, world.head, sheet, "approve")
    await on_sheet(world, world.admin, sheet, "approve")
    async with world.database.transaction(world.olga) as work:
        limits = dict(tuple(row) for row in await work.execute(text("SELECT slug, approval_limit FROM auth.roles")))
        owner = await work.scalar(text("SELECT grants FROM auth.roles WHERE slug = 'owner'"))
    assert (limits["head"], limits["owner"]) == (Decimal("100000.00"), None)
    assert "-expense:approve" not in owner


async def test_nobody_approves_what_they_get_themselves(world: World, trade: Trade) -> None:
    await clear(world)
    share = await earned(world, trade)
    own = Expense(deal_id=share.deal_id, payment_id=share.payment_id, kind=ExpenseKind.OTHER,
                  amount=Decimal("10.00"), payee_id=world.head.id)  # fmt: skip
    await add(world, world.olga, own)
    sheets = {sheet.payee_id: sheet for sheet in (await make(world))[0]}
    with pytest.raises(Denied):
        await on_sheet(world, world.head, sheets[world.head.id], "approve")
    await on_sheet(world, world.head, sheets[world.anna.id], "approve")


async def test_nothing_is_paid_or_undone_in_a_closed_month(world: World, trade: Trade) -> None:
    await clear(world)
    await earned(world, trade)
    (sheet,), _ = await make(world)
    await on_sheet(world, world.head, sheet, "approve")
    paying = await on_sheet(world, world.olga, sheet, "pay", PaidOut(paid_on=TODAY))
    await earned(world, trade)
    (other,), _ = await make(world)
    await on_sheet(world, world.head, other, "approve")
    closed = ClosedMonth(month=MONTH.first, closed_by_id=world.olga.id, closed_at=clock.now())
    await add(world, world.olga, closed)
    with pytest.raises(Refused, match="closed"):
        await undo(world, world.olga, paying)
    with pytest.raises(Refused, match="closed"):
        await on_sheet(world, world.olga, other, "pay", PaidOut(paid_on=TODAY))
    async with world.database.transaction(world.olga, action="closed-month.reopen") as work:
        (await work.get_record(ClosedMonth, closed.id)).reopened_at = clock.now()
    await undo(world, world.olga, paying)
