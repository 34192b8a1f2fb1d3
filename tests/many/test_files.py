"""Rows of a file: what becomes of each, whatever stands beside it and whatever others do meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.catalogue import Insurer
from models.client import Client
from models.errors import Denied, NotFound, Refused
from models.many.change import BulkStatus, own_change
from models.many.working import advance, run_through, try_row
from tests.crowd import apply, begin, now
from tests.files import kept, outcomes, people, persons, tried
from tests.trade import add, get, undo
from tests.world import World

KEYS = [["name", "phone"]]


async def test_a_row_that_only_the_database_refuses_keeps_no_other_back(world: World) -> None:
    gone = Insurer(name="Бывший")
    await add(world, world.admin, gone)
    async with world.database.transaction(world.admin, action="insurer.trash") as work:
        row = await work.get_record(Insurer, gone.id, lock=True)
        await Insurer.__verbs__["trash"].do(row, work.act())
    rows = [{"name": name} for name in ("Альфа", "Бывший", "Вектор", "альфа", "Гамма")]
    change = await tried(world, world.admin, "insurer", rows, [["name"]])
    found = await outcomes(world, world.admin, change)
    assert [one[0] for one in found] == ["will", "skipped", "will", "will", "will"]
    change = await apply(world, world.admin, change)
    assert (change.done, change.skipped, change.status) == (4, 1, BulkStatus.DONE)
    await undo(world, world.admin, change.action_id)


async def test_names_of_records_lead_to_them(world: World) -> None:
    rows = [{"full_name": "Новый Человек", "username": "new@demo.local", "role_id": "Продавец", "team_id": "продажи"}]
    rows += [rows[0] | {"username": "x@demo.local", "role_id": "Никто"}]
    change = await tried(world, world.admin, "user", rows, [["username"]])
    assert [one[2] for one in await outcomes(world, world.admin, change)] == [
        "“{text}” is not the name of exactly one record.",
        "“{text}” is not the name of exactly one record.",
    ]
    rows[0]["team_id"] = "Продажи"
    change = await tried(world, world.admin, "user", rows, [["username"]])
    assert [one[0] for one in await outcomes(world, world.admin, change)] == ["will", "skipped"]
    with pytest.raises(Denied):
        await tried(world, world.anna, "user", rows, [["username"]])


async def test_what_others_did_since_the_trial_is_told(world: World) -> None:
    rows = persons("Тем", 4)
    change = await apply(world, world.anna, await tried(world, world.anna, "client", rows, KEYS))
    assert change.done == 4
    keys = await people(world, "Тем")
    more = [row | {"email": f"new{n}@example.ru"} for n, row in enumerate(rows)] + persons("Темы", 2)
    change = await tried(world, world.anna, "client", more, KEYS)
    assert [one[1] for one in await outcomes(world, world.anna, change)] == ["update"] * 4 + ["create"] * 2
    await add(world, world.anna, Client(name="Темы 0000", phone="+79290000000", created_by_id=world.anna.id))
    async with world.database.transaction(world.anna, action="client.update") as work:
        (await work.get_record(Client, keys["Тем 0001"], lock=True)).email = "other@example.ru"
        (await work.get_record(Client, keys["Тем 0002"], lock=True)).phone = "+79991112233"
    change = await apply(world, world.anna, change)
    assert (change.done, change.skipped) == (3, 3)
    assert (change.taken, change.new_rows, change.same_rows) == (3, 1, 0)
    told = [one[2] for one in await outcomes(world, world.anna, change)]
    clash = "Somebody else has changed the same fields meanwhile."
    assert told == [None, clash, clash, None, "Somebody has added this record meanwhile.", None]
    assert (await get(world, world.anna, Client, keys["Тем 0001"])).email == "other@example.ru"


async def test_it_stops_and_goes_on(world: World) -> None:
    change = await tried(world, world.anna, "client", persons("Стоп", 600), KEYS)
    change = await begin(world, world.anna, change, by_job=True)
    assert change.via == "import", "no bell for each of them"
    assert await advance(world.database, world.anna, change)
    async with world.database.transaction(world.anna) as work:
        (await own_change(work, change.id, lock=True)).stop(work.at)
    assert not await advance(world.database, world.anna, change)
    assert len(await people(world, "Стоп")) == 250
    async with world.database.transaction(world.anna) as work:
        (await own_change(work, change.id, lock=True)).go_on()
    await run_through(world.database, world.anna, change)
    change = await now(world, world.anna, change)
    assert (change.status, change.done) == (BulkStatus.DONE, 600) and len(await people(world, "Стоп")) == 600
    with pytest.raises(Refused):
        change.go_on()
    await undo(world, world.anna, change.action_id)
    assert not await people(world, "Стоп")


async def test_a_trial_writes_nothing(world: World) -> None:
    """Negative control: done, the same rows leave their traces."""
    count = text("SELECT (SELECT count(*) FROM crm.clients) + (SELECT count(*) FROM audit.events)")

    async def traces() -> int:
        async with world.database.transaction(world.admin) as work:
            return int(await work.scalar(count) or 0)

    before = await traces()
    change = await tried(world, world.anna, "client", persons("След", 5), KEYS)
    assert change.will == 5 and await traces() == before
    await apply(world, world.anna, change)
    assert await traces() >= before + 10


async def test_without_a_key_a_row_is_known_by_all_that_it_says(world: World) -> None:
    rows = [{"name": "Двойник", "email": "d@example.ru"}, {"name": "Двойник", "email": "e@example.ru"}]
    change = await apply(world, world.anna, await tried(world, world.anna, "client", rows))
    assert change.done == 2
    change = await tried(world, world.anna, "client", [*rows, {"name": "Двойник"}])
    assert [one[2] for one in await outcomes(world, world.anna, change)][:2] == [
        "Nothing would change: it is so already."
    ] * 2
    assert "{number} records fit" in str((await outcomes(world, world.anna, change))[2][2])
    assert change.will == 0 and (change.taken, change.new_rows, change.same_rows) == (0, 0, 2)


async def test_only_rows_of_files_are_corrected_and_only_before_they_are_written(world: World) -> None:
    change = await tried(world, world.anna, "client", [{"name": "Правка", "phone": "нет"}], KEYS)
    async with world.database.transaction(world.anna) as work:
        found = await own_change(work, change.id, lock=True)
        await try_row(work, world.anna, found, 1, {"name": "Правка", "phone": "+79291112233"})
        with pytest.raises(NotFound):
            await try_row(work, world.anna, found, 2, {})
    change = await now(world, world.anna, change)
    assert (change.will, change.skipped, change.new_rows) == (1, 0, 1)
    change = await apply(world, world.anna, change)
    with pytest.raises(Refused):
        async with world.database.transaction(world.anna) as work:
            await try_row(work, world.anna, await own_change(work, change.id, lock=True), 1, {"name": "Поздно"})
    assert await kept(world, world.anna, "client", [{"name": "Ничья"}])


async def test_an_empty_cell_clears_what_may_be_empty_and_finds_nobody(world: World) -> None:
    row = {"name": "Пустой Ион", "phone": "+79291119911", "email": "e@example.ru", "kind": ""}
    await apply(world, world.anna, await tried(world, world.anna, "client", [row]))
    cleared = [row | {"email": "", "name": ""}, {"name": "Безымянный Ян", "phone": "", "email": ""}]
    change = await tried(world, world.anna, "client", cleared, [["phone"]])
    found = await outcomes(world, world.anna, change)
    assert [one[:2] for one in found] == [("will", "update"), ("will", "create")]
    await apply(world, world.anna, change)
    kept = await get(world, world.anna, Client, (await people(world, "Пустой"))["Пустой Ион"])
    assert (kept.email, kept.phone, kept.kind) == (None, "+79291119911", "person"), "what must not be empty stays"
    change = await tried(world, world.anna, "client", cleared, [["phone"]])
    assert change.same_rows == 2, "the same file again does nothing, nor by what it does not say"
