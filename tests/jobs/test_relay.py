"""From the log to jobs: nothing is passed over, each run ends once, what fails is tried again and then parked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jobs import runs
from jobs.declared import JOBS, Event, GiveUp, Run, TryAgain, errand, job
from jobs.relay import Due, Relay
from jobs.subscriptions import Subscription
from models.actor import Via
from models.client import Client
from models.errors import Denied
from models.log import runs as table
from models.people import Team
from models.session import Database, Work
from tests import databases
from tests.world import World

CLIENTS = (Subscription("note_client", ("crm.client.created",)),)


class Carried(list[Due]):
    """A carrier that keeps what it is given."""

    async def __call__(self, due: Due) -> None:
        self.append(due)


@pytest.fixture
async def door(world: World) -> AsyncIterator[Database]:
    """The worker's way to the database, with an empty list of runs and the log read to its end."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await Relay(opened, Carried(), ()).read()
    async with opened.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
    yield opened
    await opened.close()


@pytest.fixture
def declared() -> AsyncIterator[dict[str, Any]]:
    """Jobs of the tests; they are forgotten afterwards."""
    before = dict(JOBS)
    done: dict[str, Any] = {"events": [], "problem": None}

    @job(tries=3)
    async def note_client(work: Work, run: Run) -> None:
        work.add(Team(name=f"{run.id} {run.attempt}"))
        await work.flush()
        if done["problem"]:
            raise done["problem"]
        done["events"].append(run.cause)

    @errand(tries=2)
    async def ring(_database: Database, run: Run) -> None:
        done["events"].append(run.args)

    yield done  # type: ignore[misc]
    JOBS.clear()
    JOBS.update(before)


async def client(world: World, name: str, via: Via = Via.PANEL) -> UUID:
    """Anna enters a client."""
    async with world.database.transaction(world.anna, via, "client.create") as work:
        made = Client(name=name, created_by_id=world.anna.id)
        work.add(made)
    return made.id


async def rows(database: Database) -> list[Any]:
    async with database.engine.connect() as connection:
        return list((await connection.execute(select(table).order_by(table.c.created_at))).all())


async def relayed(door: Database, subscriptions: tuple[Subscription, ...] = CLIENTS) -> Carried:
    """Read the log and hand over what is due."""
    carried = Carried()
    relay = Relay(door, carried, subscriptions)
    await relay.read()
    await relay.hand_over()
    return carried


async def due_now(door: Database) -> None:
    """Let the time pass until everything is due and no lease holds."""
    async with door.engine.begin() as connection:
        await connection.execute(text("UPDATE audit.runs SET due_at = now(), leased_until = now() - interval '1 s'"))


async def teams(world: World, run: UUID) -> int:
    """How many rows the run's job has written."""
    async with world.database.transaction(world.admin) as work:
        return len((await work.scalars(select(Team).where(Team.name.like(f"{run}%")))).all())


async def test_an_event_is_done_once_however_often_it_is_carried(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    key = await client(world, "Попов Максим")
    (due,) = await relayed(door)
    for _again in range(3):
        await runs.perform(door, due.job, due.id)
    (event,) = declared["events"]
    assert isinstance(event, Event)
    assert (event.type, event.record_id, event.actor_id, event.via) == (
        "crm.client.created", key, world.anna.id, "panel",
    )  # fmt: skip
    assert event.record["name"] == "Попов Максим"
    assert [row.state for row in await rows(door)] == ["done"] and await teams(world, due.id) == 1
    assert await relayed(door) == []


async def test_a_transaction_in_flight_is_not_passed_over(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    """Negative control inside: a reader by the largest number seen so far loses the first one."""
    engine = world.database.engine
    async with engine.connect() as slow:
        await _write(slow, world, "Медленная")
        quick = await client(world, "Быстрая")
        by_number = await _newest_number(world)
        assert [due.job for due in await relayed(door)] == []
        await slow.commit()
    assert await _beyond(world, by_number) == 0, "a bare number would have lost it"
    assert len(await relayed(door)) == 2
    assert quick


async def _write(connection: AsyncConnection, world: World, name: str) -> None:
    values = {"role": "crm_own", "actor": str(world.anna.id)}
    await connection.execute(
        text("SELECT set_config('role', :role, true), set_config('app.actor_id', :actor, true)"), values
    )
    statement = "INSERT INTO crm.clients (id, name, kind, created_by_id) VALUES (uuidv7(), :name, 'person', :by)"
    await connection.execute(text(statement), {"name": name, "by": world.anna.id})


async def _newest_number(world: World) -> int:
    async with world.database.transaction(world.admin) as work:
        return int(await work.scalar(text("SELECT max(seq) FROM audit.events")) or 0)


async def _beyond(world: World, number: int) -> int:
    async with world.database.transaction(world.admin) as work:
        return int(await work.scalar(text("SELECT count(*) FROM audit.events WHERE seq > :n"), {"n": number}) or 0)


async def test_what_fails_is_tried_again_and_then_parked(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    await client(world, "Неудачная")
    declared["problem"] = ConnectionError("the other side is away")
    (due,) = await relayed(door)
    for attempt in (1, 2, 3):
        await runs.perform(door, due.job, due.id)
        (row,) = await rows(door)
        assert (row.attempts, row.state) == (attempt, "waiting" if attempt < 3 else "dead")
        assert row.due_at > row.created_at and "ConnectionError" in row.error
        await due_now(door)
    assert await teams(world, due.id) == 0, "what a failed try wrote is rolled back"
    assert await Relay(door, Carried(), CLIENTS).hand_over() == 0


async def test_patience_is_no_try_and_hopelessness_is_the_last(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    await client(world, "Терпеливая")
    (due,) = await relayed(door)
    declared["problem"] = TryAgain(timedelta(seconds=7))
    await runs.perform(door, due.job, due.id)
    (row,) = await rows(door)
    assert (row.attempts, row.state) == (0, "waiting")
    declared["problem"] = GiveUp("blocked")
    await runs.perform(door, due.job, due.id)
    assert (await rows(door))[0].state == "dead"


async def test_who_was_thought_dead_cannot_finish(world: World, door: Database, declared: dict[str, Any]) -> None:
    """Two hold one run: the newer one finishes, what the older one wrote is rolled back."""
    await client(world, "Зомби")
    (due,) = await relayed(door)
    older = await runs.claim(door, JOBS["note_client"], due.id)
    assert older is not None and await runs.claim(door, JOBS["note_client"], due.id) is None
    await due_now(door)
    newer = await runs.claim(door, JOBS["note_client"], due.id)
    assert newer is not None and newer.attempt == 2
    await runs._do(door, JOBS["note_client"], newer)
    with pytest.raises(Exception, match="changing the same records"):
        await runs._do(door, JOBS["note_client"], older)
    assert await teams(world, due.id) == 1


async def test_a_run_that_kills_its_workers_is_parked(world: World, door: Database, declared: dict[str, Any]) -> None:
    await client(world, "Ядовитая")
    (due,) = await relayed(door)
    for _death in range(3):
        assert await runs.claim(door, JOBS["note_client"], due.id) is not None
        await due_now(door)
        assert len(await relayed(door)) == 1, "a run of a dead worker is handed over again"
        await due_now(door)
    assert await runs.claim(door, JOBS["note_client"], due.id) is None
    (row,) = await rows(door)
    assert row.state == "dead" and "died" in row.error


async def test_bulk_work_reaches_who_asks_for_it(world: World, door: Database, declared: dict[str, Any]) -> None:
    await client(world, "Из файла", Via.IMPORT)
    assert await relayed(door) == []
    await client(world, "Из другого файла", Via.IMPORT)
    assert len(await relayed(door, (CLIENTS[0]._replace(bulk=True),))) == 1


async def test_what_is_ordered_with_a_key_is_done_once(world: World, door: Database, declared: dict[str, Any]) -> None:
    for _again in range(2):
        async with world.database.transaction(world.anna) as work:
            await runs.order(work, "ring", {"deal": "D-1"}, key="D-1")
    (due,) = await relayed(door)
    await runs.perform(door, due.job, due.id)
    assert declared["events"] == [{"deal": "D-1"}]


async def test_what_is_ordered_and_rolled_back_is_not_done(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    with pytest.raises(RuntimeError):
        async with world.database.transaction(world.anna) as work:
            await runs.order(work, "ring", {}, key="never")
            raise RuntimeError
    assert await relayed(door) == []


async def test_administrators_retry_and_discard_what_died(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    await client(world, "Мёртвая")
    declared["problem"] = GiveUp("no")
    (due,) = await relayed(door)
    await runs.perform(door, due.job, due.id)
    retry = text("SELECT audit.retry_runs(ARRAY[CAST(:run AS uuid)])")
    with pytest.raises(Denied):
        async with world.database.transaction(world.olga) as work:
            await work.execute(retry, {"run": due.id})
    async with world.database.transaction(world.admin) as work:
        assert await work.scalar(retry, {"run": due.id}) == 1
    declared["problem"] = None
    (again,) = await relayed(door)
    await runs.perform(door, again.job, again.id)
    assert (await rows(door))[0].state == "done"


async def test_a_log_that_came_from_elsewhere_is_read_to_its_end(
    world: World, door: Database, declared: dict[str, Any]
) -> None:
    """After a restore the old numbers mean nothing: what is older counts as settled, then the new numbers begin."""
    await client(world, "Старая")
    owner = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with owner.engine.begin() as connection:
        await connection.execute(text("UPDATE audit.events SET epoch = 1"))
        await connection.execute(text("UPDATE audit.cursors SET epoch = 1"))
    await owner.close()
    assert len(await relayed(door)) == 1
    await client(world, "Новая")
    assert len(await relayed(door)) == 0, "the cursor has turned to the new numbers"
    assert len(await relayed(door)) == 1
