"""Operations: what waits, what died, when the schedule came round; retried and discarded by administrators alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import text

from admin.operations.asking import next_slot
from admin.operations.words import NAMES
from jobs import subscriptions
from jobs.declared import JOBS
from jobs.schedule import SCHEDULE
from models import clock
from models.session import Database
from settings import settings
from tests import databases
from tests.admin.conftest import SignIn
from tests.world import World

DEAD = text(
    "INSERT INTO audit.runs (job, key, state, attempts, error, finished_at)"
    " VALUES ('ring', uuidv7()::text, 'dead', 5, 'ConnectionError: <away>', now()) RETURNING id"
)


@pytest.fixture
async def dead(world: World) -> AsyncIterator[UUID]:
    """A run that died."""
    door = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    async with door.engine.begin() as connection:
        key = (await connection.scalars(DEAD)).one()
    yield key
    async with door.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
    await door.close()


async def state(world: World, run: UUID) -> str:
    async with world.database.transaction(world.admin) as work:
        return str(await work.scalar(text("SELECT state FROM audit.runs WHERE id = :id"), {"id": run}))


async def test_the_page_says_what_died_and_why(world: World, dead: UUID, browser: SignIn) -> None:
    page = (await (await browser(world.admin)).get("/admin/operations")).text
    assert "ConnectionError: &lt;away&gt;" in page and str(dead) in page
    assert all(f'title="{entry.name}"' in page for entry in SCHEDULE) and "Копия с проверкой" in page


async def test_administrators_try_again_and_discard(world: World, dead: UUID, browser: SignIn) -> None:
    admin = await browser(world.admin)
    await admin.post("/admin/operations/discard", data={"run": str(dead)})
    assert await state(world, dead) == "discarded"
    await admin.post("/admin/operations/retry", data={"run": str(dead)})
    assert await state(world, dead) == "waiting"
    assert (await admin.post("/admin/operations/retry", data={"run": "nonsense"})).status_code == 404


async def test_nobody_else_does(world: World, dead: UUID, browser: SignIn) -> None:
    for other in (world.anna, world.head, world.olga):
        theirs = await browser(other)
        assert (await theirs.get("/admin/operations")).status_code == 403
        assert (await theirs.post("/admin/operations/retry", data={"run": str(dead)})).status_code == 403
    assert await state(world, dead) == "dead"


def test_every_entry_comes_again() -> None:
    now = clock.now()
    assert all(next_slot(entry, now, settings.zone) > now for entry in SCHEDULE)


def test_every_job_and_entry_of_the_schedule_has_a_name() -> None:
    subscriptions.load()
    ours = {name for name, job in JOBS.items() if job.body.__module__.startswith("jobs.")}
    assert ours | {entry.name for entry in SCHEDULE} == set(NAMES)
