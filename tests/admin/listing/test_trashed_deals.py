"""What hangs on a deal in the trash is in no list and not on Today; it is again when the deal is restored."""

from __future__ import annotations

from sqlalchemy import select

from models.deal import Deal
from models.task import Task, TaskKind
from models.today import numbers_of, queued
from tests.admin.conftest import SignIn
from tests.stories import made, story
from tests.trade import do
from tests.world import World

LISTS = ("task", "policy", "payment", "need")


async def in_queue(world: World) -> tuple[int, set[str]]:
    """What the menu counts for Boris, and the titles of what nobody has taken."""
    async with world.database.transaction(world.boris) as work:
        found = await queued(work, world.boris.team_id, 50)
        return (await numbers_of(work)).queue, {str(one.record_id) for one in found}


async def test_lists_and_the_queue_leave_it_out(world: World, browser: SignIn) -> None:
    deal = await story(world.database, world.anna, "корзины")
    async with world.database.transaction(world.anna) as work:
        kind = await work.scalar(select(TaskKind.id).limit(1))
    task = await made(
        world.database, world.anna, Task, deal_id=deal.deal, kind_id=kind, title="В очередь", team_id=world.anna.team_id
    )
    keys = {"task": task.id, "policy": deal.policy, "payment": deal.payment, "need": deal.need}
    anna = await browser(world.anna)

    async def listed() -> set[str]:
        pages = {name: (await anna.get(f"/admin/{name}/list?deal_id={deal.deal}")).text for name in LISTS}
        return {name for name, page in pages.items() if f"/details/{keys[name]}" in page}

    assert await listed() == set(LISTS)
    number, queue = await in_queue(world)
    assert str(task.id) in queue
    await do(world, world.anna, Deal, deal.deal, "trash")
    assert await listed() == set()
    assert await in_queue(world) == (number - 1, queue - {str(task.id)})
    await do(world, world.anna, Deal, deal.deal, "restore")
    assert await listed() == set(LISTS)
    assert await in_queue(world) == (number, queue)
