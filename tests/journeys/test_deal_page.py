"""The deal's page: rows edited in their place, two people at once, one story, and a narrow screen."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from models.calculation import Calculation
from models.deal import Deal
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.stories import Story, made, story
from tests.world import World

CALCULATIONS, PAYMENTS, STORY = "Расчёты", "Платежи", "Лента"
NARROW = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
async def deal(reference: World) -> Story:
    """Anna's deal, which Boris executes, with two variants."""
    begun = await story(reference.database, reference.anna, "общее")
    other = await made(
        reference.database,
        reference.anna,
        Deal,
        client_id=begun.client,
        title="Общее 2",
        executor_id=reference.boris.id,
    )
    keys = {"need_id": None, "insurer_id": begun.insurer}
    from models.deal import Need

    need = await made(reference.database, reference.anna, Need, deal_id=other.id, product_id=begun.product)
    for program, premium in (("Полная", "98400"), ("Лёгкая", "61000")):
        values = keys | {"need_id": need.id, "program": program, "premium": premium}
        await made(reference.database, reference.anna, Calculation, deal_id=other.id, **values)
    return Story(begun.client, other.id, need.id, begun.insurer, begun.product, begun.policy, begun.payment)


def address(deal: Story) -> str:
    return f"/admin/deal/details/{deal.deal}"


async def opened(person: Person, words: str) -> Locator:
    """The form of a variant, in the place of its row."""
    row = person.row(CALCULATIONS, words)
    key = await row.locator("xpath=..").get_attribute("id")
    await person.page.wait_for_function("() => !document.querySelector('.htmx-request')")
    await row.get_by_role("button", name="Действия").click()
    await row.get_by_role("button", name="Изменить").click()
    form = person.page.locator(f"#{key} form.inline-form")
    await expect(form).to_be_visible()
    await expect(row).to_be_hidden()
    return form


async def top_of(page: Page, place: str) -> float:
    return float(await page.locator(place).evaluate("part => part.getBoundingClientRect().top"))


async def test_a_row_is_edited_in_its_place(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 500})
    await anna.page.goto(address(deal))
    form = await opened(anna, "98 400,00 ₽")
    await expect(form.locator(":focus")).to_have_count(1)
    await anna.page.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await expect(anna.row(CALCULATIONS, "98 400,00 ₽").get_by_role("button", name="Действия")).to_be_focused()

    form = await opened(anna, "98 400,00 ₽")
    key = f"#{await form.locator('xpath=ancestor::tbody').get_attribute('id')}"
    before = await top_of(anna.page, key)
    await form.locator("[name=premium]").fill("97 000,50")
    await anna.page.keyboard.press("Enter")
    await expect(anna.toast).to_contain_text("Сохранено")
    await expect(anna.row(CALCULATIONS, "97 000,50 ₽")).to_be_visible()
    await expect(anna.row(CALCULATIONS, "97 000,50 ₽").get_by_role("button", name="Действия")).to_be_focused()
    assert abs(await top_of(anna.page, key) - before) < 2
    await expect(anna.happened.first).to_contain_text("97 000,50 ₽")
    await anna.undo()
    await expect(anna.row(CALCULATIONS, "98 400,00 ₽")).to_be_visible()


async def test_what_another_changes_comes_without_taking_a_form_away(at_desk: SetUp, deal: Story) -> None:
    anna, boris = await at_desk("anna"), await at_desk("boris")
    for person in (anna, boris):
        await person.page.goto(address(deal))
    mine = await opened(anna, "61 000,00 ₽")
    await mine.locator("[name=premium]").fill("60 500")
    theirs = await opened(boris, "61 000,00 ₽")
    await theirs.locator("[name=premium]").fill("59 900")
    await theirs.get_by_role("button", name="Сохранить изменения").click()
    await expect(boris.row(CALCULATIONS, "59 900,00 ₽")).to_be_visible()
    await expect(anna.section(CALCULATIONS).get_by_role("status")).to_contain_text("Борис Орлов")
    await expect(mine.locator("[name=premium]")).to_have_value("60 500")
    await expect(anna.happened.first).to_contain_text("59 900,00 ₽")

    await mine.get_by_role("button", name="Сохранить изменения").click()
    choice = mine.get_by_role("group", name="Что оставить?")
    await expect(choice).to_contain_text("Моё: 60 500,00 ₽")
    await expect(choice).to_contain_text("Чужое: 59 900,00 ₽")
    await mine.get_by_role("button", name="Сохранить изменения").click()
    for person in (anna, boris):
        await expect(person.row(CALCULATIONS, "60 500,00 ₽")).to_be_visible()


async def test_the_story_is_written_and_filtered(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna")
    await anna.page.goto(address(deal))
    box = anna.section(STORY)
    await box.get_by_role("textbox").fill("Клиент перезвонит в пятницу")
    await anna.page.keyboard.press("Control+Enter")
    await expect(box.get_by_role("listitem").first).to_contain_text("Клиент перезвонит в пятницу")
    await box.get_by_role("button", name="Изменения").click()
    await expect(box.get_by_text("Клиент перезвонит в пятницу")).to_have_count(0)
    await box.get_by_role("button", name="Журнал").click()
    await expect(box.get_by_role("listitem")).to_have_count(1)


async def test_a_row_is_found_by_its_address(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport={"width": 1440, "height": 400})
    await anna.page.goto(address(deal))
    await anna.section("Задачи").scroll_into_view_if_needed()
    task = anna.section("Задачи").locator("li.task").first
    key = await task.get_attribute("id")
    await anna.page.goto("/admin/deal/list")
    await anna.page.goto(f"{address(deal)}#{key}")
    await expect(anna.page.locator(f"#{key}")).to_have_class("task here")
    await expect(anna.page.locator(f"#{key}")).to_be_in_viewport()


async def test_one_walks_through_the_list_one_came_from(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna")
    await anna.page.goto("/admin/deal/list?sort=-created_at")
    await anna.page.locator("a.row-link").first.click()
    await expect(anna.page.locator("#walk")).to_contain_text("1 из 2")
    first = anna.page.url
    await anna.page.keyboard.press("]")
    await expect(anna.page.locator("#walk")).to_contain_text("2 из 2")
    await anna.page.keyboard.press("Shift+K")
    await expect(anna.page).to_have_url(first)
    await anna.page.locator("#walk").get_by_role("link").click()
    await expect(anna.page).to_have_url("/admin/deal/list?sort=-created_at")


async def test_nothing_goes_sideways_on_a_phone(at_desk: SetUp, deal: Story) -> None:
    anna = await at_desk("anna", viewport=NARROW, has_touch=True)
    await anna.page.goto(address(deal))
    await expect(anna.section(STORY)).to_be_hidden()
    form = await opened(anna, "₽")
    await expect(form.locator("[name=premium]")).to_be_visible()
    assert await anna.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await form.get_by_role("button", name="Отмена").click()
    await anna.page.get_by_role("tab", name="Лента").click()
    await expect(anna.section(STORY)).to_be_visible()
    await expect(anna.section(CALCULATIONS)).to_be_hidden()
    assert await anna.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
