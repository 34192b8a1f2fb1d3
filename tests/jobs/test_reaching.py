"""Letters: what they say, the way that comes next when one does not confirm, mailboxes that are closed, the digest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text, update

from jobs.clients import email
from jobs.clients.email import Mail
from jobs.digest import send_digests
from models import clock
from models.actor import SYSTEM, Via
from models.choices import Channel, DeliveryStatus
from models.deal import Deal
from models.errors import Refused
from models.log import events
from models.notification import ContactPoint, DeliveryAttempt, Notification, Preference
from models.people import TelegramLink, User
from models.session import Database
from models.undo import undo
from models.ways_out import choose_mailbox
from models.wishes import CHOICES, EVERYTHING, wish
from seeds.reference.templates import ensure_templates
from settings import settings
from tests import databases
from tests.jobs.mailserver import PASSWORD, MailServer, delivering
from tests.jobs.told import attempts, forgotten, handed_off, later, states
from tests.trade import Trade, reference_rows
from tests.world import World

ADDRESS = "boris@polis.example"
CHAT = 77_001
LATER = "451 4.3.0 come again"


@pytest.fixture(scope="module")
async def trade(database: Database, world: World) -> Trade:
    async with database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
    return await reference_rows(database)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with delivering() as server:
        monkeypatch.setitem(settings.__dict__, "smtp_url", server.url)
        monkeypatch.setitem(settings.__dict__, "mail_from", "desk@polis.example")
        yield server


@pytest.fixture
async def door(world: World, trade: Trade, post: MailServer) -> AsyncIterator[Database]:
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_jobs"))
    await forgotten(world, opened)
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await choose_mailbox(work, ADDRESS)
    yield opened
    await opened.close()


async def test_a_letter_names_the_deal_and_its_page_and_nobody(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    deal = await handed_off(world, trade, door)
    (letter,) = post.letters
    async with world.database.transaction(world.anna) as work:
        found = await work.get_record(Deal, deal.deal)
    assert letter["To"] == ADDRESS and letter["Subject"].startswith(f"{found.code} · ")
    body = letter.get_content()
    assert f"/admin/deal/details/{deal.deal}" in body and "Ждёт вас, срок" in body
    assert found.title not in str(letter) and "Сергеева" not in body
    assert await attempts(world, world.boris) == [(Channel.EMAIL, DeliveryStatus.SENT, None)]
    (run,) = await states(door, "send_email")
    assert run.state == "done"


async def test_who_refuses_letters_gets_none(world: World, trade: Trade, door: Database, post: MailServer) -> None:
    async with world.database.transaction(world.boris, action="preference.create") as work:
        for event in ("task.sent", "deal.given"):
            work.add(Preference(user_id=world.boris.id, event=event, channel=Channel.EMAIL, is_wanted=False))
    await handed_off(world, trade, door)
    assert post.letters == [] and await states(door, "send_email") == []


async def test_a_letter_follows_where_the_chat_does_not_confirm(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Bot API cannot be reached; ten minutes later the letter goes, once."""
    await with_chat(world, monkeypatch)
    await handed_off(world, trade, door)
    assert post.letters == []
    (asked,) = await states(door, "fall_back")
    assert timedelta(minutes=9) < asked.due <= timedelta(minutes=10)
    await later(door)
    assert len(post.letters) == 1
    await later(door)
    assert len(post.letters) == 1


async def test_no_letter_follows_where_the_chat_has_confirmed(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_chat(world, monkeypatch)
    await handed_off(world, trade, door)
    async with world.database.transaction(SYSTEM, Via.JOB, "notification.attempt") as work:
        notice = (await work.scalars(select(Notification).where(Notification.user_id == world.boris.id))).one()
        sent = {"channel": Channel.TELEGRAM, "status": DeliveryStatus.SENT}
        work.add(DeliveryAttempt(user_id=world.boris.id, notification_id=notice.id, **sent))
    await later(door)
    assert post.letters == []
    assert [run.state for run in await states(door, "fall_back")] == ["done"]


async def with_chat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Boris has a chat, with a bot whose server is away."""
    monkeypatch.setitem(settings.__dict__, "telegram_token", "42:NOBODY-IS-THERE")
    monkeypatch.setitem(settings.__dict__, "telegram_api_url", "http://127.0.0.1:9")
    async with world.database.transaction(world.boris, action="telegram.link") as work:
        work.add(TelegramLink(user_id=world.boris.id, chat_id=CHAT))


async def test_a_mailbox_that_does_not_exist_is_left_alone_and_its_owner_told(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    post.replies = ["550 5.1.1 no such user"]
    await handed_off(world, trade, door)
    await handed_off(world, trade, door)
    assert post.asked == [ADDRESS], "the second letter is not even tried"
    async with world.database.transaction(world.boris) as work:
        titles = select(Notification.title).where(Notification.event == "email.blocked")
        assert list(await work.scalars(titles)) == ["Почта отключена: ящик не принимает письма"]
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await choose_mailbox(work, "b.orlov@polis.example")
    await handed_off(world, trade, door)
    assert [str(letter["To"]) for letter in post.letters] == ["b.orlov@polis.example"]


async def test_a_server_that_does_not_know_us_yet_gets_it_later(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    post.replies = ["451 4.7.1 greylisted", "550 5.7.1 you are not let in"]
    await handed_off(world, trade, door)
    (run,) = await states(door, "send_email")
    assert run.attempts == 0 and run.due > timedelta(minutes=1), "waiting is no failure"
    await later(door)
    (run,) = await states(door, "send_email")
    assert run.state == "dead", "a refusal of ours closes nobody's mailbox"
    async with world.database.transaction(SYSTEM, Via.JOB) as work:
        assert (await work.scalars(select(ContactPoint))).one().blocked_at is None


async def test_a_wrong_password_is_said_without_it(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "smtp_url", post.url.replace(PASSWORD, "wr0ng-one"))
    await handed_off(world, trade, door)
    (run,) = await states(door, "send_email")
    assert "does not take our name" in run.error and "wr0ng" not in str(run)
    monkeypatch.setitem(settings.__dict__, "smtp_url", post.url)
    await later(door)
    assert len(post.letters) == 1


async def test_the_day_in_short_comes_once_to_those_who_asked_on_working_days(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handed_off(world, trade, door)
    post.letters.clear()
    monkeypatch.setattr(clock, "now", lambda: friday())
    assert await send_digests(door) == 0, "nobody has asked"
    async with world.database.transaction(world.boris, action="preference.create") as work:
        work.add(Preference(user_id=world.boris.id, event="digest", channel=Channel.EMAIL, is_wanted=True))
    assert await send_digests(door) == 1
    assert await send_digests(door) == 0
    await later(door)
    (letter,) = post.letters
    paragraphs = "\n".join(letter.get_content().splitlines()).split("\n\n")
    assert letter["Subject"].startswith("На сегодня дел: ") and len(paragraphs) == 2
    monkeypatch.setattr(clock, "now", lambda: friday() + timedelta(days=1))
    assert await send_digests(door) == 0, "Saturday"


def friday() -> datetime:
    """The morning of a Friday that is still to come."""
    now = datetime.now(UTC)
    ahead = (4 - now.weekday()) % 7 or 7
    return (now + timedelta(days=ahead)).replace(hour=6, minute=5, second=0, microsecond=0)


def evening(hour: int, minute: int) -> datetime:
    """A time of tomorrow's evening at the brokerage: the database, too, has it ahead."""
    day = datetime.now(settings.zone) + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


async def test_the_second_way_is_quiet_in_quiet_hours_too(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message of 21:55 does not arrive by the chat; at 22:05 nothing is sent, in the morning the letter is."""
    await with_chat(world, monkeypatch)
    async with world.database.transaction(world.boris, action="preference.create") as work:
        hours = {"quiet_from": time(22), "quiet_to": time(8)}
        work.add(Preference(user_id=world.boris.id, event=EVERYTHING, channel=Channel.TELEGRAM, **hours))
    monkeypatch.setattr(clock, "now", lambda: evening(21, 55))
    await handed_off(world, trade, door)
    monkeypatch.setattr(clock, "now", lambda: evening(22, 5))
    await later(door)
    (waiting,) = await states(door, "send_email")
    assert post.letters == [] and waiting.state == "waiting"
    await later(door)
    assert len(post.letters) == 1


async def test_nothing_follows_what_was_read_meanwhile(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_chat(world, monkeypatch)
    await handed_off(world, trade, door)
    async with world.database.transaction(world.boris, action="notification.read") as work:
        await work.execute(update(Notification).values(read_at=work.at))
    await later(door)
    assert post.letters == [] and await states(door, "send_email") == []


async def test_who_wants_nothing_in_the_panel_gets_the_second_way_too(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read from the beginning was not read meanwhile."""
    await with_chat(world, monkeypatch)
    async with world.database.transaction(world.boris, action="preference.create") as work:
        for event in ("task.sent", "deal.given"):
            work.add(Preference(user_id=world.boris.id, event=event, channel=Channel.PANEL, is_wanted=False))
    await handed_off(world, trade, door)
    await later(door)
    assert len(post.letters) == 1


async def test_nothing_is_sent_to_who_has_left_meanwhile(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    post.replies = [LATER]
    await handed_off(world, trade, door)
    await works_here(world, False)
    try:
        await later(door)
    finally:
        await works_here(world, True)
    assert post.letters == []


async def works_here(world: World, is_active: bool) -> None:
    """Whether Boris does."""
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.dismiss") as work:
        await work.execute(update(User).where(User.id == world.boris.id).values(is_active=is_active))


async def test_a_letter_goes_to_the_address_of_now(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    post.replies = [LATER]
    await handed_off(world, trade, door)
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await choose_mailbox(work, "b.orlov@polis.example")
    await later(door)
    assert [str(letter["To"]) for letter in post.letters] == ["b.orlov@polis.example"]
    async with door.engine.connect() as connection:
        runs = list(await connection.scalars(text("SELECT args::text FROM audit.runs")))
    assert "@" not in "".join(runs), "addresses are kept in one place"


async def test_what_is_no_longer_wanted_by_letter_is_not_sent(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    post.replies = [LATER]
    await handed_off(world, trade, door)
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await wish(work, {choice for choice in CHOICES if choice[1] != Channel.EMAIL}, None, None)
    await later(door)
    assert post.letters == []


async def test_a_way_that_was_switched_off_meanwhile_has_delivered_nothing(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would count as sent, and no other way would follow."""
    post.replies = [LATER]
    await handed_off(world, trade, door)
    monkeypatch.setitem(settings.__dict__, "smtp_url", "")
    await later(door)
    assert [status for _channel, status, _error in await attempts(world, world.boris)] == [DeliveryStatus.FAILED]


async def test_a_chat_that_is_somebody_else_s_by_now_is_told_nothing(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_chat(world, monkeypatch)
    await handed_off(world, trade, door)
    async with world.database.transaction(SYSTEM, Via.JOB, "telegram.link") as work:
        await work.execute(update(TelegramLink).values(user_id=world.vera.id))
    await later(door)
    assert [run.state for run in await states(door, "send_telegram")] == ["done"]
    assert len(post.letters) == 1


async def test_a_worker_that_died_after_sending_does_not_send_again(
    world: World, trade: Trade, door: Database, post: MailServer
) -> None:
    await handed_off(world, trade, door)
    async with door.engine.begin() as connection:
        await connection.execute(text("UPDATE audit.runs SET state = 'waiting' WHERE job = 'send_email'"))
    await later(door)
    assert len(post.letters) == 1


@pytest.mark.parametrize("words", ["a\r\nBcc: x@evil.example", "=?utf-8?q?a=0d=0aBcc:_x=40evil.example?= Сделка"])
def test_no_words_of_a_subject_become_a_header(words: str) -> None:
    letter = Mail("smtp://mail.example", "desk@polis.example").letter("1", ADDRESS, words, "")
    head, _empty, _body = letter.as_bytes().partition(b"\n\n")
    assert {line.partition(b":")[0] for line in head.splitlines() if not line.startswith(b" ")} == {
        *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted"),
        *(b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version"),
    }


async def test_taking_back_never_parts_an_address_from_what_is_shown_of_it(
    world: World, trade: Trade, door: Database
) -> None:
    """The log does not hold addresses: what it cannot bring back is not taken back."""
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await choose_mailbox(work, "new@polis.example")
        action = work.action_id
    with pytest.raises(Refused):
        async with world.database.transaction(world.boris, action="audit.undo") as work:
            await undo(work, action)
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await choose_mailbox(work, "")
        action = work.action_id
    with pytest.raises(Refused):
        async with world.database.transaction(world.boris, action="audit.undo") as work:
            await undo(work, action)


async def test_the_log_tells_nobody_an_address(world: World, trade: Trade, door: Database) -> None:
    async with world.database.transaction(world.olga) as work:
        told = select(events.c.record).where(events.c.table == "notifications.contact_points")
        records = str(list(await work.scalars(told)))
    assert "b…@polis.example" in records and ADDRESS not in records


async def test_a_server_that_takes_its_time_over_every_word_is_left(
    world: World, trade: Trade, door: Database, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its answers is in time, all together would outlast the job; the try is noted like any other."""
    monkeypatch.setattr(email, "WHOLE_SECONDS", 0.2, raising=False)
    post.pause = 1
    await handed_off(world, trade, door)
    assert await attempts(world, world.boris) == [(Channel.EMAIL, DeliveryStatus.FAILED, "it takes too long")]
