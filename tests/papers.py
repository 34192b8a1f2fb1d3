"""Acts and pay-out sheets in the small brokerage: premiums paid, commissions received, papers made of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from models import clock
from models.act import AgentAct, Signed
from models.changes import create
from models.paper import Period
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.payment.record import Paid
from models.payout import Payout
from models.policy import Policy
from models.sheets import make_sheets
from tests.trade import Trade, begin, do, drafted, instalments, issue, pay, rows
from tests.world import World

TODAY = clock.today()
FIRST = TODAY.replace(day=1)
MONTH = Period.month_of(TODAY)


async def sold(
    world: World, trade: Trade, premium: str = "50000.00", *, on: date = TODAY, plan: str = "once"
) -> Policy:
    """Anna's policy by Ingosstrakh, its first instalment paid on a day."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, premium, plan=plan)
    await issue(world, policy)
    payment = (await instalments(world, policy))[0]
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=on))
    return policy


async def draft(world: World, trade: Trade, first: date = FIRST, last: date = TODAY, **more: Any) -> AgentAct:
    """Olga drafts an act as the form does it."""
    values = {"agreement_id": trade.ingos_agreement, "period_from": first, "period_to": last, **more}
    async with world.database.transaction(world.olga, action="act.create") as work:
        act = await create(work, AgentAct, values)
        await work.settle()
        return act


async def sign(world: World, act: AgentAct, on: date = TODAY, **asked: Any) -> UUID:
    async with world.database.transaction(world.olga, action="act.sign") as work:
        found = await work.get_record(AgentAct, act.id, lock=True)
        await AgentAct.__verbs__["sign"].do(found, work.act(), Signed(signed_on=on, **asked))
        return work.action_id


async def income_of(world: World, policy: Policy) -> Income:
    (payment, *_rest) = await instalments(world, policy)
    found = await rows(world, Income, Income.payment_id == payment.id)
    assert isinstance(found[0], Income)
    return found[0]


async def earned(world: World, trade: Trade, premium: str = "50000.00", *, received: bool = True) -> Expense:
    """Anna's share of a commission that has come; 6 % of the premium."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, premium)
    await issue(world, policy)
    (payment,) = await instalments(world, policy)
    await pay(world, payment)
    (income,) = await rows(world, Income, Income.payment_id == payment.id)
    if received:
        await do(world, world.olga, Income, income.id, "receive", Received(received_on=TODAY))
    (share,) = await rows(world, Expense, Expense.payment_id == payment.id)
    assert isinstance(share, Expense)
    return share


async def make(world: World, **how: Any) -> tuple[list[Payout], UUID]:
    """Olga makes the sheets of this month."""
    async with world.database.transaction(world.olga, action="payout.make") as work:
        return await make_sheets(work, MONTH, **how), work.action_id


async def on_sheet(world: World, who: Any, sheet: Payout, verb: str, asked: Any = None) -> UUID:
    """One verb of a sheet; gives the action."""
    async with world.database.transaction(who, action=f"payout.{verb}") as work:
        found = await work.get_record(Payout, sheet.id, lock=True)
        await Payout.__verbs__[verb].do(found, work.act(), asked)
        return work.action_id
