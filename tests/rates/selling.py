"""Steps that the stories of recalculation share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from jobs.recalculation import work_at
from models.actor import Actor
from models.changes import create
from models.payment import Expense, Income
from models.policy import Policy
from models.recalculation import Recalculation, RecalculationDifference
from models.session import Database
from tests import databases
from tests.trade import Trade, begin, do, drafted, get, issue, rows
from tests.world import World

D = Decimal
IMAGES = text(
    "SELECT 'income' AS side, to_jsonb(i) AS row FROM crm.payment_incomes i"
    " UNION ALL SELECT 'expense', to_jsonb(x) FROM crm.payment_expenses x"
    " UNION ALL SELECT 'payment', to_jsonb(p) FROM crm.payments p"
)


async def sold(
    world: World, trade: Trade, premium: str = "1000", *, sale_date: date | None = None, **values: Any
) -> Policy:
    """A КАСКО of Ингосстрах, issued."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, premium, **values)
    await issue(world, policy, **{"sale_date": sale_date} if sale_date else {})
    return policy


async def previewed(world: World, who: Actor | None = None, **chosen: Any) -> Recalculation:
    """A recalculation as a form orders it, its preview worked off in the tiniest batches."""
    async with world.database.transaction(who or world.olga, action="recalculation.create") as work:
        given = {name: value for name, value in chosen.items() if name != "policies"}
        made = await create(work, Recalculation, {name: str(value) for name, value in given.items()})
        made.policies = chosen.get("policies")
    return await worked_off(world, made.id)


async def worked_off(world: World, key: UUID, batch: int = 1) -> Recalculation:
    """Do what the run waits for, as the worker does it."""
    door = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    assert not await work_at(door, key, batch=batch)
    await door.close()
    found: Recalculation = await get(world, world.olga, Recalculation, key)
    return found


async def ask(world: World, run: Recalculation, verb: str, who: Actor | None = None) -> Recalculation:
    """A verb of the run, and what it orders."""
    await do(world, who or world.olga, Recalculation, run.id, verb)
    return await worked_off(world, run.id)


async def lines(world: World, policy: Policy) -> list[tuple[str, Decimal, Decimal | None]]:
    """A policy's living lines: kind, sum, rate."""
    found = [
        *await rows(world, Income, Income.deal_id == policy.deal_id),
        *await rows(world, Expense, Expense.deal_id == policy.deal_id),
    ]
    return [(str(line.kind), line.amount, line.rate_percent) for line in found]


async def shown(world: World, run: Recalculation) -> list[RecalculationDifference]:
    """The lines of its preview."""
    async with world.database.transaction(world.olga) as work:
        mine = select(RecalculationDifference).where(RecalculationDifference.recalculation_id == run.id)
        return list(await work.scalars(mine.order_by(RecalculationDifference.id)))


async def images(world: World) -> dict[tuple[str, str], Any]:
    """Every line and payment as the database has it, whole rows."""
    async with world.database.transaction(world.olga) as work:
        return {(row.side, row.row["id"]): row.row for row in await work.execute(IMAGES)}
