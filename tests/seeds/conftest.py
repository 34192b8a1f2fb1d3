import os
from pathlib import Path

import pytest

from seeds import reference
from tests.seeds.dirty_workbook import write_sample
from tests.world import World


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with portfolio.xlsx and truth.json: SAMPLE_DATA_DIR, else a small brokerage made up here."""
    if folder := os.environ.get("SAMPLE_DATA_DIR"):
        return Path(folder)
    folder_of_our_own = tmp_path_factory.mktemp("sample")
    write_sample(folder_of_our_own, seed=2026)
    return folder_of_our_own


@pytest.fixture(scope="module")
async def brokerage(world: World) -> World:
    """The small world with insurers, products, agreements."""
    await reference.plant(world.database)
    return world
