"""What goes out: named and shaped as promised, signed, sent again until it is taken, the same id each time."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import text
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from jobs import outgoing, runs
from jobs.clients.webhook import Webhook
from jobs.declared import JOBS, OUT, QUICK, SLOW
from jobs.events.catalogue import BY_LOG, BY_TYPE
from jobs.events.schemas import schema
from jobs.subscriptions import Subscription, load
from models import clock
from models.session import Database
from settings import settings
from tests import databases
from tests.jobs.leaving import ordered, workers_door
from tests.jobs.receiver import Receiver, receiving
from tests.trade import Trade, begin, drafted, instalments, issue, pay, reference_rows
from tests.world import World

load()
SECRET, NEXT, OTHER = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2, 3))
WANTED = (Subscription("send_event", tuple(BY_LOG), bulk=True),)
STATE = text("SELECT state, attempts, error, due_at - now() AS due FROM audit.runs WHERE id = :run")
WATCHED = text("SELECT event FROM audit.watched")
PROMISED = (
    "crm.deal.created",
    "crm.deal.payment.updated",
    "crm.deal.payment.income.created",
    "crm.deal.payment.expense.updated",
    "crm.deal.calculation.status.confirmed",
    "tasks.task.created",
    "tasks.task.status_changed",
    "documents.document.uploaded",
    "notifications.notification.dispatched",
)


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    return await reference_rows(database)


@pytest.fixture
async def door(world: World, trade: Trade) -> AsyncIterator[Database]:
    async with workers_door(world, *WANTED) as opened:
        yield opened


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with receiving() as one:
        monkeypatch.setattr(outgoing, "webhook", lambda: Webhook(one.address, (SECRET, NEXT)))
        yield one


async def sent(door: Database) -> list[UUID]:
    """Work off what the log asks for."""
    found = [run.id for run in await ordered(door, *WANTED)]
    for run in found:
        await runs.perform(door, "send_event", run)
    return found


async def state(door: Database, run: UUID) -> Any:
    async with door.engine.connect() as connection:
        return (await connection.execute(STATE, {"run": run})).one()


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in receiver.got]


async def test_the_names_are_those_that_were_promised(world: World) -> None:
    assert set(PROMISED) <= set(BY_TYPE)
    assert BY_TYPE["crm.deal.payment.updated"].routing_key == "deal.payment.updated"
    assert BY_TYPE["documents.document.uploaded"].routing_key == "document.uploaded"
    owner = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    async with owner.engine.connect() as connection:
        watched = set(await connection.scalars(WATCHED))
    await owner.close()
    assert {one.family.record.__event__ for one in BY_TYPE.values()} <= watched


async def test_a_story_is_told_as_the_schemas_say(
    world: World, trade: Trade, door: Database, receiver: Receiver
) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "48000")
    await issue(world, policy)
    first = (await instalments(world, policy))[0]
    await pay(world, first)
    await sent(door)
    events = told(receiver)
    for event in events:
        assert event["specversion"] == "1.0" and event["source"] == settings.address and event["time"].endswith("Z")
        shape = schema(BY_TYPE[event["type"]], settings.address)
        assert event["dataschema"] == shape["$id"]
        Draft202012Validator.check_schema(shape)
        Draft202012Validator(shape, format_checker=FormatChecker()).validate(event["data"])
    assert len({event["id"] for event in events}) == len(events)
    assert {"crm.deal.created", "crm.deal.payment.updated", "crm.deal.payment.income.created"} <= {
        event["type"] for event in events
    }
    paid = [event["data"] for event in events if event["type"] == "crm.deal.payment.updated"][-1]
    assert paid["id"] == str(first.id) and paid["status"] == "paid"
    assert paid["amount"] == {"amount": f"{first.amount:.2f}", "currency": "RUB"}
    assert paid["incomes"] and {line["payment_id"] for line in paid["incomes"]} == {str(first.id)}
    assert "Попов" not in b"".join(body for _headers, body in receiver.got).decode(), "no names leave"


def test_a_schema_notices_what_was_not_promised() -> None:
    shape = Draft202012Validator(schema(BY_TYPE["crm.deal.deleted"], settings.address))
    key = "0192b3c4-0000-7000-8000-000000000001"
    assert shape.is_valid({"id": key})
    assert not shape.is_valid({"id": key, "phone": "+79031112233"}) and not shape.is_valid({})


async def test_the_signature_is_that_of_standard_webhooks(
    world: World, trade: Trade, door: Database, receiver: Receiver
) -> None:
    await begin(world, trade)
    await sent(door)
    headers, body = receiver.got[0]
    assert headers["webhook-id"] == json.loads(body)["id"]
    assert headers["content-type"].startswith("application/cloudevents+json")
    for secret in (SECRET, NEXT):
        Verifier(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(OTHER).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body + b" ", headers)


@pytest.mark.parametrize("status", [500, 404, 302, 0])
async def test_what_is_not_taken_is_sent_again_under_the_same_id(
    world: World, trade: Trade, door: Database, receiver: Receiver, status: int
) -> None:
    await begin(world, trade)
    run = (await ordered(door, *WANTED))[0].id
    receiver.answers, receiver.headers = [status], {"location": receiver.address}
    await runs.perform(door, "send_event", run)
    assert len(receiver.got) == 1, "a redirect is not followed"
    assert (await state(door, run)).state == "waiting"
    await runs.perform(door, "send_event", run)
    await runs.perform(door, "send_event", run)
    assert (await state(door, run)).state == "done"
    assert len(receiver.got) == 2, "what was taken is not sent again"
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1


async def test_a_receiver_that_wants_no_more_is_left_alone(
    world: World, trade: Trade, door: Database, receiver: Receiver
) -> None:
    await begin(world, trade)
    run = (await ordered(door, *WANTED))[0].id
    receiver.answers = [410]
    await runs.perform(door, "send_event", run)
    found = await state(door, run)
    assert found.state == "dead" and "410" in found.error


async def test_patience_that_is_asked_for_does_not_count(
    world: World, trade: Trade, door: Database, receiver: Receiver
) -> None:
    await begin(world, trade)
    run = (await ordered(door, *WANTED))[0].id
    receiver.answers, receiver.headers = [429], {"retry-after": "30"}
    await runs.perform(door, "send_event", run)
    found = await state(door, run)
    assert (found.state, found.attempts) == ("waiting", 0)


async def test_a_receiver_cannot_be_asked_at_once_nor_for_ever(
    world: World, trade: Trade, door: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience does not count as a try: so it has a shortest pause, and an end."""
    await begin(world, trade)
    run = (await ordered(door, *WANTED))[0].id
    receiver.answers, receiver.headers = [429, 503], {"retry-after": "0"}
    await runs.perform(door, "send_event", run)
    found = await state(door, run)
    assert (found.state, found.attempts) == ("waiting", 0)
    assert found.due > timedelta(seconds=20)
    late = clock.now() + outgoing.LONGEST_PATIENCE
    monkeypatch.setattr(outgoing.clock, "now", lambda: late)
    await runs.perform(door, "send_event", run)
    found = await state(door, run)
    assert found.state == "dead" and "for a day" in found.error


def test_no_receiver_holds_up_what_people_wait_for() -> None:
    assert JOBS["send_event"].queue == OUT
    others = ("send_event", "publish_event", "send_email", "send_push")
    assert len({JOBS[name].queue for name in others} | {QUICK, SLOW}) == 6, "nor does one hold up another"
    assert {job.name for job in JOBS.values() if job.queue == QUICK and job.timeout > timedelta(seconds=60)} == set()
