"""What hooks made goes with the action that it followed; derived columns are derived again."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from models.calculation import Calculation
from models.deal import Deal
from models.deal.stages import HandOff, Lose, OrderIssue
from models.payment import Income, Payment
from models.policy import Policy
from tests.trade import (
    Begun,
    Trade,
    add,
    begin,
    chosen,
    do,
    drafted,
    get,
    instalments,
    issue,
    last_action,
    pay,
    rows,
    undo,
    variant,
)
from tests.world import World

D = Decimal
TABLES = (
    "crm.deals",
    "crm.needs",
    "crm.calculations",
    "crm.policies",
    "crm.payments",
    "crm.payment_incomes",
    "crm.payment_expenses",
    "tasks.tasks",
    "tasks.checklists",
    "crm.deal_members",
)


async def everything(world: World, begun: Begun) -> dict[str, str]:
    """All rows of the deal, as text."""
    found = {}
    async with world.database.transaction(world.admin) as work:
        for table in TABLES:
            key = "id" if table == "crm.deals" else "deal_id"
            statement = f"SELECT string_agg(t::text, chr(10) ORDER BY t::text) FROM {table} t WHERE {key} = :deal"
            found[table] = str(await work.scalar(text(statement), {"deal": begun.deal}))
    return found


async def test_undoing_a_hand_off_takes_its_task_back(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    before = await everything(world, begun)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    assert await everything(world, begun) != before
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert await everything(world, begun) == before


async def test_undoing_a_choice_brings_the_siblings_back(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    pair = [variant(begun, begun.kasko, i, "900", status="ready") for i in (trade.ingos, trade.reso)]
    await add(world, world.anna, *pair)
    before = await everything(world, begun)
    await do(world, world.anna, Calculation, pair[0].id, "confirm")
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert await everything(world, begun) == before


async def test_undoing_an_order_and_an_issue_leaves_no_trace_of_policy_and_lines(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    calculation = await chosen(world, begun, trade.ingos, "1000", plan="50-50")
    confirmed = await everything(world, begun)
    order = OrderIssue(calculation_id=calculation, executor_id=world.boris.id)
    await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    ordered, order_action = await everything(world, begun), await last_action(world, begun.deal)
    (policy,) = await rows(world, Policy, Policy.deal_id == begun.deal)
    starts_on = policy.starts_on + timedelta(days=5)
    await issue(world, policy, starts_on=starts_on, ends_on=policy.ends_on + timedelta(days=5))
    assert len(await rows(world, Income, Income.deal_id == begun.deal)) == 2
    await undo(world, world.boris, await last_action(world, begun.deal))
    assert await everything(world, begun) == ordered
    await undo(world, world.anna, order_action)
    assert await everything(world, begun) == confirmed


async def test_undoing_a_loss_opens_the_deal_with_a_day(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    before = await everything(world, begun)
    await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="передумал"))
    assert (await get(world, world.anna, Deal, begun.deal)).next_review_at is None
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert await everything(world, begun) == before


async def test_undoing_thirty_leaves_the_five_of_another(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.vsk, "1000")
    (payment,) = await instalments(world, policy)
    await add(world, world.anna, Income(deal_id=begun.deal, payment_id=payment.id, amount=D(30)))
    thirty: UUID = await last_action(world, begun.deal)
    await add(world, world.boris, Income(deal_id=begun.deal, payment_id=payment.id, amount=D(5)))
    await undo(world, world.anna, thirty)
    assert (await get(world, world.olga, Payment, payment.id)).incomes_expected == D(5)
    assert [i.amount for i in await rows(world, Income, Income.payment_id == payment.id)] == [D(5)]


async def test_undoing_a_payment_brings_its_day_back(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000", plan="50-50")
    await issue(world, policy)
    before = await everything(world, begun)
    await pay(world, (await instalments(world, policy))[0])
    await undo(world, world.anna, await last_action(world, begun.deal))
    assert await everything(world, begun) == before
