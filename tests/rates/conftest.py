"""A small trade with policies to recalculate."""

import pytest

from tests.trade import Trade, reference_rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    """Products, insurers, rates and kinds of tasks."""
    return await reference_rows(world.database)
