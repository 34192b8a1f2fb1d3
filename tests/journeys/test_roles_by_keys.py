"""Daily tasks of the executor, the head, the accountant and the administrator without a mouse.

The seller's are in `test_intake`, `test_keyboard` and `test_today`; cells, ranges and many rows in `test_grid` and
`test_many`; statements in `test_statements`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from models.catalogue import Insurer
from models.choices import ExpenseKind
from models.payment import Expense, Payment
from models.task import Task, TaskKind
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.stories import Story, made, story
from tests.trade import add, get, pay
from tests.world import World


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    return await story(reference.database, reference.anna, "ролей")


@pytest.fixture(scope="module")
async def tasks(reference: World, deal: Story) -> list[UUID]:
    """Two tasks that Anna has given to Boris."""
    world, made_ = reference, []
    async with world.database.transaction(world.admin) as work:
        kind = await work.scalar(select(TaskKind.id).where(TaskKind.slug == "collect"))
    for title in ("Первая задача", "Вторая задача"):
        values = {"deal_id": deal.deal, "kind_id": kind, "title": title, "assignee_id": world.boris.id}
        made_.append((await made(world.database, world.anna, Task, **values)).id)
    return made_


@pytest.fixture(scope="module")
async def share(reference: World, deal: Story) -> UUID:
    """A discount to a client who has paid; it waits for the head's word."""
    await pay(reference, await get(reference, reference.olga, Payment, deal.payment))
    line = Expense(
        deal_id=deal.deal, payment_id=deal.payment, amount=Decimal("6000.00"), kind=ExpenseKind.CLIENT_DISCOUNT
    )
    await add(reference, reference.olga, line)
    return line.id


async def awake(person: Person) -> Page:
    """The page listens to keys, and from now on no press of a pointer is forgiven."""
    await person.page.wait_for_load_state()
    person.clicks.afresh()
    return person.page


def row_of(page: Page) -> Locator:
    """The row of Today that has the focus."""
    return page.locator("#today .matter:focus-within")


async def test_an_executor_accepts_one_task_and_returns_another(
    at_desk: SetUp, reference: World, tasks: list[UUID]
) -> None:
    boris = await at_desk("boris")
    page = await awake(boris)
    await expect(page.locator("#today .matter")).to_have_count(2)
    await page.keyboard.press("j")
    first = await row_of(page).get_attribute("id")
    await page.keyboard.press("a")
    await expect(boris.toast).to_contain_text("Принять")
    await expect(page.locator(f"[id='{first}']")).to_contain_text("Выполнено")
    other = page.locator("#today .matter").filter(has_text="Принять")
    for key in ("k", "j"):
        if not await other.evaluate("row => row.contains(document.activeElement)"):
            await page.keyboard.press(key)
    await page.keyboard.press("r")
    await expect(boris.dialog.get_by_label("Чего не хватает")).to_be_visible()
    await boris.dialog.get_by_label("Чего не хватает").focus()
    await page.keyboard.type("Нет паспорта")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#today .matter")).to_have_count(1)
    found = [await get(reference, reference.admin, Task, key) for key in tasks]
    assert sorted(task.status for task in found) == ["accepted", "returned"]
    assert boris.clicks.seen == []


async def test_a_head_agrees_to_an_expense(at_desk: SetUp, reference: World, share: UUID) -> None:
    head = await at_desk("head")
    page = await awake(head)
    await expect(page.locator("#today .matter").first).to_be_visible()
    for _row in range(await page.locator("#today .matter").count()):
        await page.keyboard.press("j")
        if "огласования" in await row_of(page).inner_text():
            break
    await page.keyboard.press("y")
    await expect(head.toast).to_contain_text("Согласовать")
    assert (await get(reference, reference.admin, Expense, share)).status == "approved"
    assert head.clicks.seen == []


async def test_an_accountant_keeps_a_list_of_her_own(at_desk: SetUp, deal: Story) -> None:
    olga = await at_desk("olga")
    await olga.page.goto("/admin/expense/list?status=approved&totals=1")
    page = await awake(olga)
    await page.get_by_text("Сохранить список").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#shelf-name")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator("#shelf-name")).to_be_focused()
    await page.keyboard.type("К выплате")
    await page.keyboard.press("Enter")
    await expect(page.locator(".shelf-tab", has_text="К выплате")).to_have_attribute("aria-current", "page")
    assert olga.clicks.seen == []


async def test_an_administrator_adds_an_insurer(at_desk: SetUp, reference: World) -> None:
    admin = await at_desk("admin")
    page = await awake(admin)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("страховщики")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Страховщики")
    await page.wait_for_load_state()
    await page.keyboard.press("n")
    await expect(page).to_have_url(re.compile("/insurer/create"))
    await expect(page.locator("form.record-form [name=name]")).to_be_focused()
    await page.keyboard.type("Страховая без мыши")
    await page.keyboard.press("Control+Enter")
    await expect(page).to_have_url(re.compile("/insurer/details/"))
    async with reference.database.transaction(reference.admin) as work:
        assert await work.scalar(select(Insurer.id).where(Insurer.name == "Страховая без мыши"))
    assert admin.clicks.seen == []
