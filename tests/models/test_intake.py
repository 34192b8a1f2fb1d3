"""A call becomes a client, a deal with needs, a journal entry and a task, in one step that can be undone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

import models.undo
from models import intake
from models.actor import Actor
from models.choices import DealStage
from models.client import Client
from models.deal import Deal, JournalEntry, Need
from models.errors import Invalid
from models.insured import InsuredObject
from models.task import Task
from tests.trade import Trade, begin, get, reference_rows, rows
from tests.world import World


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    return await reference_rows(world.database)


async def take(world: World, who: Actor, **fields: Any) -> tuple[Deal, UUID]:
    """The deal of a call and the action that made it."""
    form = {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in fields.items()}
    async with world.database.transaction(who, action="deal.intake") as work:
        return await intake.take(work, intake.read_call(form)), work.action_id


def said(trade: Trade, **more: Any) -> dict[str, Any]:
    """A caller who wants ОСАГО and КАСКО for one car."""
    car = {
        "thing__0__vehicle__brand": "Kia",
        "thing__0__vehicle__model": "Rio",
        "thing__0__vehicle__plate": "a123bc777",
    }
    caller = {"client__name": "Попов Максим Сергеевич", "client__phone": "8 (929) 827-75-34"}
    return caller | car | {"thing__0__products": [str(trade.osago), str(trade.kasko)], "note": "Без франшизы"} | more


async def test_a_call_becomes_a_deal_with_its_task(world: World, trade: Trade) -> None:
    deal, _action = await take(world, world.anna, **said(trade, hand=str(world.boris.id), task="Три варианта"))
    assert (deal.stage, deal.executor_id, deal.title) == (
        "quotation",
        world.boris.id,
        "ОСАГО, КАСКО: Kia Rio А123ВС777",
    )
    client = await get(world, world.anna, Client, deal.client_id)
    assert (client.name, client.phone, client.kind) == ("Попов Максим Сергеевич", "+79298277534", "person")
    (car,) = await rows(world, InsuredObject, InsuredObject.client_id == client.id)
    needs = await rows(world, Need, Need.deal_id == deal.id)
    assert [(need.product_id, need.insured_object_id) for need in needs] == [
        (trade.osago, car.id),
        (trade.kasko, car.id),
    ]
    (entry,) = await rows(world, JournalEntry, JournalEntry.deal_id == deal.id)
    assert (entry.kind, entry.body) == ("call", "Без франшизы")
    tasks = await rows(world, Task, Task.deal_id == deal.id, Task.status == "new")
    assert [(task.assignee_id, task.body) for task in tasks] == [(world.boris.id, "Три варианта")]


async def test_a_call_is_taken_back_whole(world: World, trade: Trade) -> None:
    deal, action = await take(world, world.anna, **said(trade, hand="queue"))
    async with world.database.transaction(world.anna, action="audit.undo") as work:
        await models.undo.undo(work, action)
    for record, where in ((Deal, Deal.id == deal.id), (Client, Client.id == deal.client_id)):
        assert await rows(world, record, where) == []


async def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_made(world: World, trade: Trade) -> None:
    bad = said(
        trade, client__phone="12", client__birth_date="вчера", thing__0__vehicle__vin="короткий", due_on="2001-01-01"
    )
    before = len(await rows(world, Client))
    with pytest.raises(Invalid) as found:
        await take(world, world.anna, **bad | {"thing__0__products": []})
    assert set(found.value.fields) == {
        "client.phone", "client.birth_date", "thing.0.vehicle.vin", "thing.0.products", "due_on",
    }  # fmt: skip
    with pytest.raises(Invalid) as nameless:
        await take(world, world.anna, **said(trade, client__name=""))
    assert set(nameless.value.fields) == {"client.name"}
    assert len(await rows(world, Client)) == before


async def test_a_deal_goes_on_with_what_it_has_not_yet(world: World, trade: Trade) -> None:
    begun = await begin(world, trade)
    (car,) = await rows(world, InsuredObject, InsuredObject.client_id == begun.client)
    more = {"thing.0.products": [str(trade.kasko)], "thing.0.object_id.vehicle": str(car.id), "note": "Перезвонил"}
    more |= {"thing.1.kind": "property", "thing.1.property.address": "Казань, Баумана, 1"}
    same = {"client_id": str(begun.client), "deal_id": str(begun.deal), "hand": "self"}
    deal, _action = await take(world, world.anna, **same, **more)
    assert deal.id == begun.deal and deal.stage == DealStage.DRAFT
    assert len(await rows(world, Need, Need.deal_id == begun.deal)) == 2
    assert len(await rows(world, InsuredObject, InsuredObject.client_id == begun.client)) == 2


async def test_an_object_of_another_client_is_refused_at_its_field(world: World, trade: Trade) -> None:
    one, other = await begin(world, trade), await begin(world, trade, name="Другой Клиент")
    (car,) = await rows(world, InsuredObject, InsuredObject.client_id == other.client)
    with pytest.raises(Invalid) as found:
        await take(
            world, world.anna, **said(trade, client_id=str(one.client)) | {"thing.0.object_id.vehicle": str(car.id)}
        )
    assert set(found.value.fields) == {"thing.0.object_id.vehicle"}


async def test_a_kept_deal_comes_back_on_the_day(world: World, trade: Trade) -> None:
    deal, _action = await take(world, world.anna, **said(trade, hand="self", due_on="2199-05-04"))
    kept = await get(world, world.anna, Deal, deal.id)
    assert (kept.stage, f"{kept.review_on}") == ("draft", "2199-05-04")


async def test_drafts_are_ones_own_and_outlive_a_clearing_for_a_day(world: World) -> None:
    key, typed = uuid7(), {"client.phone": ["8929"], "hand": ["queue"]}
    async with world.database.transaction(world.anna) as work:
        assert await intake.keep(work, uuid7(), {"hand": ["queue"], "client.phone": [""]}) is None
        await intake.keep(work, key, typed)
    async with world.database.transaction(world.vera) as work:
        assert await intake.drafts_of(work) == []
    async with world.database.transaction(world.anna) as work:
        (draft,) = await intake.drafts_of(work)
        assert (draft.id, draft.title, draft.fields) == (key, "8929", typed)
        await intake.put_away(work, key)
    async with world.database.transaction(world.anna) as work:
        assert await intake.drafts_of(work) == []
        assert [old.id for old in await intake.put_away_lately(work)] == [key]
        await intake.take_back(work, key)
        await work.flush()
        assert [draft.id for draft in await intake.drafts_of(work)] == [key]
