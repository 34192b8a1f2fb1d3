"""Workers that are killed, a queue that is wiped and goes away: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from arq.constants import in_progress_key_prefix
from redis.asyncio import Redis
from sqlalchemy import text

from jobs.declared import QUICK
from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.valkey import Valkey
from jobs.relay import DUE, Due, Relay
from jobs.subscriptions import Subscription
from jobs.worker import Carrier, queue_name
from models.client import Client
from models.session import Database
from tests import databases
from tests.world import World

ROOT = Path(__file__).parents[2]
MARKS = text(
    "SELECT count(*) AS marks, count(DISTINCT split_part(name, ' ', 2)) AS clients FROM auth.teams"
    " WHERE name LIKE 'mark %'"
)
LEFT = text(
    "SELECT state, job, attempts, error, due_at - now() AS due, leased_until - now() AS leased FROM audit.runs"
    " WHERE state <> 'done' ORDER BY due_at LIMIT 20"
)
STATES = text("SELECT state, count(*) AS number FROM audit.runs GROUP BY state")


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A Valkey of the test's own, which it may kill."""
    folder = Path(tempfile.mkdtemp(prefix="pd-", dir="/tmp"))
    folder.chmod(0o711)
    server = Valkey(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
async def jobs_url(world: World) -> AsyncIterator[str]:
    """The worker's address of the module's database, with an empty list of runs and no marks."""
    url = databases.url(world.database.engine.url.database or "", "crm_jobs")
    door = Database(url)
    await Relay(door, _nobody, ()).read()
    async with door.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
    await door.close()
    async with world.database.transaction(world.admin, action="tests.clean") as work:
        await work.execute(text("DELETE FROM auth.teams WHERE name LIKE 'mark %'"))
    yield url


async def _nobody(_due: Any) -> None:
    """Carries nothing."""


class Workers:
    """Workers that are started again as soon as they die."""

    def __init__(self, url: str, redis: str, **environment: str) -> None:
        self.command = (sys.executable, "-m", "tests.faults.working", url, redis)
        self.environment = os.environ | {"PYTHONUNBUFFERED": "1"} | environment
        self.living: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *self.command, cwd=ROOT, env=self.environment, stderr=asyncio.subprocess.DEVNULL
        )
        self.living.append(process)

    async def kill_one(self) -> None:
        """kill -9, and another one begins."""
        victim = self.living.pop(random.randrange(len(self.living)))
        victim.kill()
        await victim.wait()
        await self.start()

    async def stop(self) -> float:
        """SIGTERM to all; gives how long the last one took, in seconds."""
        began = asyncio.get_running_loop().time()
        leaving, self.living = self.living, []
        for process in leaving:
            process.send_signal(signal.SIGTERM)
        await asyncio.gather(*(process.wait() for process in leaving))
        return asyncio.get_running_loop().time() - began


@asynccontextmanager
async def working(number: int, url: str, redis: str, **environment: str) -> AsyncIterator[Workers]:
    """Some workers, for as long as the block lasts."""
    workers = Workers(url, redis, **environment)
    for _one in range(number):
        await workers.start()
    try:
        yield workers
    finally:
        await workers.stop()


async def enter_clients(world: World, number: int) -> int:
    """Writers that commit clients one by one, some of which roll back; gives how many stand."""
    made = 0
    for n in range(number):
        with suppress(Changed):
            async with world.database.transaction(world.anna, action="client.create") as work:
                work.add(Client(name=f"Клиент {n}", created_by_id=world.anna.id))
                await work.flush()
                if n % 10 == 9:
                    raise Changed
            made += 1
    return made


class Changed(Exception):
    """A writer has changed their mind: what they wrote is rolled back."""


async def wait_until(condition: Callable[[], Any], seconds: float) -> None:
    """Look again and again. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.1)


async def marks(world: World) -> tuple[int, int]:
    """Marks there are, and of how many clients."""
    async with world.database.transaction(world.admin) as work:
        row = (await work.execute(MARKS)).one()
    return row.marks, row.clients


async def states(url: str) -> dict[str, int]:
    door = Database(url)
    async with door.engine.connect() as connection:
        found = {row.state: row.number for row in await connection.execute(STATES)}
    await door.close()
    return found


async def standing(url: str) -> list[Any]:
    """The runs that are not done, for who asks what went wrong."""
    door = Database(url)
    async with door.engine.connect() as connection:
        found = list(await connection.execute(LEFT))
    await door.close()
    return found


async def until_done(url: str, made: int, seconds: float) -> None:
    """Every event has one run, and it is done. Raises `AssertionError` that tells where the others stand."""

    async def all_done() -> bool:
        return (await states(url)) == {"done": made}

    try:
        await wait_until(all_done, seconds)
    except TimeoutError:
        raise AssertionError(f"{made} clients, but {await states(url)}: {await standing(url)}") from None


async def killing(world: World, valkey: Valkey, url: str, events: int, kills: int, **environment: str) -> None:
    """Events are written while workers are killed at random; in the end each has left one mark."""
    writers = 4
    async with working(2, url, embedded_redis_url(valkey.data_dir), **environment) as workers:
        writing = [asyncio.create_task(enter_clients(world, events // writers)) for _writer in range(writers)]
        for _kill in range(kills):
            await asyncio.sleep(random.uniform(0.3, 1.5))
            await workers.kill_one()
        made = sum(await asyncio.gather(*writing))

        await until_done(url, made, 240)
        assert await marks(world) == (made, made), "marks and clients with marks"
        assert await workers.stop() < 10


async def test_killed_workers_lose_nothing_and_do_nothing_twice(world: World, valkey: Valkey, jobs_url: str) -> None:
    await killing(world, valkey, jobs_url, events=200, kills=3)


async def test_the_check_sees_a_worker_that_ends_a_run_before_doing_it(
    world: World, valkey: Valkey, jobs_url: str
) -> None:
    """Negative control: where such a worker is killed or stumbles, the mark is never made."""
    with pytest.raises(AssertionError, match="clients with marks"):
        await killing(world, valkey, jobs_url, 200, 1, HASTY="yes")
    assert set(await states(jobs_url)) == {"done"}


async def test_what_a_worker_took_and_never_began_is_done_by_another(
    world: World, valkey: Valkey, jobs_url: str
) -> None:
    """Killed between arq and the database: arq says for minutes that somebody does it."""
    redis = embedded_redis_url(valkey.data_dir)
    door = Database(jobs_url)
    made = await enter_clients(world, 1)
    await Relay(door, _nobody, (Subscription("leave_a_mark", ("crm.client.created",)),)).read()
    async with door.engine.begin() as connection:
        (due,) = await connection.execute(DUE, {"most": 10, "lease": timedelta(0)})
    await Carrier(redis)(Due(*due))
    async with Redis.from_url(redis) as client:
        (taken,) = await client.zrange(queue_name(QUICK), 0, -1)
        await client.set(in_progress_key_prefix + taken.decode(), 1, ex=600)
    async with working(1, jobs_url, redis):
        await until_done(jobs_url, made, 120)
    assert await marks(world) == (made, made)
    await door.close()


@pytest.mark.soak
async def test_workers_killed_twenty_times(world: World, valkey: Valkey, jobs_url: str) -> None:
    await killing(world, valkey, jobs_url, events=10_000, kills=20)


@pytest.mark.parametrize(("events", "gone"), [(30, 0), pytest.param(2_500, 60, marks=pytest.mark.soak)])
async def test_a_queue_that_is_wiped_and_gone_loses_nothing(
    world: World, valkey: Valkey, jobs_url: str, events: int, gone: int
) -> None:
    """Negative control inside: while the queue is away, what it carried is not done, though it was written."""
    redis = embedded_redis_url(valkey.data_dir)
    async with working(1, jobs_url, redis):
        made = await enter_clients(world, events)
        async with Redis.from_url(redis) as client:
            await client.flushall()
        valkey.stop()
        made += await enter_clients(world, events)
        assert (await marks(world))[1] < made
        await asyncio.sleep(gone)
        valkey.start()
        await until_done(jobs_url, made, 60)
        assert await marks(world) == (made, made)


CUT_WHO_WAITS = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE usename = 'crm_jobs' AND wait_event_type = 'Lock' AND datname = current_database()"
)


async def test_a_worker_outlives_connections_that_are_cut(world: World, valkey: Valkey, jobs_url: str) -> None:
    """In the middle of a statement too: it asks again, and needs nobody to start it anew."""
    owner = Database(databases.url(world.database.engine.url.database or ""))
    async with working(1, jobs_url, embedded_redis_url(valkey.data_dir)) as workers:
        (worker,) = workers.living
        made = await enter_clients(world, 10)
        async with owner.engine.begin() as holding:
            await holding.execute(text("LOCK TABLE audit.runs, audit.cursors"))

            async def cut() -> bool:
                async with owner.engine.connect() as cutting:
                    return bool(await cutting.scalar(CUT_WHO_WAITS))

            for _time in range(3):
                await wait_until(cut, 20)
        made += await enter_clients(world, 10)
        await until_done(jobs_url, made, 60)
        assert await marks(world) == (made, made)
        assert worker.returncode is None
    await owner.close()
