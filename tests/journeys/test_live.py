"""Anna and Boris have one deal open: what one does the other sees at once, and each sees that the other is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Route, expect

from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from models.deal import Deal
from models.deal.stages import HandOff
from settings import settings
from tests.journeys.conftest import SetUp
from tests.stories import Story, story
from tests.trade import do
from tests.world import World

LISTEN = """() => {
  window.told = [];
  document.body.addEventListener("deal-changed", ({ detail }) => window.told.push(detail));
}"""


@pytest.fixture(scope="module", autouse=True)
def valkey() -> Iterator[None]:
    """Where presence is kept."""
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    begun = await story(reference.database, reference.anna, "вдвоём")
    async with reference.database.transaction(reference.anna, action="deal.update") as work:
        (await work.get_record(Deal, begun.deal)).executor_id = reference.boris.id
    return begun


async def test_what_one_does_the_other_sees_and_each_sees_the_other(at_desk: SetUp, deal: Story) -> None:
    anna, boris = await at_desk("anna"), await at_desk("boris")
    for person in (anna, boris):
        await person.page.goto(f"/admin/deal/details/{deal.deal}")
    await expect(anna.page.locator(".presence")).to_contain_text("Борис Орлов здесь")
    await expect(boris.page.locator(".presence")).to_contain_text("Анна Сергеева здесь")
    for person in (anna, boris):
        await person.page.evaluate(LISTEN)
    await anna.page.locator("#timeline-body").fill("Клиент в отпуске")
    await anna.page.keyboard.press("Control+Enter")
    for person in (boris, anna):
        await expect(person.section("Лента").get_by_text("Клиент в отпуске").first).to_be_visible()
    assert await boris.page.evaluate("window.told.length") > 0
    assert await anna.page.evaluate("window.told.filter((one) => !one.mine).length") == 0
    elsewhere = await anna.page.context.new_page()
    await elsewhere.goto("/admin/")
    await boris.page.reload()
    await expect(anna.page.locator(".presence")).to_contain_text("Борис Орлов здесь")
    await expect(elsewhere.locator("main h1")).to_be_visible()
    await expect(elsewhere.get_by_text("Борис Орлов здесь")).to_have_count(0)
    await boris.page.goto("/admin/")
    await expect(anna.page.locator(".presence")).not_to_contain_text("Борис")


async def test_what_one_types_stays_when_the_other_changes_something(
    at_desk: SetUp, deal: Story, reference: World
) -> None:
    boris = await at_desk("boris")
    await boris.page.goto(f"/admin/deal/details/{deal.deal}")
    body = boris.page.locator("#timeline-body")
    await body.fill("Не договорил")
    await boris.page.evaluate(LISTEN)
    async with reference.database.transaction(reference.anna, action="deal.update") as work:
        (await work.get_record(Deal, deal.deal)).title = "Другое имя"
    await expect(boris.head).to_contain_text("Другое имя")
    await expect(body).to_have_value("Не договорил")


async def test_a_row_changes_where_it_stands_and_of_others_the_list_says_how_many(
    at_desk: SetUp, deal: Story, reference: World
) -> None:
    boris = await at_desk("boris")
    page = boris.page
    await page.goto("/admin/deal/list")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    async with reference.database.transaction(reference.anna, action="deal.update") as work:
        (await work.get_record(Deal, deal.deal)).title = "Имя из списка"
    row = page.locator("table.list tbody tr", has_text="Имя из списка")
    await expect(row).to_have_count(1)
    await expect(row.locator('input[name="pk"]')).to_be_checked()
    await expect(row.locator(".row-link")).to_be_focused()
    chip = page.get_by_role("button", name="Обновить: изменений 1")
    await expect(chip).to_be_hidden()
    other = await story(reference.database, reference.anna, "новое")
    async with reference.database.transaction(reference.anna, action="deal.update") as work:
        (await work.get_record(Deal, other.deal)).executor_id = reference.boris.id
    await expect(chip).to_be_visible()
    await expect(page.locator(".list")).not_to_contain_text("Дело новое")
    await chip.click()
    await expect(page.locator(".list")).to_contain_text("Дело новое")
    await expect(chip).to_be_hidden()


async def test_a_grouped_list_renews_the_rows_of_open_groups_and_says_of_the_others(
    at_desk: SetUp, deal: Story, reference: World
) -> None:
    page = (await at_desk("boris")).page
    await page.goto("/admin/deal/list?group=stage")
    chip = page.get_by_role("button", name="Обновить: изменений 1")

    async def called(title: str) -> None:
        async with reference.database.transaction(reference.anna, action="deal.update") as work:
            (await work.get_record(Deal, deal.deal)).title = title

    await page.wait_for_load_state()
    await called("Пока закрыто")
    await expect(chip).to_be_visible()
    await page.locator("button.row-link").first.click()
    await expect(page.locator(".list")).to_contain_text("Пока закрыто")
    await called("В открытой группе")
    await expect(page.locator(".list")).to_contain_text("В открытой группе")


async def test_two_tabs_share_one_stream(at_desk: SetUp, chromium: Browser, deal: Story, reference: World) -> None:
    boris = await at_desk("boris")
    second = await boris.page.context.new_page()
    for page in (boris.page, second):
        await page.goto("/admin/deal/list")
        await page.evaluate(LISTEN)
    async with reference.database.transaction(reference.anna, action="deal.update") as work:
        (await work.get_record(Deal, deal.deal)).title = "На двух вкладках"
    for page in (boris.page, second):
        await page.wait_for_function("() => window.told.length > 0")
    session = await chromium.new_browser_cdp_session()
    targets = (await session.send("Target.getTargets"))["targetInfos"]
    assert [target["type"] for target in targets].count("shared_worker") == 1


async def test_an_answer_is_told_though_its_button_was_drawn_anew_meanwhile(at_desk: SetUp, reference: World) -> None:
    begun = await story(reference.database, reference.anna, "к ответу")
    await do(reference, reference.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=reference.boris.id))
    boris = await at_desk("boris")
    await boris.page.goto(f"/admin/deal/details/{begun.deal}")
    await boris.turn_to("Задачи")
    task = boris.task("Рассчитать")
    await task.get_by_role("button", name="Принять").evaluate("button => { window.asked = button; }")

    async def answer_late(route: Route) -> None:
        """The answer comes once the button that asked for it is gone."""
        await boris.page.evaluate("document.body.dispatchEvent(new CustomEvent('saved', { bubbles: true }))")
        await boris.page.wait_for_function("() => !window.asked.isConnected")
        await route.continue_()

    await boris.page.route("**/verb/accept*", answer_late)
    await boris.do("Принять", task)
