"""Notifications of browsers: sealed for them alone, to known services only, forgotten when they unsubscribe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from jobs.clients.web_push import is_known_service, public_key
from models.actor import SYSTEM, Via
from models.choices import Channel, DeliveryStatus
from models.deal import Deal
from models.notification import ContactPoint
from models.session import Database
from models.ways_out import add_browser, choose_mailbox
from seeds.reference.templates import ensure_templates
from settings import settings
from tests import databases
from tests.jobs.mailserver import delivering
from tests.jobs.push_service import Browser, browsing
from tests.jobs.told import attempts, forgotten, handed_off, later, states
from tests.trade import Trade, reference_rows
from tests.world import World

HOSTS = settings.web_push_hosts


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
    return await reference_rows(database)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setitem(settings.__dict__, "web_push_contact", "mailto:desk@polis.example")
    monkeypatch.setitem(settings.__dict__, "web_push_hosts", "127.0.0.1")
    with browsing() as one:
        yield one


@pytest.fixture
async def door(world: World, trade: Trade, browser: Browser) -> AsyncIterator[Database]:
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await forgotten(world, opened)
    await begins(world, browser)
    yield opened
    await opened.close()


async def begins(world: World, browser: Browser) -> None:
    """The browser shows the notifications of Boris."""
    async with world.database.transaction(world.boris, action="browser.add") as work:
        await add_browser(work, "Chrome, Linux", browser.endpoint, browser.keys)


async def test_a_browser_shows_the_deal_by_its_number_and_opens_it(
    world: World, trade: Trade, door: Database, browser: Browser
) -> None:
    deal = await handed_off(world, trade, door)
    async with world.database.transaction(world.anna) as work:
        found = await work.get_record(Deal, deal.deal)
    (shown,) = browser.shown()
    assert shown["title"].startswith(f"{found.code} · ") and shown["url"] == f"/admin/deal/details/{deal.deal}"
    assert found.title not in str(shown)
    (headers, body) = browser.service.got[0]
    assert headers["ttl"] == "86400" and len(headers["topic"]) == 32
    assert found.code.encode() not in body, "the service cannot read it"
    assert await attempts(world, world.boris) == [(Channel.WEB_PUSH, DeliveryStatus.SENT, None)]


async def test_another_browser_cannot_open_it(world: World, trade: Trade, door: Database, browser: Browser) -> None:
    """Negative control of the peer."""
    await handed_off(world, trade, door)
    stranger = Browser(browser.service)
    with pytest.raises(Exception, match=r"[Dd]ecrypt|tag"):
        stranger.shown()


async def test_no_browser_waits_for_another(world: World, trade: Trade, door: Database, browser: Browser) -> None:
    """Ten slow ones would outlast the job, and nothing would be noted of those that have it."""
    async with world.database.transaction(world.boris, action="browser.add") as work:
        await add_browser(work, "Phone", f"{browser.endpoint}/phone", browser.keys)
    browser.service.together = Barrier(2, timeout=5)
    await handed_off(world, trade, door)
    assert len(browser.shown()) == 2
    assert await attempts(world, world.boris) == [(Channel.WEB_PUSH, DeliveryStatus.SENT, None)]


@pytest.mark.parametrize("status", [404, 410])
async def test_who_has_unsubscribed_is_forgotten_and_a_letter_goes(
    world: World, trade: Trade, door: Database, browser: Browser, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    browser.service.answers = [status]
    with delivering() as post:
        monkeypatch.setitem(settings.__dict__, "smtp_url", post.url)
        monkeypatch.setitem(settings.__dict__, "mail_from", "desk@polis.example")
        async with world.database.transaction(world.boris, action="preference.choose") as work:
            await choose_mailbox(work, "boris@polis.example")
        await handed_off(world, trade, door)
        assert len(post.letters) == 1
    async with world.database.transaction(SYSTEM, Via.JOB) as work:
        points = await work.scalars(select(ContactPoint.channel))
        assert list(points) == [Channel.EMAIL]


async def test_a_busy_service_is_waited_for_and_a_broken_one_tried_again(
    world: World, trade: Trade, door: Database, browser: Browser
) -> None:
    browser.service.answers, browser.service.headers = [429, 500], {"retry-after": "60"}
    await handed_off(world, trade, door)
    (run,) = await states(door, "send_push")
    assert run.attempts == 0 and timedelta(seconds=50) < run.due <= timedelta(seconds=60)
    await later(door)
    (run,) = await states(door, "send_push")
    assert run.attempts == 1 and "answers 500" in run.error
    await later(door)
    assert len(browser.shown()) == 3 and len({one["tag"] for one in browser.shown()}) == 1
    assert [status for _channel, status, _error in await attempts(world, world.boris)][-1] == DeliveryStatus.SENT


@pytest.mark.parametrize("keys", [{"p256dh": "é", "auth": "é"}, {"p256dh": "BPublic", "auth": "Secret"}, {}])
async def test_a_browser_with_keys_that_are_none_is_in_nobody_s_way(
    world: World, trade: Trade, door: Database, browser: Browser, keys: dict[str, str]
) -> None:
    async with world.database.transaction(world.boris, action="browser.add") as work:
        await add_browser(work, "Broken", f"{browser.endpoint}/broken", keys)
    await handed_off(world, trade, door)
    assert len(browser.shown()) == 1
    assert await attempts(world, world.boris) == [(Channel.WEB_PUSH, DeliveryStatus.SENT, None)]


@pytest.mark.parametrize(
    ("endpoint", "is_known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://db5p.notify.windows.com/w/?token=1", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com.evil.example/", False),
        ("https://fcm.googleapis.com@169.254.169.254/", False),
        ("https://user@fcm.googleapis.com/", False),
        ("https://127.0.0.1/", False),
        ("https://localhost/", False),
        ("https://evil.example\\.notify.windows.com/", False),
        ("https://[::1%25.notify.windows.com]/", False),
        ("https://[", False),
        ("https://fcm.googleapis.com:https/", False),
        ("https://fcm.googleapis.com/\x01", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_push_services_are_called(endpoint: str, is_known: bool) -> None:
    assert is_known_service(endpoint, HOSTS) is is_known


def test_the_key_stays() -> None:
    assert public_key() == public_key() and len(public_key()) == 87
