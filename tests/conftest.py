"""One PostgreSQL for the whole run, or for each worker of pytest-xdist; the developer's own settings stay out."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

RUN_FOLDER = "POLISDESK_TEST_RUN"
OWN_SETTINGS = ("HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "STORAGE_URL", "FILE_SHARES")
OWN_SECRETS = ("INSTALLATION_SECRET", "DEMO_PASSWORD", "TIME_ZONE", "LANGUAGE")
OWN_TELEGRAM = ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_PROXY")
OWN_EVENTS = ("EVENTS_WEBHOOK_URL", "EVENTS_WEBHOOK_SECRETS", "EVENTS_AMQP_URL")

# Each of pytest-xdist's workers has a folder, a PostgreSQL and a queue of its own, inside the folder of the run.
first = RUN_FOLDER not in os.environ
if first:
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="polisdesk-run-", dir="/tmp")
folder = Path(os.environ[RUN_FOLDER], os.environ.get("PYTEST_XDIST_WORKER", ""))
folder.mkdir(exist_ok=True)
for shut in {Path(os.environ[RUN_FOLDER]), folder}:
    shut.chmod(0o711)
for name in OWN_SETTINGS + OWN_SECRETS + OWN_TELEGRAM + OWN_EVENTS:
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = str(folder)
os.environ["COUNT_WITHIN_MS"] = "5000"  # a busy machine shows no other page than a quiet one

import hooks  # noqa: E402 - settings are read when it is imported
import models  # noqa: E402
from jobs.embedded.postgres import Postgres  # noqa: E402
from jobs.embedded.running import postgres_running  # noqa: E402
from models.session import Database  # noqa: E402
from settings import settings  # noqa: E402
from tests import databases  # noqa: E402
from tests.world import PEOPLE, World, actor_named  # noqa: E402

models.load()
hooks.load()


LONGEST = (
    "journeys/test_every_page",
    "journeys/test_story",
    "journeys/",
    "architecture/test_adding_an_entity",
    "faults/",
)
"""What takes longest begins first: otherwise the last worker goes on alone while the others have nothing left."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, as some tests wait for a clock; each has servers of its own, so not too many."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; the rest as it stands. A soak may take an hour; what else hangs is ended and named."""
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(3600))
    items.sort(key=lambda item: next((n for n, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST)))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    """The cluster of the run: real PostgreSQL, without waiting for the disk."""
    with postgres_running(settings.data_dir, durable=False) as server:
        yield server


def pytest_unconfigure() -> None:
    """The process that started the run leaves last and removes its folder."""
    if first:
        shutil.rmtree(os.environ[RUN_FOLDER])


@pytest.fixture(scope="session")
def template(cluster: Postgres) -> str:
    """A migrated database with the people of the tests, to be copied for each test module."""
    return databases.template(cluster)


@pytest.fixture(scope="module")
async def database(cluster: Postgres, template: str) -> AsyncIterator[Database]:
    """A database of the module's own, as the panel's role sees it."""
    name = databases.copy(cluster, template)
    opened = Database(databases.url(name, "crm_panel"))
    yield opened
    await opened.close()
    databases.drop(cluster, name)


@pytest.fixture(scope="module")
async def world(database: Database) -> World:
    """The people of the small world, in the module's database."""
    return World(database, **{login: await actor_named(database, f"{login}@demo.local") for login in PEOPLE})
