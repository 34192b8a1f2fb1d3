"""The ball follows the task, and an open deal never stands without a next day."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import clock
from models.deal import Deal
from models.deal.stages import HandOff, Lose, PutOff, WaitFor
from models.errors import Refused
from models.task import Task
from models.task.record import NoMore, Reassign, Result, Return, Why
from tests.trade import Begun, Trade, add, begin, do, get, task_of, variant
from tests.world import World


async def ball_of(world: World, begun: Begun) -> str:
    """Whose turn it is."""
    return str((await get(world, world.anna, Deal, begun.deal)).ball)


async def test_the_ball_follows_the_task(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Task, (await task_of(world, begun, "collect")).id, "accept")
    assert await ball_of(world, begun) == "seller"
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    task = (await task_of(world, begun, "calculate")).id
    assert await ball_of(world, begun) == "executor"
    await do(world, world.boris, Task, task, "return", Return(reason="нет ПТС"))
    assert await ball_of(world, begun) == "seller"
    await do(world, world.anna, Task, task, "resend")
    assert await ball_of(world, begun) == "executor"
    await do(world, world.boris, Task, task, "accept")
    await add(world, world.boris, variant(begun, begun.kasko, trade.ingos, "900", status="ready"))
    await do(world, world.boris, Task, task, "complete", Result())
    assert await ball_of(world, begun) == "seller"
    await do(world, world.anna, Task, task, "rework", Why(reason="без франшизы"))
    assert await ball_of(world, begun) == "executor"
    returned = await get(world, world.boris, Task, task)
    assert (returned.status, returned.returns) == ("new", 1)


async def test_a_deal_that_waits_for_the_insurer_goes_on_waiting(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "wait_for", WaitFor(ball="insurer"))
    task = (await task_of(world, begun, "collect")).id
    await do(world, world.anna, Task, task, "return", Return(reason="ждём"))
    assert await ball_of(world, begun) == "insurer"


async def test_a_reassigned_task_opens_the_deal_to_the_other(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    task = (await task_of(world, begun, "calculate")).id
    await do(world, world.anna, Task, task, "reassign", Reassign(assignee_id=world.vera.id))
    assert (await get(world, world.vera, Deal, begun.deal)).ball == "executor"
    await do(world, world.vera, Task, task, "accept")
    await add(world, world.anna, variant(begun, begun.kasko, trade.ingos, "900", status="ready"))
    await do(world, world.vera, Task, task, "complete", Result())
    assert (await get(world, world.anna, Deal, begun.deal)).executor_id == world.boris.id


async def complete(world: World, task: Task) -> None:
    """Anna does it, without a date."""
    await do(world, world.anna, Task, task.id, "accept")
    await do(world, world.anna, Task, task.id, "complete", Result())


async def cancel(world: World, task: Task) -> None:
    """Anna does without it, without a date."""
    await do(world, world.anna, Task, task.id, "cancel", NoMore(reason="не нужно"))


@pytest.mark.parametrize("end", [complete, cancel])
async def test_the_last_task_asks_for_a_day(world: World, trade: Trade, end: Callable[..., Awaitable[None]]) -> None:
    begun = await begin(world, trade)
    task = await task_of(world, begun, "collect")
    with pytest.raises(Refused, match=r"Put off.*Client left"):
        await end(world, task)
    with pytest.raises(Refused, match="must lie ahead"):
        async with world.database.transaction(world.anna) as work:
            asked = NoMore(reason="не нужно", review_on=clock.today())
            await Task.__verbs__["cancel"].do(await work.get_record(Task, task.id), work.act(), asked)
    day = clock.today() + timedelta(days=40)
    left = await get(world, world.anna, Task, task.id)
    assert left.status in ("new", "accepted")
    await do(world, world.anna, Task, task.id, "cancel", NoMore(reason="не нужно", review_on=day))
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.next_review_at, deal.next_review_reason) == (day, "manual")


async def test_the_last_task_goes_where_a_day_is_known(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    day = clock.today() + timedelta(days=5)
    await do(world, world.anna, Deal, begun.deal, "put_off", PutOff(review_on=day))
    await cancel(world, await task_of(world, begun, "collect"))
    assert (await get(world, world.anna, Deal, begun.deal)).next_review_at == day


async def test_a_day_that_has_come_does_not_count(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    async with world.database.transaction(world.anna) as work:
        (await work.get_record(Deal, begun.deal)).review_on = clock.today()
    with pytest.raises(Refused, match="last task"):
        await cancel(world, await task_of(world, begun, "collect"))
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff())
    assert (await get(world, world.anna, Deal, begun.deal)).review_on is None


async def test_a_ready_calculation_brings_the_deal_back(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    await add(world, world.anna, variant(begun, begun.kasko, trade.ingos, "900", status="ready"))
    await cancel(world, await task_of(world, begun, "collect"))
    deal = await get(world, world.anna, Deal, begun.deal)
    assert (deal.next_review_at, deal.next_review_reason) == (clock.today() + timedelta(days=3), "calculation")


async def test_the_last_task_cannot_slip_into_the_trash(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    task = await task_of(world, begun, "collect")
    with pytest.raises(Refused, match="last task"):
        await do(world, world.anna, Task, task.id, "trash")
    more = Task(
        deal_id=begun.deal, kind_id=task.kind_id, title="ещё", author_id=world.anna.id, assignee_id=world.anna.id
    )
    await add(world, world.anna, more)
    await do(world, world.anna, Task, task.id, "trash")
    await do(world, world.anna, Deal, begun.deal, "lose", Lose(reason="передумал"))
    assert (await get(world, world.anna, Deal, begun.deal)).next_review_at is None
