"""What has outlived its days goes stale at night, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from jobs.staleness import make_stale
from models import clock
from models.calculation import Calculation
from models.session import Database
from tests import databases
from tests.trade import Begun, Trade, add, begin, do, reference_rows, rows, variant
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


@pytest.fixture(scope="module")
async def begun(world: World, trade: Trade) -> Begun:
    return await begin(world, trade)


async def overnight(world: World, begun: Begun, **made: Calculation) -> dict[str, str]:
    """The states of these calculations after the night's job, run as the worker runs it."""
    await add(world, world.anna, *made.values())
    door = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await make_stale(door, batch=1)
    await door.close()
    states: dict[UUID, Any] = {
        c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)
    }
    return {name: states[calculation.id] for name, calculation in made.items()}


async def test_a_variant_goes_stale_the_day_after_its_last(world: World, trade: Trade, begun: Begun) -> None:
    today = clock.today()

    def until(day: date | None, status: str = "ready") -> Calculation:
        return variant(begun, begun.kasko, trade.ingos, "1000", status=status, valid_until=day)

    yesterday = today - timedelta(days=1)
    states = await overnight(
        world,
        begun,
        over=until(yesterday),
        offered=until(yesterday, "offered"),
        last_day=until(today),
        endless=until(None),
        chosen=until(yesterday, "confirmed"),
        refused=until(yesterday, "refused"),
    )
    assert states == {
        "over": "stale",
        "offered": "stale",
        "last_day": "ready",
        "endless": "ready",
        "chosen": "confirmed",
        "refused": "refused",
    }


async def test_osago_of_before_april_goes_stale_unless_it_was_made_ready_anew(
    world: World, trade: Trade, begun: Begun
) -> None:
    today = clock.today()
    year = today.year - (today < date(today.year, 4, 1))
    march, april = datetime(year, 3, 31, 20, 59, tzinfo=UTC), datetime(year, 3, 31, 21, 0, tzinfo=UTC)

    def made(need: UUID, at: datetime, status: str = "ready") -> Calculation:
        return variant(begun, need, trade.vsk, "700", status=status, created_at=at)

    anew = made(begun.osago, march, "requested")
    await add(world, world.anna, anew)
    await do(world, world.anna, Calculation, anew.id, "ready")
    states = await overnight(
        world,
        begun,
        osago=made(begun.osago, march),
        kasko=made(begun.kasko, march),
        of_april=made(begun.osago, april),
    )
    assert states == {"osago": "stale", "kasko": "ready", "of_april": "ready"}
    found = {c.id: c.status for c in await rows(world, Calculation, Calculation.deal_id == begun.deal)}
    assert found[anew.id] == "ready"
