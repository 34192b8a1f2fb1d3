"""Workers that are killed in the middle of a recalculation: it goes on, nothing is written twice, undo restores all."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from models.recalculation import Recalculation
from models.session import Database
from tests import databases
from tests.faults.test_worker import Workers, jobs_url, wait_until
from tests.rates.making import make
from tests.rates.selling import images, previewed
from tests.trade import do, get
from tests.world import World

__all__ = ["jobs_url"]

POLICIES = 120
DERIVE = text("SELECT crm.derive_totals(ARRAY(SELECT id FROM crm.deals))")
WRITTEN = text(
    "SELECT count(*) AS times, count(DISTINCT record_id) AS lines FROM audit.events WHERE action_id = :action"
    " AND \"table\" IN ('crm.payment_incomes', 'crm.payment_expenses')"
)


@pytest.fixture(scope="module")
async def brokerage(world: World) -> AsyncIterator[None]:
    """Rules and policies that are made up, and totals that are true."""
    await make(world, POLICIES, 7)
    owner = Database(databases.url(world.database.engine.url.database or ""))
    async with owner.engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.admin.id)})
        await connection.execute(DERIVE)
    await owner.close()
    yield


async def state(world: World, run: Recalculation) -> Recalculation:
    """The run as it is now."""
    found: Recalculation = await get(world, world.olga, Recalculation, run.id)
    return found


class Killing:
    """A worker that is killed as soon as a run is in its middle, and another that ends it."""

    def __init__(self, world: World, url: str, **environment: str) -> None:
        self.world = world
        self.workers = Workers(url, "", **environment)
        self.workers.command = (sys.executable, "-m", "tests.faults.recalculating", url)

    async def through(self, run: Recalculation, verb: str, figure: str, end: str, kills: int = 1) -> Recalculation:
        """Order a step, kill its worker in the middle, and wait for its end."""
        await do(self.world, self.world.olga, Recalculation, run.id, verb)
        for kill in range(kills):
            least = run.lines * (kill + 1) // (kills + 2)

            async def is_in_the_middle(least: int = least) -> bool:
                return bool(getattr(await state(self.world, run), figure) > least)

            await wait_until(is_in_the_middle, 60)
            await self.workers.kill_one()
            assert getattr(await state(self.world, run), figure) < run.lines, "it is over already"

        async def is_over() -> bool:
            return (await state(self.world, run)).status == end

        await wait_until(is_over, 90)
        return await state(self.world, run)


async def written(world: World, action: Any) -> tuple[int, int]:
    """How often lines were written by an action, and how many lines."""
    async with world.database.transaction(world.admin) as work:
        row = (await work.execute(WRITTEN, {"action": action})).one()
    return row.times, row.lines


async def test_a_killed_recalculation_goes_on_and_its_undo_restores_every_line(
    world: World, brokerage: None, jobs_url: str
) -> None:
    before = await images(world)
    run = await previewed(world, with_missing="on")
    assert run.lines > POLICIES
    killing = Killing(world, jobs_url)
    await killing.workers.start()
    try:
        run = await killing.through(run, "apply", "applied", "done", kills=2)
        assert (run.applied, run.left_alone) == (run.lines, 0)
        assert await written(world, run.action_id) == (run.lines, run.lines), "each line once"
        assert (await previewed(world, with_missing="on")).lines == 0, "every line is as the rules have it"
        run = await killing.through(run, "undo", "restored", "undone")
        assert run.restored == run.lines
        assert await written(world, run.undo_action_id) == (run.lines, run.lines)
        assert await images(world) == before
    finally:
        await killing.workers.stop()


async def test_the_check_sees_a_worker_that_notes_its_place_apart(world: World, brokerage: None, jobs_url: str) -> None:
    """Negative control: killed between the batch and its place, such a worker comes to the same lines again."""
    run = await previewed(world, with_missing="on")
    killing = Killing(world, jobs_url, HASTY="yes")
    await killing.workers.start()
    try:
        run = await killing.through(run, "apply", "applied", "done")
        assert (run.applied, run.left_alone) != (run.lines, 0)
    finally:
        await killing.workers.stop()
