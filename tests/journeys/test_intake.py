"""From the ringing telephone to the executor's task: by mouse with every click counted, by keys alone, at 390 px."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from models.client import Client
from models.deal import Deal
from models.intake.draft import IntakeDraft
from models.task import Task
from tests.journeys.conftest import SetUp
from tests.trade import add, rows
from tests.world import World

MOST_CLICKS = 12


@pytest.fixture(scope="module")
async def caller(reference: World) -> Client:
    """A client of Anna's who will call again."""
    client = Client(name="Гусев Пётр Ильич", phone="+79861174663", created_by_id=reference.anna.id)
    await add(reference, reference.anna, client)
    return client


async def settled(page: Page) -> None:
    """The draft stands as it was typed."""
    await expect(page.locator("#draft-state")).to_contain_text("черновик от")


async def task_of(world: World, client: str) -> Task:
    """The open task of the client's only deal."""
    (found,) = await rows(world, Client, Client.name == client)
    (deal,) = await rows(world, Deal, Deal.client_id == found.id)
    (task,) = await rows(world, Task, Task.deal_id == deal.id, Task.status == "new")
    assert isinstance(task, Task)
    return task


async def test_a_known_client_calls_and_the_executor_has_a_task_within_twelve_clicks(
    at_desk: SetUp, reference: World, caller: Client
) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 900})
    page = anna.page
    anna.clicks.afresh()
    await page.get_by_role("link", name="Новый звонок").first.click()
    await expect(page.get_by_label("Телефон", exact=True)).to_be_focused()
    await page.keyboard.type("8 986 117-46-63")
    await page.get_by_role("option", name="Гусев Пётр Ильич").click()
    await expect(page.get_by_role("region", name="Какая сделка")).to_be_visible()
    for product in ("ОСАГО", "КАСКО"):
        await page.get_by_label(product, exact=True).click()
    await page.get_by_label("Госномер").click()
    await page.keyboard.type("а123вс777")
    await page.get_by_label("Запись в журнал").click()
    await page.keyboard.type("Без франшизы, до пятницы")
    await page.get_by_label("Борис Орлов").click()
    await page.get_by_role("button", name="Передать на расчёт").click()
    await expect(anna.toast).to_contain_text("Звонок принят: D-")
    task = await task_of(reference, "Гусев Пётр Ильич")
    assert task.assignee_id == reference.boris.id
    assert anna.clicks.number == 8 <= MOST_CLICKS
    await anna.undo()
    assert await rows(reference, Deal, Deal.client_id == caller.id) == []


async def test_a_stranger_calls_and_no_mouse_is_touched(at_desk: SetUp, reference: World) -> None:
    anna = await at_desk("anna")
    page = anna.page
    anna.clicks.afresh()
    await page.keyboard.press("v")
    await expect(page.get_by_label("Телефон", exact=True)).to_be_focused()
    for words in ("89261112233", "Новый Сергей Львович", "01.02.1980"):
        await page.keyboard.type(words)
        await page.keyboard.press("Tab")
    await tab_to(page, "ОСАГО")
    await page.keyboard.press("Space")
    await tab_to(page, "Марка")
    await page.keyboard.type("Kia")
    await tab_to(page, "Запись в журнал")
    await page.keyboard.type("Звонил с работы")
    await tab_to(page, "Очередь команды")
    await page.keyboard.press("Control+Enter")
    await expect(anna.toast).to_contain_text("Звонок принят: D-")
    task = await task_of(reference, "Новый Сергей Львович")
    assert (task.assignee_id, task.team_id) == (None, reference.anna.team_id)
    assert anna.clicks.seen == []


async def test_a_draft_outlives_the_browser_and_a_wrong_field_keeps_the_rest(at_desk: SetUp, reference: World) -> None:
    page = (await at_desk("boris", viewport={"width": 390, "height": 844})).page
    await page.goto("/admin/intake")
    await page.get_by_label("Телефон", exact=True).fill("12")
    await page.get_by_label("ФИО или компания").fill("Недозвон Иван")
    await page.get_by_label("Запись в журнал").fill("Связь прервалась")
    await settled(page)
    async with page.expect_response(re.compile("/intake/draft")):
        await page.get_by_label("Откуда клиент").fill("Сайт")
    boris = await at_desk("boris", viewport={"width": 390, "height": 844})
    page = boris.page
    await page.goto("/admin/intake")
    await expect(page.get_by_label("Запись в журнал")).to_have_value("Связь прервалась")
    await expect(page.get_by_label("Откуда клиент")).to_have_value("Сайт")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Открыть сделку").click()
    await expect(page.get_by_label("Телефон", exact=True)).to_be_focused()
    await expect(page.locator("[id='p-client.phone']")).to_be_visible()
    await expect(page.get_by_label("Запись в журнал")).to_have_value("Связь прервалась")
    await page.get_by_label("Телефон", exact=True).fill("8 926 000-00-01")
    await page.get_by_role("button", name="Открыть сделку").click()
    await expect(boris.toast).to_contain_text("Звонок принят")


async def test_what_was_put_away_stays_away(at_desk: SetUp, reference: World) -> None:
    """Put away at once after the last keystroke, without a reload."""
    page = (await at_desk("anna")).page
    await page.goto("/admin/intake?new=1")
    async with page.expect_response(re.compile("/intake/draft")):
        await page.get_by_label("ФИО или компания").fill("Ошибка Номером")
    await page.get_by_role("button", name="очистить").click()
    await expect(page.get_by_label("ФИО или компания")).to_have_value("")
    await page.goto("/admin/deal/list")
    await page.goto("/admin/intake")
    await expect(page.get_by_label("ФИО или компания")).to_have_value("")
    async with reference.database.transaction(reference.anna) as work:
        drafts = await work.scalars(select(IntakeDraft).where(IntakeDraft.title.contains("Ошибка")))
        assert [draft.cleared_at is not None for draft in drafts] == [True]


async def tab_to(page: Page, label: str) -> None:
    """Tab on until the field has the focus; the order of Tab is the order of a talk, so it comes."""
    field = page.get_by_label(label, exact=True)
    for _step in range(40):
        if await field.evaluate("field => field === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {label}")
