"""Tasks on a deal's page: ticked, returned and completed in place, with the clocks of both sides."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import select

from admin.tasks.section import Turn, clock
from models import clock as time
from models.choices import TaskStatus as S
from models.deal import Deal
from models.deal.stages import HandOff
from models.task import ChecklistItem, Task, TaskReturn
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.trade import Begun, Trade, add, begin, do, get, last_action, reference_rows, task_of, undo, variant
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    """Products, insurers, rates and kinds of tasks."""
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def begun(world: World, trade: Trade) -> Begun:
    """Anna's deal, handed off to Boris."""
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    return begun


async def steps(world: World, task: UUID) -> list[ChecklistItem]:
    """The checklist of a task."""
    async with world.database.transaction(world.admin) as work:
        found = select(ChecklistItem).where(ChecklistItem.task_id == task).order_by(ChecklistItem.position)
        return list(await work.scalars(found))


async def returns_of(world: World, begun: Begun) -> list[TaskReturn]:
    """What came back in a deal."""
    async with world.database.transaction(world.anna) as work:
        return list(await work.scalars(select(TaskReturn).where(TaskReturn.deal_id == begun.deal)))


async def test_a_step_is_ticked_and_the_tick_taken_back(world: World, begun: Begun, browser: SignIn) -> None:
    task = await task_of(world, begun, "calculate")
    step = ChecklistItem(deal_id=begun.deal, task_id=task.id, position=90, title="Запросить ПТС")
    await add(world, world.anna, step)
    boris = await browser(world.boris)
    for verb, is_done in (("tick", True), ("tick", True), ("untick", False)):
        said = await boris.post(f"/admin/checklist-item/verb/{verb}", data={"pk": str(step.id)}, headers=HX)
        assert said.status_code in (200, 403), said.text
        found = next(one for one in await steps(world, task.id) if one.id == step.id)
        assert (found.done_at is not None) is is_done
    section = (await boris.get(f"/admin/deal/children/{begun.deal}/task", headers=HX)).text
    assert "Запросить ПТС" in section and 'aria-checked="false"' in section
    refused = await (await browser(world.vera)).post(
        "/admin/checklist-item/verb/tick", data={"pk": str(step.id)}, headers=HX
    )
    assert refused.status_code == 404


async def test_what_is_missing_is_said_with_the_way_there(
    world: World, trade: Trade, begun: Begun, browser: SignIn
) -> None:
    task = await task_of(world, begun, "calculate")
    await do(world, world.boris, Task, task.id, "accept")
    boris = await browser(world.boris)
    refused = await boris.post("/admin/task/verb/complete", data={"pk": str(task.id)}, headers=HX)
    assert refused.status_code == 409
    lead = f"/admin/deal/details/{begun.deal}#rows-calculation-{str(begun.deal)[-12:]}"
    assert "Готовых расчётов ещё нет" in refused.text and lead in refused.text
    await add(world, world.boris, variant(begun, begun.kasko, trade.ingos, "900", status="ready"))
    assert (await boris.post("/admin/task/verb/complete", data={"pk": str(task.id)}, headers=HX)).status_code == 200
    assert (await get(world, world.boris, Task, task.id)).status == S.DONE


async def test_a_return_is_counted_by_its_kind_until_it_is_undone(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
    task = await task_of(world, begun, "calculate")
    boris = await browser(world.boris)
    told = {"pk": str(task.id), "cause": "documents", "reason": "Нет ПТС"}
    assert (await boris.post("/admin/task/verb/return", data=told, headers=HX)).status_code == 200
    found = await returns_of(world, begun)
    assert [(one.cause, one.reason, one.returned_by_id) for one in found] == [("documents", "Нет ПТС", world.boris.id)]
    section = (await (await browser(world.anna)).get(f"/admin/deal/children/{begun.deal}/task", headers=HX)).text
    assert "1 возврат" in section and "Нет ПТС" in section
    await undo(world, world.boris, await last_action(world, begun.deal))
    assert await returns_of(world, begun) == []


def test_each_side_has_its_clock() -> None:
    now = time.now()
    task = SimpleNamespace(id=UUID(int=1), created_at=now - timedelta(hours=9), status="accepted")
    turns = [
        Turn(task.id, now - timedelta(hours=8), S.RETURNED),
        Turn(task.id, now - timedelta(hours=5), S.NEW),
        Turn(task.id, now - timedelta(hours=2), S.ACCEPTED),
    ]
    told = clock(task, turns, now)
    assert (told.says, told.assignee, told.author) == ("в работе 2 ч", "6 ч", "3 ч")
    task.status = "done"
    done = clock(task, [*turns, Turn(task.id, now - timedelta(hours=1), S.DONE)], now)
    assert (done.says, done.assignee, done.author) == ("", "5 ч", "3 ч")
