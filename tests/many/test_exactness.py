"""Choose all that match is a set: frozen by one statement, and acted on whatever others do meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from models.actor import Actor
from models.deal import Deal
from models.errors import NotFound, Refused
from models.many import selection as frozen
from models.many.change import BulkStatus
from models.many.working import advance
from models.task import Task
from tests.crowd import MINE, MOST, apply, begin, changed_by, deals_of, freeze, now, preview, reasons, tick, verdicts
from tests.world import World

GONE = "You no longer see this record, or it is gone."
TRASHED = "This record is in the trash; restore it first."


@asynccontextmanager
async def meddling(world: World, keys: list[UUID]) -> AsyncIterator[tuple[list[UUID], list[UUID]]]:
    """Others open two deals at once and throw some of these away, while the block lasts; gives what came and went."""
    came: list[UUID] = []
    went: list[UUID] = []

    async def write() -> None:
        for n in range(1_000):
            came.extend(await deals_of(world, world.anna, 2, f"Новое {n}"))
            if not keys:
                continue
            async with world.database.transaction(world.head, action="deal.trash") as work:
                deal = await work.get_record(Deal, keys[n % len(keys)], lock=True)
                if deal.deleted_at is None:
                    await Deal.__verbs__["trash"].do(deal, work.act())
                    went.append(deal.id)

    writing = asyncio.create_task(write())
    try:
        yield came, went
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def sellers(world: World) -> dict[UUID, UUID]:
    """Who sells each deal."""
    async with world.database.transaction(world.admin) as work:
        return {row.id: row.seller_id for row in await work.execute(select(Deal.id, Deal.seller_id))}


async def test_what_is_frozen_is_of_one_moment(world: World) -> None:
    """Others always open two deals at once: no frozen number is odd, and the keys are as many as was counted."""
    keys, seen = await deals_of(world, world.anna, 2), set()
    async with meddling(world, []):
        for _n in range(40):
            chosen = await freeze(world, world.anna, world.anna)
            async with world.database.transaction(world.anna) as work:
                kept = await work.scalar(select(frozen.selections.c.ids).where(frozen.selections.c.id == chosen.id))
                assert await frozen.among(work, chosen, keys) == set(keys)
            assert kept is not None and len(kept) == len(set(kept)) == chosen.number
            assert chosen.number % 2 == 0
            seen.add(chosen.number)
    assert len(seen) > 1, "nobody meddled"


@pytest.mark.parametrize("number", [120, pytest.param(1_997, marks=pytest.mark.soak)])
async def test_a_transfer_moves_exactly_the_frozen_deals(world: World, number: int) -> None:
    """Negative control: the same filter, asked again at the end, gives another set."""
    before = await sellers(world)
    keys = await deals_of(world, world.anna, number)
    chosen = await freeze(world, world.head, world.anna)
    async with meddling(world, keys[number - 20 :]) as (came, went):
        await asyncio.sleep(0.2)
        change = await preview(world, world.head, chosen, "transfer", {"seller_id": str(world.boris.id)})
        assert change.number == change.will + change.skipped == chosen.number
        change = await apply(world, world.head, change)
    found = await verdicts(world, world.head, change)
    done = {key for key, verdict in found.items() if verdict == "done"}
    moved = {key for key, seller in (await sellers(world)).items() if seller == world.boris.id != before.get(key)}
    assert change.done == len(done) and change.done + change.skipped == chosen.number
    assert moved == done == set(await changed_by(world, change))
    assert came and went and not done & set(came) and not done & (set(went) - done)
    assert set(await reasons(world, world.head, change)) <= {TRASHED, GONE}
    async with world.database.transaction(world.head) as work:
        again = {row[0] for row in await work.driver.fetch(MINE, world.anna.id)}
    assert again and not again & done, "the filter, asked again, means other deals"


async def test_rows_that_leave_between_preview_and_apply_are_told(world: World) -> None:
    keys = await deals_of(world, world.anna, 6, "Уходящее")
    change = await preview(world, world.anna, await tick(world, world.anna, "deal", keys), "edit", {"source": "Сайт"})
    assert (change.will, change.skipped) == (6, 0)
    async with world.database.transaction(world.admin, action="deal.update") as work:
        one, other, third = [await work.get_record(Deal, key, lock=True) for key in keys[:3]]
        one.seller_id = world.vera.id
        tasks = update(Task).where(Task.deal_id == one.id)
        await work.execute(tasks.values(author_id=world.vera.id, assignee_id=world.vera.id))
        await Deal.__verbs__["trash"].do(other, work.act())
        third.source = "Звонок"
    change = await apply(world, world.anna, change)
    assert (change.status, change.done, change.skipped) == (BulkStatus.DONE, 3, 3)
    told = await reasons(world, world.anna, change)
    assert told == {GONE: 1, TRASHED: 1, "Somebody else has changed the same fields meanwhile.": 1}


async def test_a_selection_is_its_persons_alone_and_for_a_day(world: World) -> None:
    chosen = await tick(world, world.anna, "deal", await deals_of(world, world.anna, 2, "Своё"))

    async def find(who: Actor, identity: str = "deal") -> None:
        async with world.database.transaction(who) as work:
            await frozen.find(work, chosen.id, identity)

    await find(world.anna)
    for who, identity in ((world.vera, "deal"), (world.admin, "deal"), (world.anna, "client")):
        with pytest.raises(Refused):
            await find(who, identity)
    async with world.database.transaction(world.anna) as work:
        await work.execute(text("UPDATE auth.selections SET expires_at = now()"))
    with pytest.raises(Refused):
        await find(world.anna)


async def test_a_bulk_change_is_its_persons_alone(world: World) -> None:
    change = await preview(
        world, world.anna, await tick(world, world.anna, "deal", await deals_of(world, world.anna, 1)), "edit",
        {"source": "x"},
    )  # fmt: skip
    for who in (world.vera, world.admin):
        with pytest.raises(NotFound):
            await now(world, who, change)


async def test_more_than_the_limit_and_nothing_are_refused(world: World) -> None:
    await deals_of(world, world.anna, 3, "Лишнее")
    for most, who in ((2, world.anna), (MOST, world.olga)):
        with pytest.raises(Refused):
            async with world.database.transaction(who) as work:
                await frozen.freeze(work, "deal", MINE, (who.id,), asked="", most=most)


async def test_two_who_work_on_one_change_do_each_row_once(world: World) -> None:
    """As when a worker that was thought dead wakes up while another goes on."""
    keys = await deals_of(world, world.anna, 30, "Дважды")
    change = await preview(world, world.anna, await tick(world, world.anna, "deal", keys), "hand_off")
    change = await begin(world, world.anna, change)

    async def work_off() -> None:
        while await advance(world.database, world.anna, change, 7):
            await asyncio.sleep(0)

    await asyncio.gather(*(work_off() for _worker in range(3)))
    change = await now(world, world.anna, change)
    assert (change.done, change.skipped) == (30, 0)
    assert sorted(set(await changed_by(world, change))) == sorted(keys)
    async with world.database.transaction(world.admin) as work:
        statement = text(
            "SELECT count(*), count(DISTINCT deal_id) FROM audit.events WHERE action_id = :action"
            " AND \"table\" = 'tasks.tasks' AND op = 'insert'"
        )
        assert tuple((await work.execute(statement, {"action": change.action_id})).one()) == (30, 30)
