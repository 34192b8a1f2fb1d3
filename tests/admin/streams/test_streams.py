"""Changes come to those who may know of them, at once and without a gap."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import create_async_engine

from models.actor import SYSTEM, Actor, Via
from models.client import Client
from models.deal import Deal
from models.notification import Notification
from models.people import LoginSession, User
from models.session import Database
from tests import databases
from tests.admin.streams.conftest import Listen, Told
from tests.stories import Story, made, story
from tests.world import World


@pytest.fixture(scope="module")
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, "потока")


async def rename(database: Database, actor: Actor, deal: UUID, title: str) -> None:
    async with database.transaction(actor, action="deal.update", request_id="req-1") as work:
        (await work.get_record(Deal, deal)).title = title


def of_deal(key: UUID) -> Any:
    return lambda told: told["event"] == "change" and told["data"]["deal_id"] == str(key)


async def test_a_change_comes_with_who_and_what_but_no_value(listen: Listen, world: World, deal: Story) -> None:
    ear = await listen(world.anna)
    await rename(world.database, world.anna, deal.deal, "Секретное название")
    told = await ear.until(of_deal(deal.deal))
    assert told["data"] | {"at": "", "action_id": ""} == {
        "deal_id": str(deal.deal), "client_id": str(deal.client), "record_id": str(deal.deal), "table": "crm.deals",
        "identity": "deal", "op": "update", "type": "crm.deal.updated", "actor_id": str(world.anna.id),
        "actor": world.anna.name, "request_id": "req-1", "at": "", "action_id": "",
    }  # fmt: skip
    assert "Секретное" not in str(ear.heard)
    assert ear.response.headers["x-accel-buffering"] == "no"
    assert ear.response.headers["content-type"].startswith("text/event-stream")


def bells_of(told: list[Told]) -> list[tuple[str, bool]]:
    return [(one["data"]["event"], one["data"]["is_read"]) for one in told if one["event"] == "notification"]


async def rung(world: World, who: Actor, **told: Any) -> UUID:
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.ring") as work:
        work.add(notice := Notification(user_id=who.id, **told))
    return notice.id


async def test_a_bell_rings_its_person_alone(listen: Listen, world: World, deal: Story) -> None:
    """In the stream of deals, which a browser has, and in the one of notifications, which tells nothing else."""
    anna = await listen(world.anna)
    script = await listen(world.anna, path="/streams/notifications", open=f"deal/{deal.deal}")
    others = [await listen(who) for who in (world.head, world.admin)]
    notice = await rung(world, world.anna, deal_id=deal.deal, event="deal.given", title="Секретный звонок")
    async with world.database.transaction(world.anna, action="notification.read") as work:
        (await work.get_record(Notification, notice)).read_at = work.at
    await rename(world.database, world.anna, deal.deal, "После звонка")
    await anna.until(of_deal(deal.deal))
    await script.until(lambda one: one["event"] == "notification" and one["data"]["is_read"])
    assert bells_of(anna.heard) == bells_of(script.heard) == [("deal.given", False), ("deal.given", True)]
    assert {one["event"] for one in script.heard} == {"hello", "notification"}
    for ear in others:
        await ear.until(of_deal(deal.deal))
        assert bells_of(ear.heard) == []
    assert "Секретный" not in str(anna.heard + script.heard)


async def test_a_bell_that_was_missed_rings_on_coming_back(listen: Listen, world: World) -> None:
    ear = await listen(world.boris, path="/streams/notifications")
    place = ear.heard[-1]["id"]
    await rung(world, world.boris, event="task.sent", title="Пропущено")
    back = await listen(world.boris, path="/streams/notifications", since=place)
    assert bells_of([await back.next("notification")]) == [("task.sent", False)]


async def test_vera_hears_nothing_of_annas_deals(listen: Listen, world: World, deal: Story) -> None:
    ears = {name: await listen(getattr(world, name)) for name in ("anna", "head", "admin", "vera")}
    own = await made(world.database, world.vera, Client, name="Клиент Веры")
    theirs = await made(world.database, world.vera, Deal, client_id=own.id, title="Дело Веры")
    await rename(world.database, world.anna, deal.deal, "Снова")
    await rename(world.database, world.vera, theirs.id, "Последнее")
    for name in ("anna", "head", "admin"):
        await ears[name].until(of_deal(deal.deal))
    await ears["vera"].until(lambda told: of_deal(theirs.id)(told) and told["data"]["op"] == "update")
    assert not [told for told in ears["vera"].heard if told["event"] == "change" and str(deal.client) in str(told)]
    assert not [told for told in ears["anna"].heard if str(theirs.id) in str(told)]


async def test_what_was_missed_is_told_after_coming_back(listen: Listen, world: World, deal: Story) -> None:
    first = await listen(world.anna)
    await rename(world.database, world.anna, deal.deal, "Раз")
    seen = await first.until(of_deal(deal.deal))
    await first.response.aclose()
    for title in ("Два", "Три"):
        await rename(world.database, world.anna, deal.deal, title)
    again = await listen(world.anna, last=seen["id"])
    told = [await again.until(of_deal(deal.deal)) for _ in range(2)]
    assert [t["data"]["op"] for t in told] == ["update", "update"]
    assert seen["id"] not in [t["id"] for t in again.heard if t["event"] == "change"]


async def late_and_early(world: World, deal: Story) -> tuple[list[Told], list[int]]:
    """One transaction writes first and commits last; what a careful and what a bare cursor read, in two readings."""
    other = await made(world.database, world.anna, Deal, client_id=deal.client, title="Другое")
    owner = create_async_engine(databases.url(str(world.database.engine.url.database), "crm_owner"))
    async with owner.connect() as reader, owner.connect() as slow:
        start = (await reader.execute(text("SELECT xid FROM audit.horizon()"))).scalar_one()
        bare_start = (await reader.execute(text("SELECT coalesce(max(seq), 0) FROM audit.events"))).scalar_one()
        await reader.commit()
        await slow.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(world.anna.id)})
        await slow.execute(update(Deal).where(Deal.id == deal.deal).values(title="Медленно"))
        await rename(world.database, world.anna, other.id, "Быстро")
        careful, bare, place, last = [], [], (start, 0), bare_start
        for commits in (False, True):
            if commits:
                await slow.commit()
            news = text("SELECT * FROM audit.news(CAST(:x AS text), :s, 100)")
            found = (await reader.execute(news, {"x": place[0], "s": place[1]})).mappings().all()
            careful += [dict(row) for row in found]
            place = (found[-1]["xid"], found[-1]["seq"]) if found else place
            by_number = text("SELECT seq FROM audit.events WHERE seq > :last ORDER BY seq")
            bare += (await reader.execute(by_number, {"last": last})).scalars().all()
            last = max([last, *bare])
            await reader.commit()
    await owner.dispose()
    return careful, bare


async def test_a_late_commit_is_not_lost_though_a_bare_cursor_loses_it(world: World, deal: Story) -> None:
    careful, bare = await late_and_early(world, deal)
    slow = [row["seq"] for row in careful if row["record_id"] == deal.deal]
    assert len(slow) == 1
    assert slow[0] not in bare  # the negative control: a cursor by number alone has lost it
    assert set(bare) < {row["seq"] for row in careful}


async def test_after_too_much_or_in_another_epoch_one_looks_anew(listen: Listen, world: World, deal: Story) -> None:
    ear = await listen(world.anna, last="1-1-1")
    assert (await ear.next())["event"] == "reset"
    nonsense = await listen(world.anna, last="'; DROP TABLE")
    await rename(world.database, world.anna, deal.deal, "Эпоха")
    assert of_deal(deal.deal)(await nonsense.next())


async def test_signing_out_ends_the_stream(listen: Listen, world: World, panel: Any) -> None:
    opened = await panel.state.sessions.open(world.anna)
    ear = await listen(world.anna, token=opened.token)
    async with world.database.transaction(world.anna, action="session.sign_out") as work:
        (await work.get_record(LoginSession, opened.session_id)).ended_at = work.at
    with pytest.raises(StopAsyncIteration):
        await ear.next("nothing")


async def test_another_role_ends_the_stream(listen: Listen, world: World) -> None:
    ear = await listen(world.boris)
    async with world.database.transaction(world.admin, action="user.update") as work:
        boris, head = await work.get_record(User, world.boris.id), await work.get_record(User, world.head.id)
        boris.role_id, before = head.role_id, boris.role_id
    with pytest.raises(StopAsyncIteration):
        await ear.next("nothing")
    async with world.database.transaction(world.admin, action="user.update") as work:
        (await work.get_record(User, world.boris.id)).role_id = before


async def test_a_person_has_so_many_streams_and_a_stranger_none(listen: Listen, world: World) -> None:
    for _ in range(12):
        assert (await listen(world.olga)).response.status_code == 200
    assert (await listen(world.olga)).response.status_code == 429
    assert (await listen(world.olga, token="nobody")).response.status_code == 401


async def test_heartbeat_beats(listen: Listen, world: World) -> None:
    ear = await listen(world.anna, path="/streams/heartbeat")
    assert (await ear.next())["event"] == "beat"


async def test_no_stream_holds_a_connection(listen: Listen, world: World, panel: Any) -> None:
    """Eleven streams, one listening connection and what the server had before."""

    async def connections() -> int:
        async with world.database.engine.connect() as connection:
            counted = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int((await connection.execute(counted)).scalar_one())

    tokens = [(await panel.state.sessions.open(world.anna)).token for _ in range(10)]
    await listen(world.anna, token=tokens[0])
    before = await connections()
    await asyncio.gather(*(listen(world.anna, token=token) for token in tokens))
    assert await connections() <= before + 3  # the pool that identifies requests may grow to its four


async def test_one_sees_who_is_there_but_not_who_may_not_be(listen: Listen, world: World, deal: Story) -> None:
    anna = await listen(world.anna, open=f"deal/{deal.deal}")
    vera = await listen(world.vera, open=f"deal/{deal.deal}")
    head = await listen(world.head, open=f"deal/{deal.deal}")
    told = await anna.until(lambda told: told["event"] == "presence" and len(told["data"]["people"]) > 1)
    assert [person["name"] for person in told["data"]["people"]] == [world.anna.name, world.head.name]
    await head.response.aclose()
    await anna.until(lambda told: told["event"] == "presence" and len(told["data"]["people"]) == 1)
    own = await made(world.database, world.vera, Client, name="Ещё клиент Веры")
    await vera.until(lambda told: told["event"] == "change" and told["data"]["record_id"] == str(own.id))
    assert "presence" not in [told["event"] for told in vera.heard]


AUDIENCES = {
    "crm.deals": "SELECT * FROM audit.audience(:keys, '{}', :people)",
    "crm.clients": "SELECT * FROM audit.audience('{}', :keys, :people)",
}


@pytest.mark.parametrize("table", AUDIENCES)
async def test_the_audience_is_what_the_policies_show(world: World, deal: Story, table: str) -> None:
    """For everyone and every record: in the audience if and only if the row can be read."""
    everyone = [world.anna, world.boris, world.head, world.vera, world.olga, world.admin]
    client = await made(world.database, world.vera, Client, name="Видна только Вере")
    await made(world.database, world.vera, Deal, client_id=client.id, title="Видно только Вере")
    seen = {}
    for actor in everyone:
        async with world.database.transaction(actor) as work:
            seen[actor.id] = set((await work.execute(text(f"SELECT id FROM {table}"))).scalars())
    keys = list(seen[world.admin.id])
    async with world.database.engine.connect() as connection:
        asked = {"keys": keys, "people": list(seen)}
        rows = (await connection.execute(text(AUDIENCES[table]), asked)).all()
    told = {
        one: {key for row in rows if row.user_id == one for key in keys if row.record_id in (None, key)} for one in seen
    }
    assert told == seen
    assert len({frozenset(keys) for keys in seen.values()}) > 2
