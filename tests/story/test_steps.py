"""Step by step back and forth through what one has done: newest first, never another's, never past something new."""

from __future__ import annotations

import pytest

from models.actor import Actor, Via
from models.changes import Change, apply
from models.client import Client
from models.errors import Refused
from models.undo import last_step, undo
from tests.stories import made
from tests.world import World


async def write(world: World, who: Actor, client: Client, note: str, via: Via = Via.PANEL) -> None:
    async with world.database.transaction(who, via, action="client.update") as work:
        await apply(work, Change(Client, client.id, {}, {"note": note}))


async def step(world: World, who: Actor, *, again: bool = False) -> None:
    async with world.database.transaction(who, action="audit.undo") as work:
        await undo(work, await last_step(work, again=again))


async def note(world: World, client: Client) -> str | None:
    async with world.database.transaction(world.admin) as work:
        return (await work.get_record(Client, client.id)).note


async def test_steps_go_back_and_forth(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Шаг за шагом", note="0")
    for text in ("1", "2", "3"):
        await write(world, world.anna, client, text)
    told = []
    for again in (False, False, True, False, False, True, True, True):
        await step(world, world.anna, again=again)
        told.append(await note(world, client))
    assert told == ["2", "1", "2", "1", "0", "1", "2", "3"]
    with pytest.raises(Refused, match="bring back"):
        await step(world, world.anna, again=True)


async def test_something_new_ends_what_could_be_brought_back(world: World) -> None:
    client = await made(world.database, world.anna, Client, name="Новое", note="0")
    await write(world, world.anna, client, "1")
    await step(world, world.anna)
    await write(world, world.anna, client, "новое")
    with pytest.raises(Refused, match="bring back"):
        await step(world, world.anna, again=True)
    await step(world, world.anna)
    assert await note(world, client) == "0"


async def test_anothers_steps_and_those_of_other_doors_are_left_alone(world: World) -> None:
    client = await made(world.database, world.boris, Client, name="Чужие шаги", note="0")
    await write(world, world.admin, client, "чужое")
    await write(world, world.boris, client, "из бота", Via.BOT)
    with pytest.raises(Refused):
        await step(world, world.boris)
    assert await note(world, client) == "из бота"
