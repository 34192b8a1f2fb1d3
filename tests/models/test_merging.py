"""Two rows of one client become one, all that hangs on them moves, and it can be taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

import models.undo
from models.client import Client, ClientContact
from models.client.heirs import living
from models.client.likeness import suspects
from models.client.merging import Merge, belonging, moving
from models.deal import Deal
from models.deal.people import client_members
from models.errors import Denied, Invalid, NotFound, Refused
from models.insured import Driver, InsuredObject
from models.log import actions
from models.policy import Policy
from tests.trade import Begun, Trade, add, begin, do, drafted, get, reference_rows, rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def pair(world: World, trade: Trade, name: str, **loser: Any) -> tuple[Begun, Begun]:
    """Two clients of Anna's with a deal each: the one who stays and the duplicate."""
    stays = await begin(world, trade, name=name, phone="+79160000001", note="Старая запись")
    return stays, await begin(world, trade, name=f"{name} (дубль)", **loser)


async def merge(world: World, stays: UUID, goes: UUID, taken: str = "") -> None:
    """The head merges."""
    await do(world, world.head, Client, stays, "merge", Merge(loser_id=goes, taken=taken))


async def taken_back(world: World, slug: str, actor: Any) -> None:
    """Undo the newest action of a slug."""
    async with world.database.transaction(actor, action="audit.undo") as work:
        newest = select(actions.c.id).where(actions.c.slug == slug).order_by(actions.c.at.desc()).limit(1)
        action = await work.scalar(newest)
        assert action is not None
        await models.undo.undo(work, action)


async def test_everything_moves_and_membership_follows(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Ильин", phone="+79160000002", email="ilin@example.ru", note="Новая запись")
    policy = await drafted(world, goes, trade.ingos, "50000.00")
    (car,) = await rows(world, InsuredObject, InsuredObject.client_id == goes.client)
    await add(world, world.anna, Driver(client_id=goes.client, insured_object_id=car.id, name="Ильин"))
    async with world.database.transaction(world.head) as work:
        counted = {record.__name__: number for record, number in (await moving(work, goes.client)).items()}
    assert counted == {"Deal": 1, "Policy": 1, "InsuredObject": 1, "Driver": 1}
    await merge(world, stays.client, goes.client, "email")
    for record in belonging():
        assert await rows(world, record, record.__table__.c.client_id == goes.client) == []
    assert (await get(world, world.anna, Deal, goes.deal)).client_id == stays.client
    assert (await get(world, world.boris, Policy, policy.id)).client_id == stays.client
    client = await get(world, world.boris, Client, stays.client)
    assert (client.phone, client.email, client.note) == (
        "+79160000001", "ilin@example.ru", "Старая запись\nНовая запись",
    )  # fmt: skip
    (contact,) = await rows(world, ClientContact, ClientContact.client_id == stays.client)
    assert (contact.kind, contact.value) == ("phone", "+79160000002")
    loser = await get(world, world.olga, Client, goes.client)
    assert loser.deleted_at is not None and loser.merged_into_id == stays.client
    with pytest.raises(NotFound):
        await get(world, world.boris, Client, goes.client)
    async with world.database.transaction(world.olga) as work:
        seers = select(client_members.c.user_id).where(client_members.c.client_id == goes.client)
        assert list(await work.scalars(seers)) == []
        assert (await living(work, goes.client)).id == stays.client


async def test_a_merging_is_taken_back_whole(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Котов", phone="+79160000003")
    await merge(world, stays.client, goes.client, "phone")
    assert (await get(world, world.anna, Client, stays.client)).phone == "+79160000003"
    await taken_back(world, "client.merge", world.head)
    assert (await get(world, world.anna, Client, stays.client)).phone == "+79160000001"
    loser = await get(world, world.anna, Client, goes.client)
    assert (loser.deleted_at, loser.merged_into_id) == (None, None)
    assert (await get(world, world.anna, Deal, goes.deal)).client_id == goes.client
    assert len(await rows(world, InsuredObject, InsuredObject.client_id == goes.client)) == 1
    assert await rows(world, ClientContact, ClientContact.client_id == stays.client) == []


async def test_who_may_not_and_what_cannot(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Лосев")
    with pytest.raises(Denied):
        await do(world, world.anna, Client, stays.client, "merge", Merge(loser_id=goes.client))
    with pytest.raises(Refused):
        await merge(world, stays.client, stays.client)
    with pytest.raises(Invalid):
        await merge(world, stays.client, goes.client, "created_by_id")
    foreign = Client(name="Чужой", created_by_id=world.vera.id)
    await add(world, world.vera, foreign)
    with pytest.raises(NotFound):
        await merge(world, stays.client, foreign.id)
    await merge(world, stays.client, goes.client)
    with pytest.raises(Denied):
        await do(world, world.admin, Client, goes.client, "restore")


async def both_ways(world: World, *attempts: Awaitable[None]) -> list[str]:
    """What became of attempts at once."""
    done = await asyncio.gather(*attempts, return_exceptions=True)
    return sorted(type(one).__name__ if isinstance(one, BaseException) else "done" for one in done)


async def test_the_same_pair_is_merged_once_whoever_asks_and_however(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Мамин")
    seen = asyncio.Barrier(2)
    attempts = [
        merge_unlocked(world, seen, stays.client, goes.client), merge_unlocked(world, seen, goes.client, stays.client)
    ]  # fmt: skip
    refused, done = await both_ways(world, *attempts)
    assert (done, refused) in {("done", "Refused"), ("done", "NotFound")}


async def merge_unlocked(world: World, seen: asyncio.Barrier, stays: UUID, goes: UUID) -> None:
    """As the page does it, once both see both: the verb itself locks both rows, in one order."""
    async with world.database.transaction(world.head, action="client.merge") as work:
        client = await work.get_record(Client, stays)
        await work.get_record(Client, goes)
        await seen.wait()
        await Client.__verbs__["merge"].do(client, work.act(), Merge(loser_id=goes))


async def test_a_deal_made_meanwhile_goes_to_the_one_who_stays(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Носов")
    began, merged = asyncio.Event(), asyncio.Event()

    async def make_a_deal() -> UUID:
        """Anna has chosen the duplicate before it was merged, and saves after."""
        async with world.database.transaction(world.anna, action="deal.create") as work:
            await work.get_record(Client, goes.client)
            began.set()
            await merged.wait()
            deal = await Deal.open(work, client_id=goes.client, title="Во время слияния")
        return deal.id

    making = asyncio.create_task(make_a_deal())
    await began.wait()
    await merge(world, stays.client, goes.client)
    merged.set()
    assert (await get(world, world.anna, Deal, await making)).client_id == stays.client


async def test_a_merging_waits_for_a_deal_that_is_being_made(world: World, trade: Trade) -> None:
    stays, goes = await pair(world, trade, "Орлов")
    made, goes_on = asyncio.Event(), asyncio.Event()

    async def make_a_deal() -> UUID:
        """The deal is written but not committed when the merging begins."""
        async with world.database.transaction(world.anna, action="deal.create") as work:
            deal = await Deal.open(work, client_id=goes.client, title="До слияния")
            await work.flush()
            made.set()
            await goes_on.wait()
        return deal.id

    making = asyncio.create_task(make_a_deal())
    await made.wait()
    merging = asyncio.create_task(merge(world, stays.client, goes.client))
    await until_somebody_waits(world)
    goes_on.set()
    await merging
    assert (await get(world, world.anna, Deal, await making)).client_id == stays.client


async def until_somebody_waits(world: World) -> None:
    """A transaction of this database waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(20):
        while True:
            async with world.database.engine.connect() as connection:
                if await connection.scalar(waiting):
                    return


async def test_pairs_are_suspected_unless_something_says_that_they_are_two(world: World, trade: Trade) -> None:
    one = await begin(world, trade, name="Павлов Пётр", phone="+79165550001")
    two = await begin(world, trade, name="Павлов Петр", phone="+79165550001")
    await begin(world, trade, name="Первый Инн", inn="7707083893")
    await begin(world, trade, name="Второй Инн", inn="7728168971", phone="+79165550002")
    await begin(world, trade, name="Третий Инн", inn="7707083893", phone="+79165550002")
    async with world.database.transaction(world.head) as work:
        found = {(p.one.name, p.other.name): p.reason for p in await suspects(work)}
        keys = {frozenset((p.one.id, p.other.id)) for p in await suspects(work)}
    assert frozenset((one.client, two.client)) in keys
    assert found[("Первый Инн", "Третий Инн")] == "inn"
    assert ("Второй Инн", "Третий Инн") not in found
    async with world.database.transaction(world.vera) as work:
        assert await suspects(work) == []
