"""One PostgreSQL for the whole run, shared by the workers of pytest-xdist; the developer's own settings stay out."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

RUN_FOLDER = "POLISDESK_TEST_RUN"
OWN_SETTINGS = ("HOST", "PORT", "PUBLIC_URL", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "STORAGE_URL")
OWN_SECRETS = ("INSTALLATION_SECRET", "TELEGRAM_TOKEN", "TELEGRAM_API_URL", "DEMO_PASSWORD", "TIME_ZONE", "LANGUAGE")

first = RUN_FOLDER not in os.environ  # xdist's workers inherit the folder of the process that started them
if first:
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="polisdesk-run-", dir="/tmp")
    Path(os.environ[RUN_FOLDER]).chmod(0o711)
for name in OWN_SETTINGS + OWN_SECRETS:
    os.environ.pop(name, None)
os.environ["DATA_DIR"] = os.environ[RUN_FOLDER]

from jobs.embedded.postgres import Postgres  # noqa: E402 - settings are read when it is imported
from jobs.embedded.running import postgres_running  # noqa: E402
from settings import settings  # noqa: E402


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    """The cluster of the run: real PostgreSQL, without waiting for the disk."""
    with postgres_running(settings.data_dir, durable=False) as server:
        yield server


def pytest_unconfigure() -> None:
    """The process that started the run leaves last and removes its folder."""
    if first:
        shutil.rmtree(os.environ[RUN_FOLDER])
