"""A seller brings a file of clients by keys alone: columns, a row corrected, written, taken back; axe throughout."""

from __future__ import annotations

from playwright.async_api import Page, expect
from sqlalchemy import select

from models.client import Client
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.world import World

FILE = "Кто;Сотовый;ИНН\nЛадина Лада;+7 929 100-20-30;\nЛадина Майя;нет;\nООО «Ладья»;;7707083893\n"


async def clean(page: Page) -> None:
    """axe has nothing against the page, wide and narrow."""
    assert await violations(page) == []
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await violations(page) == []
    await page.set_viewport_size({"width": 1280, "height": 720})


async def names(world: World) -> set[str]:
    async with world.database.transaction(world.admin) as work:
        return set(await work.scalars(select(Client.name).where(Client.deleted_at.is_(None))))


async def test_a_file_of_clients_comes_and_goes(at_desk: SetUp, reference: World) -> None:
    anna = await at_desk("anna")
    page, keyboard = anna.page, anna.page.keyboard
    await page.goto("/admin/client/list")
    await page.get_by_role("link", name="Импорт", exact=True).focus()
    await keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Клиенты · импорт")
    await clean(page)
    content = FILE.encode("cp1251")
    await page.set_input_files("#file", files=[{"name": "клиенты.csv", "mimeType": "text/csv", "buffer": content}])
    await page.get_by_role("button", name="Проверить файл").press("Enter")
    await expect(page.locator("form.mapping")).to_be_visible()
    await expect(page.get_by_label("Столбец 2")).to_have_value("phone")
    await clean(page)
    await page.get_by_label("Столбец 1").select_option("name")
    await page.locator("#read").press("Enter")
    await expect(page.locator("#apply")).to_be_focused()
    await expect(page.locator("#count-wrong")).to_have_text("1")
    await clean(page)
    assert "Ладина Лада" not in await names(reference)
    box = page.locator(".fix input.is-invalid")
    await box.fill("+7 929 100-20-31")
    await box.press("Enter")
    await expect(page.locator("#count-will")).to_have_text("3")
    await expect(page.locator("#count-create")).to_have_text("3")
    await clean(page)
    await page.locator("#apply").press("Enter")
    await expect(page.locator("#toasts")).to_contain_text("Выполнено: 3 записи")
    assert {"Ладина Лада", "Ладина Майя", "ООО «Ладья»"} <= await names(reference)
    await keyboard.press("z")
    await expect(page.locator("#toasts")).to_contain_text("Отменено")
    assert not {"Ладина Лада", "Ладина Майя", "ООО «Ладья»"} & await names(reference)
