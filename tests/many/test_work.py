"""Large ones by the worker: in slices, stopped and gone on with, told of when done, and one undo that takes it all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from uuid_utils.compat import uuid7

from jobs import bulk
from jobs.bulk import order_undo, order_work
from models.actor import Actor, Via
from models.deal import Deal
from models.errors import Refused
from models.many.change import BulkChange, BulkStatus, own_change
from models.many.working import advance
from models.notification import Notification
from models.people import User
from models.session import Database
from tests import databases
from tests.crowd import apply, begin, changed_by, deals_of, now, picture, preview, reasons, tick
from tests.jobs.told import worked_off
from tests.trade import get, undo
from tests.world import World

MEMBERS = text("SELECT user_id::text, deal_id::text, reason FROM crm.deal_members WHERE deal_id = ANY (:keys)")
BELLS = select(Notification.title, Notification.url).order_by(Notification.title)


@pytest.fixture
async def door(world: World) -> AsyncIterator[Database]:
    """The worker's way to the module's database, with nothing left to do."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await worked_off(opened)
    yield opened
    await opened.close()


async def transfer(world: World, number: int, who: Actor) -> tuple[list[Any], BulkChange]:
    """So many deals of Anna's about to be given to Boris, tried already."""
    keys = await deals_of(world, world.anna, number)
    chosen = await tick(world, who, "deal", keys)
    return keys, await preview(world, who, chosen, "transfer", {"seller_id": str(world.boris.id)})


async def ordered(world: World, who: Actor, change: BulkChange) -> BulkChange:
    """Begun, and asked of the worker, as the panel does with a large one."""
    async with world.database.transaction(who, action="bulk-change.begin") as work:
        found = await own_change(work, change.id, lock=True)
        found.begin(work.at, by_job=True)
        await order_work(work, found)
    return await now(world, who, change)


async def whole(world: World, keys: list[Any]) -> tuple[Any, Any]:
    """Deals with everything that stands in them, and who sees them."""
    async with world.database.transaction(world.admin) as work:
        members = (await work.execute(MEMBERS, {"keys": keys})).all()
    return await picture(world, "crm.deals", keys), sorted(tuple(row) for row in members)


async def test_the_worker_does_it_in_slices_and_tells_who_left_the_page(
    world: World, door: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SLICE_SECONDS", 0)
    keys, change = await transfer(world, 90, world.head)
    await worked_off(door)
    change = await ordered(world, world.head, change)
    assert change.status == BulkStatus.RUNNING
    for _slice in range(6):
        await worked_off(door)
    change = await now(world, world.head, change)
    assert (change.status, change.done, change.reached) == (BulkStatus.DONE, 90, 90)
    assert sorted(await changed_by(world, change)) == sorted(keys)
    async with door.engine.connect() as connection:
        runs = await connection.scalar(text("SELECT count(*) FROM audit.runs WHERE job = 'carry_out_bulk'"))
    assert runs == 3
    async with world.database.transaction(world.admin) as work:
        bells = [tuple(row) for row in await work.execute(BELLS)]
        vias = set(await work.scalars(text("SELECT via FROM audit.actions WHERE id = :id"), {"id": change.action_id}))
    assert vias == {Via.BULK}
    assert bells == [
        ("Готово: 90 из 90", f"/admin/bulk-change/details/{change.id}"),
        ("Елена Руднева передаёт вам записей: 90", f"/admin/deal/list?seller_id={world.boris.id}"),
    ], "one bell to each, not one for each deal"
    await bulk.tell_of_the_end(door, change.id)
    async with world.database.transaction(world.admin) as work:
        assert await work.scalar(select(func.count()).select_from(Notification)) == 2


async def test_one_undo_takes_the_whole_back(world: World, door: Database) -> None:
    """By the worker as the person: every row is as it was, and who saw it sees it again."""
    keys, change = await transfer(world, 60, world.head)
    before = await whole(world, keys)
    change = await apply(world, world.head, change)
    assert change.done == 60 and await whole(world, keys) != before
    async with world.database.transaction(world.head, action="audit.undo") as work:
        found = await own_change(work, change.id, lock=True)
        found.undo_later()
        await order_undo(work, found)
    await worked_off(door)
    assert (await now(world, world.head, change)).status == BulkStatus.DONE
    assert await whole(world, keys) == before


async def test_an_undo_that_cannot_be_says_why_and_changes_nothing(world: World, door: Database) -> None:
    keys, change = await transfer(world, 3, world.head)
    change = await apply(world, world.head, change)
    async with world.database.transaction(world.admin, action="deal.update") as work:
        (await work.get_record(Deal, keys[1], lock=True)).seller_id = world.vera.id
    after = await whole(world, keys)
    async with world.database.transaction(world.head, action="audit.undo") as work:
        found = await own_change(work, change.id, lock=True)
        found.undo_later()
        await order_undo(work, found)
    await worked_off(door)
    change = await now(world, world.head, change)
    assert change.status == BulkStatus.DONE and change.problem is not None
    assert "Админ" in str(change.problem) and await whole(world, keys) == after


async def test_nothing_is_undone_under_the_hands_of_who_does_it(world: World) -> None:
    keys, change = await transfer(world, 60, world.head)
    change = await begin(world, world.head, change)
    await advance(world.database, world.head, change)
    for who in (world.head, world.admin):
        with pytest.raises(Refused, match="still being done"):
            await undo(world, who, change.action_id)
    async with world.database.transaction(world.head, action="bulk-change.stop") as work:
        (await own_change(work, change.id, lock=True)).stop(work.at)
    assert not await advance(world.database, world.head, change)
    change = await now(world, world.head, change)
    assert (change.status, change.done) == (BulkStatus.STOPPED, 40)
    await undo(world, world.head, change.action_id)
    assert {(await get(world, world.admin, Deal, key)).seller_id for key in keys} == {world.anna.id}


async def test_a_decision_is_made_once(world: World) -> None:
    _keys, change = await transfer(world, 1, world.head)
    await apply(world, world.head, change)
    with pytest.raises(Refused):
        await begin(world, world.head, change)
    with pytest.raises(Refused):
        async with world.database.transaction(world.head) as work:
            (await own_change(work, change.id, lock=True)).stop(work.at)


async def test_who_no_longer_works_here_changes_nothing_more(world: World, door: Database) -> None:
    """The worker asks who it is before it goes on; what is done stands."""
    keys, change = await transfer(world, 5, world.head)
    await ordered(world, world.head, change)
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(update(User).where(User.id == world.head.id).values(is_active=False))
    await worked_off(door)
    async with world.database.transaction(world.admin, action="user.update") as work:
        await work.execute(update(User).where(User.id == world.head.id).values(is_active=True))
    change = await now(world, world.head, change)
    assert (change.status, change.done) == (BulkStatus.FAILED, 0)
    assert await reasons(world, world.head, change) == {} and "does not work here" in str(change.problem)
    assert {(await get(world, world.admin, Deal, key)).seller_id for key in keys} == {world.anna.id}


async def test_what_is_kept_for_a_day_is_forgotten_the_next(world: World, door: Database) -> None:
    from jobs.housekeeping import forget_old_selections

    _keys, change = await transfer(world, 2, world.head)
    change = await apply(world, world.head, change)
    await forget_old_selections(door)
    assert (await now(world, world.head, change)).done == 2
    async with world.database.transaction(world.admin) as work:
        await work.execute(text("UPDATE auth.selections SET expires_at = now() - interval '1 hour'"))
        await work.execute(text("UPDATE auth.bulk_changes SET created_at = now() - interval '91 days'"))
    await forget_old_selections(door)
    async with world.database.transaction(world.admin) as work:
        left = [
            await work.scalar(text(f"SELECT count(*) FROM auth.{t}"))
            for t in ("selections", "bulk_changes", "bulk_rows")
        ]
    assert left == [0, 0, 0]


async def test_a_run_of_what_is_gone_is_over(world: World, door: Database) -> None:
    async with world.database.transaction(world.admin) as work:
        await order_work(work, BulkChange(id=uuid7(), status=BulkStatus.CHECKING))
    await worked_off(door)
    async with door.engine.connect() as connection:
        assert not await connection.scalar(text("SELECT count(*) FROM audit.runs WHERE state <> 'done'"))
