"""Migrated databases without anybody in them."""

import uuid
from collections.abc import AsyncIterator

import pytest

from jobs.embedded.postgres import Postgres
from migrations.runner import upgrade
from models.session import Database
from tests import databases


@pytest.fixture(scope="session")
def bare_template(cluster: Postgres) -> str:
    """A migrated database in which nothing has been planted."""
    name = databases.create(cluster, f"bare_{uuid.uuid4().hex[:8]}")
    upgrade(databases.addresses(name))
    return name


@pytest.fixture(scope="module")
async def bare(cluster: Postgres, bare_template: str) -> AsyncIterator[str]:
    """The name of an empty database of the module's own."""
    name = databases.copy(cluster, bare_template)
    yield name
    databases.drop(cluster, name)


@pytest.fixture(scope="module")
async def seeded(bare: str) -> AsyncIterator[Database]:
    """The empty database as seeds come to it."""
    opened = Database(databases.url(bare, "crm_jobs"))
    yield opened
    await opened.close()
