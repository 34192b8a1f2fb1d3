"""Every changed row leaves a row in the log, with its actor."""

import pytest
from sqlalchemy import select, text

from models.client import Client
from models.errors import Denied, NotFound
from models.log import events
from tests.world import World


async def test_a_change_is_logged_with_its_actor_and_action(world: World) -> None:
    client = Client(name="Пётр Ильич", created_by_id=world.anna.id)
    async with world.database.transaction(world.anna, action="client.create") as work:
        work.add(client)
    async with world.database.transaction(world.anna, action="client.update") as work:
        (await work.get_record(Client, client.id)).note = "звонить вечером"
    async with world.database.transaction(world.anna) as work:
        rows = (await work.execute(select(events).where(events.c.record_id == client.id).order_by(events.c.seq))).all()
    assert [(row.op, row.type, row.actor_id) for row in rows] == [
        ("insert", "crm.client.created", world.anna.id),
        ("update", "crm.client.updated", world.anna.id),
    ]
    assert rows[1].changes == {"note": [None, "звонить вечером"]}


async def test_a_client_of_anna_is_nothing_to_vera(world: World) -> None:
    client = Client(name="Только Анны", created_by_id=world.anna.id)
    async with world.database.transaction(world.anna) as work:
        work.add(client)
    async with world.database.transaction(world.anna) as work:
        assert (await work.get_record(Client, client.id)).sort_key == "только анны"
    async with world.database.transaction(world.vera) as work:
        with pytest.raises(NotFound):
            await work.get_record(Client, client.id)


async def test_a_write_without_an_actor_is_refused(world: World) -> None:
    with pytest.raises(Denied):
        async with world.database.transaction(world.anna) as work:
            await work.execute(text("SELECT set_config('app.actor_id', '', true)"))
            work.add(Client(name="Никто", created_by_id=world.anna.id))
