"""The calendar over HTTP: days of the same rows, folded where there are many, a record put on another day."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from models import clock
from models.changes import Change, apply
from models.clock import BROKERAGE_ZONE
from models.deal import Deal, JournalEntry
from models.payment import Income, Payment
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.stories import Story, made, story
from tests.trade import get
from tests.world import World

PART = {"HX-Request": "true"}
INCOMES = "/admin/income/list?as=calendar&by=expected_on"
DAY = date(2027, 3, 10)


@pytest.fixture(scope="module")
async def begun(world: World) -> Story:
    """A deal of Anna's with a draft policy and its instalment."""
    return await story(world.database, world.anna, "календарь")


@pytest.fixture(scope="module")
async def incomes(world: World, begun: Story) -> list[UUID]:
    """Eight incomes of one day, entered by the accountant."""
    return [
        (
            await made(
                world.database, world.olga, Income, deal_id=begun.deal, payment_id=begun.payment, kind="bonus",
                amount=100 + n, expected_on=DAY,
            )
        ).id
        for n in range(8)
    ]  # fmt: skip


def day_with(page: str, key: UUID) -> str:
    """The day on which a record lies; empty where it lies on none."""
    days = re.split(r'<li class="day', page)[1:]
    return next((re.findall(r'data-value="([\d-]+)"', day)[0] for day in days if f'id="at-{key}"' in day), "")


async def put(browser: httpx.AsyncClient, what: str, key: UUID, to: str, seen: str) -> httpx.Response:
    return await browser.post(f"/admin/{what}", data={"to": to, "seen": seen}, headers=PART)


async def test_many_records_of_a_day_are_folded(world: World, browser: SignIn, incomes: list[UUID]) -> None:
    olga, vera = await browser(world.olga), await browser(world.vera)
    page = (await olga.get(f"{INCOMES}&around=2027-03-01")).text
    assert "Март 2027" in page and len(re.findall(r'<li class="day', page)) == 35
    shown = [key for key in incomes if day_with(page, key)]
    assert {day_with(page, key) for key in shown} == {"2027-03-10"} and len(shown) == 3 and ">+5<" in page
    more = re.findall(r'hx-get="(/admin/income/calendar/day[^"]+)"', page)[0].replace("&amp;", "&")
    whole = (await olga.get(more)).text
    assert all(f'id="at-{key}"' in whole for key in incomes)
    theirs = (await vera.get(f"{INCOMES}&around=2027-03-01")).text
    assert not any(str(key) in theirs for key in incomes)
    week = (await olga.get(f"{INCOMES}&span=week&around=2027-03-10")).text
    assert len(re.findall(r'<li class="day', week)) == 7 and "08.03 – 14.03.2027" in week
    later = (await olga.get(f"{INCOMES}&around=2027-05-01")).text
    assert not any(day_with(later, key) for key in incomes)
    narrowed = (await olga.get(f"{INCOMES}&around=2027-03-01&status=received")).text
    assert not any(str(key) in narrowed for key in incomes)


async def test_another_day_is_written_as_a_cell_is(world: World, browser: SignIn, incomes: list[UUID]) -> None:
    """Taken back by Undo; whoever was slower is told, and the newer day stays; a wrong day is no day."""
    olga, key = await browser(world.olga), incomes[0]
    at = f"income/reschedule/{key}?by=expected_on"
    moved = await put(olga, at, key, "2027-03-12", DAY.isoformat())
    assert moved.status_code == 200
    assert (await get(world, world.olga, Income, key)).expected_on == date(2027, 3, 12)
    undo = re.search(r'"undo": "([0-9a-f-]{36})"', moved.headers["HX-Trigger"])
    assert undo and (await olga.post(f"/admin/undo/{undo[1]}", headers=PART)).status_code == 200
    async with world.database.transaction(world.admin, action="income.update") as work:
        await apply(work, Change(Income, key, {}, {"expected_on": "2027-03-20"}))
    late = await put(olga, at, key, "2027-03-11", DAY.isoformat())
    assert late.status_code == 409
    assert (await get(world, world.olga, Income, key)).expected_on == date(2027, 3, 20)
    assert (await put(olga, at, key, "вчера", "")).status_code == 422
    assert 'value="2027-03-20"' in (await olga.get(f"/admin/{at}", headers=PART)).text
    assert (await olga.get(f"/admin/income/reschedule/{key}?by=amount")).status_code == 404


async def test_a_moment_keeps_its_time_of_day(world: World, browser: SignIn, begun: Story) -> None:
    at = datetime(2027, 3, 3, 23, 30, tzinfo=BROKERAGE_ZONE)
    values = {"deal_id": begun.deal, "body": "Звонок", "happened_at": at}
    entry = await made(world.database, world.anna, JournalEntry, **values)
    anna = await browser(world.anna)
    page = (await anna.get("/admin/journal-entry/list?as=calendar&by=happened_at&around=2027-03-01")).text
    assert day_with(page, entry.id) == "2027-03-03"
    moved = await put(
        anna, f"journal-entry/reschedule/{entry.id}?by=happened_at", entry.id, "2027-03-05", at.isoformat()
    )
    assert moved.status_code == 200
    assert (await get(world, world.anna, JournalEntry, entry.id)).happened_at == at + timedelta(days=2)


async def test_a_date_that_a_verb_sets_is_asked_for_by_its_form(world: World, browser: SignIn, begun: Story) -> None:
    anna, vera, day = await browser(world.anna), await browser(world.vera), clock.today() + timedelta(days=40)
    at = f"deal/reschedule/{begun.deal}?by=next_review_at"
    asked = await put(anna, at, begun.deal, day.isoformat(), "")
    assert asked.headers["location"] == f"/admin/deal/verb/put_off?pk={begun.deal}&review_on={day}"
    assert f'value="{day}"' in (await anna.get(asked.headers["location"], headers=PART)).text
    assert (await vera.get(asked.headers["location"], headers=PART)).status_code == 404
    refused = await put(anna, f"policy/reschedule/{begun.policy}?by=cancelled_on", begun.policy, day.isoformat(), "")
    assert refused.status_code == 409
    assert (await get(world, world.anna, Policy, begun.policy)).cancelled_on is None
    assert (await get(world, world.anna, Deal, begun.deal)).review_on != day


async def test_a_card_is_not_called_by_its_day_and_tells_the_sum(world: World, browser: SignIn, begun: Story) -> None:
    olga = await browser(world.olga)
    due = (await get(world, world.olga, Payment, begun.payment)).due_on
    page = (await olga.get(f"/admin/payment/list?as=calendar&by=due_on&around={due}")).text
    card = page.partition(f'data-key="{begun.payment}"')[2].partition("</li>")[0]
    name = re.search(r'class="row-link[^>]*>([^<]+)', card)
    assert name and not re.search(r"\d\d\.\d\d\.", name[1]) and re.search(r"100\s000,00", card)
    other = (await olga.get(f"/admin/payment/list?as=calendar&by=created_at&around={clock.today()}")).text
    named = re.search(r'class="row-link[^>]*>([^<]+)', other.partition(f'data-key="{begun.payment}"')[2])
    assert named and f"{due:%d.%m.%Y}" in named[1], "elsewhere it is called as in the list"
