"""What goes to RabbitMQ: to the exchange and under the key that were promised, until the broker has confirmed it."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import text

from jobs import outgoing, runs, worker
from jobs.clients import amqp as client
from jobs.clients.amqp import Broker as Client
from jobs.clients.amqp import Off, amqp
from jobs.clients.webhook import Webhook
from jobs.declared import JOBS, QUICK
from jobs.events.catalogue import BY_LOG, BY_TYPE
from jobs.events.schemas import schema
from jobs.relay import Due
from jobs.subscriptions import Subscription, load
from models import clock
from models.payment import Income
from models.payment.income import Received
from models.session import Database
from settings import settings
from tests import databases
from tests.jobs.broker import CUT, FORGET, NACK, PASSWORD, SILENCE, Broker, Got, brokering
from tests.jobs.leaving import ordered, workers_door
from tests.jobs.receiver import receiving
from tests.jobs.test_outgoing import state
from tests.trade import Trade, begin, do, drafted, instalments, issue, pay, reference_rows, rows
from tests.world import World

load()
SECRET = f"whsec_{base64.b64encode(bytes(32)).decode()}"
PUBLISH = Subscription("publish_event", tuple(BY_LOG), bulk=True)
SEND = Subscription("send_event", tuple(BY_LOG), bulk=True)
EXCHANGES = {"crm.domain", "tasks.events", "documents.events", "notifications.events"}
ASKED_FOR = text("SELECT event_id FROM audit.runs WHERE id = ANY(:runs)")


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    return await reference_rows(database)


@pytest.fixture
async def door(world: World, trade: Trade) -> AsyncIterator[Database]:
    async with workers_door(world, PUBLISH) as opened:
        yield opened


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    async with brokering() as one:
        yield one


@pytest.fixture
async def reached(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    """The worker's connection to the broker."""
    one = Client(broker.address())
    monkeypatch.setattr(outgoing, "amqp", lambda: one)
    yield one
    await one.close()


async def work_off(door: Database, due: list[Due]) -> None:
    for run in due:
        await runs.perform(door, run.job, run.id)


async def lost(door: Database, due: list[Due], broker: Broker) -> set[str]:
    """Ids of the events that the broker does not have."""
    async with door.engine.connect() as connection:
        wanted = {str(one) for one in await connection.scalars(ASKED_FOR, {"runs": [run.id for run in due]})}
    assert len(wanted) == len(due) > 0
    return wanted - {got.properties.message_id for got in broker.got}


async def states(door: Database, due: list[Due]) -> set[str]:
    return {(await state(door, run.id)).state for run in due}


def as_promised(got: Got) -> str:
    """Hold a message against the catalogue and its schema; gives its routing key."""
    event, kind = json.loads(got.body), BY_TYPE[got.properties.message_type]
    assert (got.exchange, got.routing_key) == (kind.family.exchange, kind.routing_key)
    assert got.properties.content_type == "application/cloudevents+json"
    assert got.properties.delivery_mode == 2, "a message outlives its broker"
    assert (got.properties.message_id, got.properties.message_type) == (event["id"], event["type"])
    assert got.properties.timestamp == datetime.fromisoformat(event["time"]).replace(microsecond=0)
    shape = schema(kind, settings.address)
    assert event["dataschema"] == shape["$id"] and event["source"] == settings.address
    Draft202012Validator(shape, format_checker=FormatChecker()).validate(event["data"])
    return got.routing_key


async def test_a_story_reaches_the_exchanges_as_promised(
    world: World, trade: Trade, door: Database, broker: Broker, reached: Client
) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "48000")
    await issue(world, policy)
    first = (await instalments(world, policy))[0]
    await pay(world, first)
    income = (await rows(world, Income, Income.payment_id == first.id))[0]
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=clock.today()))
    due = await ordered(door, PUBLISH)
    await work_off(door, due)
    assert await states(door, due) == {"done"} and await lost(door, due, broker) == set()
    keys = [as_promised(got) for got in broker.got]
    assert {"deal.created", "deal.payment.updated", "deal.payment.income.created", "task.created"} <= set(keys)
    received = [got for got in broker.got if got.routing_key == "deal.payment.income.updated"][-1]
    data = json.loads(received.body)["data"]
    assert received.exchange == "crm.domain" and (data["id"], data["status"]) == (str(income.id), "received")
    assert broker.names == ["polisdesk"], "one connection carries them all"
    assert broker.exchanges.keys() <= EXCHANGES and set(broker.exchanges.values()) == {("topic", True)}
    assert "Попов" not in b"".join(got.body for got in broker.got).decode(), "no names leave"


async def test_while_the_broker_is_away_nothing_is_lost(
    world: World, trade: Trade, door: Database, broker: Broker, reached: Client
) -> None:
    await begin(world, trade)
    due = await ordered(door, PUBLISH)
    await work_off(door, due[:1])
    await broker.go()
    await work_off(door, due)
    assert await states(door, due[1:]) == {"waiting"}
    assert "the broker is away" in (await state(door, due[1].id)).error
    assert await lost(door, due, broker) != set()
    await broker.come()
    await work_off(door, due)
    assert await states(door, due) == {"done"} and await lost(door, due, broker) == set()
    assert len(broker.got) == len(due), "what was confirmed is not sent again"


async def test_a_message_that_a_broker_forgets_is_noticed(
    world: World, trade: Trade, door: Database, broker: Broker, reached: Client
) -> None:
    """The control of the tests around it: were one lost, they would see it."""
    await begin(world, trade)
    due = await ordered(door, PUBLISH)
    broker.answers = [FORGET]
    await work_off(door, due)
    assert await states(door, due) == {"done"} and len(await lost(door, due, broker)) == 1


@pytest.mark.parametrize(
    ("answer", "copies", "words"),
    [(NACK, 1, "did not take"), (CUT, 2, "the broker is away"), (SILENCE, 2, "did not answer")],
)
async def test_what_is_not_confirmed_is_sent_again_under_the_same_id(
    world: World,
    trade: Trade,
    door: Database,
    broker: Broker,
    reached: Client,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    copies: int,
    words: str,
) -> None:
    await begin(world, trade)
    due = (await ordered(door, PUBLISH))[:1]
    broker.answers = [answer]
    with monkeypatch.context() as impatient:
        impatient.setattr(client, "ANSWER_SECONDS", 1.0)
        await work_off(door, due)
    found = await state(door, due[0].id)
    assert (found.state, found.attempts) == ("waiting", 1) and words in found.error
    await work_off(door, due)
    await work_off(door, due)
    assert await states(door, due) == {"done"} and await lost(door, due, broker) == set()
    assert len(broker.got) == copies and len({got.properties.message_id for got in broker.got}) == 1


@pytest.mark.parametrize(
    ("password", "vhost", "words"),
    [("wr0ng-and-secret", "office", "refuses the user or the password"), (PASSWORD, "nowhere", "no such virtual host")],
)
async def test_who_is_not_let_in_is_told_why_without_the_password(
    world: World,
    trade: Trade,
    door: Database,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    password: str,
    vhost: str,
    words: str,
) -> None:
    await begin(world, trade)
    due = (await ordered(door, PUBLISH))[:1]
    caplog.set_level(logging.INFO)
    stranger = Client(broker.address(password, vhost))
    monkeypatch.setattr(outgoing, "amqp", lambda: stranger)
    await work_off(door, due)
    found = await state(door, due[0].id)
    assert found.state == "waiting" and words in found.error
    assert password not in found.error + caplog.text
    assert broker.names == [] and await lost(door, due, broker) != set()


async def test_an_exchange_that_is_refused_does_not_stop_the_others(
    world: World, trade: Trade, door: Database, broker: Broker, reached: Client
) -> None:
    broker.exchanges["tasks.events"] = ("fanout", True)
    begun = await begin(world, trade)
    await issue(world, await drafted(world, begun, trade.ingos, "48000"))
    due = await ordered(door, PUBLISH)
    await work_off(door, due)
    assert await states(door, due) == {"done", "waiting"}
    errors = {(await state(door, run.id)).error for run in due} - {None}
    assert errors and all("refuses the exchange: PRECONDITION_FAILED" in error for error in errors)
    missing = await lost(door, due, broker)
    assert len(missing) == len([run for run in due if (await state(door, run.id)).state == "waiting"])
    assert broker.names == ["polisdesk"], "the connection goes on"


async def test_neither_way_hears_again_what_the_other_missed(
    world: World, trade: Trade, door: Database, broker: Broker, reached: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving() as receiver:
        monkeypatch.setattr(outgoing, "webhook", lambda: Webhook(receiver.address, (SECRET,)))
        await begin(world, trade)
        due = await ordered(door, PUBLISH, SEND)
        await broker.go()
        await work_off(door, due)
        number = len(receiver.got)
        assert number == len(due) / 2 and broker.got == []
        await broker.come()
        await work_off(door, due)
        assert await states(door, due) == {"done"}
        assert len(receiver.got) == len(broker.got) == number
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {
        got.properties.message_id for got in broker.got
    }


async def test_the_worker_says_goodbye(broker: Broker, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Client(broker.address())
    await one.publish("crm.domain", "deal.created", b"{}", identity="1", name="crm.deal.created", at=clock.now())
    monkeypatch.setattr(worker, "amqp", lambda: one)
    monkeypatch.setattr(worker, "SCHEDULE", ())
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    working = asyncio.create_task(worker.work(opened, "unix:///nowhere", ()))
    await asyncio.sleep(0)
    assert broker.farewells == 0
    working.cancel()
    await asyncio.wait([working])
    assert broker.farewells == 1 and broker.sessions == set()


async def test_an_idle_connection_is_kept_alive(broker: Broker) -> None:
    one = Client(broker.address() + "?heartbeat=1")
    await one.publish("crm.domain", "deal.created", b"{}", identity="1", name="crm.deal.created", at=clock.now())
    async with asyncio.timeout(30):
        while broker.beats < 2:
            await asyncio.sleep(0.05)
    await one.publish("crm.domain", "deal.created", b"{}", identity="2", name="crm.deal.created", at=clock.now())
    assert len(broker.names) == 1
    await one.close()


@pytest.mark.parametrize(("address", "jobs"), [("", set()), ("amqp://broker/", {"publish_event"})])
def test_it_is_off_until_it_has_an_address(address: str, jobs: set[str]) -> None:
    asked = "from jobs.subscriptions import SUBSCRIPTIONS; print(*(one.job for one in SUBSCRIPTIONS))"
    environment = {**os.environ, "EVENTS_AMQP_URL": address}
    done = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & {"publish_event", "send_event"} == jobs
    assert isinstance(amqp(), Off)


def test_no_way_out_holds_up_another() -> None:
    assert len({JOBS["publish_event"].queue, JOBS["send_event"].queue, QUICK}) == 3
    assert {job.queue for job in JOBS.values()} <= set(worker.AT_ONCE), "each is worked off"


def test_the_page_names_every_routing_key() -> None:
    page = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
    told = {
        (exchange, pattern)
        for exchange, patterns in re.findall(r"^\| `([a-z]+\.[a-z]+)` \| (.+) \|$", page, re.MULTILINE)
        for pattern in re.findall(r"`([a-z.]+\*)`", patterns)
    }
    assert told == {(kind.family.exchange, re.sub(r"[^.]+$", "*", kind.routing_key)) for kind in BY_TYPE.values()}
