"""A policy with instalments, one of them paid, and a month that is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from models import clock
from models.month import ClosedMonth
from models.payment import Payment
from tests.trade import add, begin, drafted, instalments, issue, pay, reference_rows
from tests.world import World

CLOSED = date(2025, 3, 1)


@dataclass(frozen=True)
class Paid:
    """The policy's instalments in their order, the first one paid, and a day of the closed month."""

    instalments: Sequence[Payment]
    closed_day: date


@pytest.fixture(scope="module")
async def paid(world: World) -> Paid:
    """КАСКО in four instalments."""
    trade = await reference_rows(world.database)
    policy = await drafted(world, await begin(world, trade), trade.ingos, "100000.00", plan="4")
    await issue(world, policy)
    found = await instalments(world, policy)
    await pay(world, found[0])
    await add(world, world.olga, ClosedMonth(month=CLOSED, closed_by_id=world.olga.id, closed_at=clock.now()))
    return Paid(await instalments(world, policy), CLOSED)
