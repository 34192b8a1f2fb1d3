"""What a field was, by a resting pointer and by a key; a value and a whole record come back, and are taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import text

from jobs.embedded.postgres import Postgres
from models import clock
from models.changes import Change, apply
from models.client import Client
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import made
from tests.world import World


@pytest.fixture
async def client(reference: World, cluster: Postgres) -> UUID:
    """Anna's client of three days ago, whose name and phone Olga wrote anew today."""
    row = await made(reference.database, reference.anna, Client, name="Прежняя Нина", phone="9298277534")
    name = str(reference.database.engine.url.database)
    cluster.psql(f"UPDATE audit.events SET at = at - interval '3 days' WHERE record_id = '{row.id}'", database=name)
    async with reference.database.transaction(reference.olga, action="client.update") as work:
        await apply(work, Change(Client, row.id, {}, {"name": "Новая Нина", "phone": "9161234567"}))
    return UUID(str(row.id))


async def stored(world: World, key: UUID) -> tuple[str, str]:
    async with world.database.transaction(world.admin) as work:
        found = await work.execute(text("SELECT name, phone FROM crm.clients WHERE id = :key"), {"key": key})
        row = found.one()
    return row.name, row.phone


async def test_a_field_tells_its_story_and_the_record_comes_back(
    at_desk: SetUp, reference: World, client: UUID
) -> None:
    anna = await at_desk("anna")
    page: Page = anna.page
    await page.goto("/admin/client/list?q=Нина&col=name&col=phone")
    card = page.locator(".field-card")
    cell = page.locator("table.list tbody tr").first.locator("td:not(.pick)").first
    await cell.hover()
    await expect(card).to_contain_text("Ольга Белова")
    await page.mouse.move(5, 5)
    await expect(card).to_be_hidden()

    await page.keyboard.press("j")
    await page.keyboard.press("ArrowRight")
    await expect(cell).to_be_focused()
    await page.keyboard.press("u")
    await expect(card).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(cell).to_be_focused()
    await page.keyboard.press("u")
    await card.get_by_role("button", name="Вернуть это значение").click()
    dialog = page.locator("#modal")
    await expect(dialog).to_contain_text("+7 916 123-45-67".replace(" ", "\u00a0").replace("-", "\u2011"))
    assert await violations(page) == []
    await dialog.get_by_role("button", name="Вернуть", exact=True).click()
    await expect(page.locator("#toasts")).to_contain_text("Возвращено 1 поле")
    assert await stored(reference, client) == ("Новая Нина", "+79298277534")

    await page.goto(f"/admin/client/details/{client}")
    await page.keyboard.press("u")
    await expect(page.get_by_role("heading", name="Кто что записал")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="ФИО или компания").first.press("Enter")
    await expect(card).to_contain_text("Прежняя Нина")
    await page.keyboard.press("Escape")
    await page.get_by_label("Запись на день").fill((clock.today() - timedelta(days=1)).isoformat())
    await page.get_by_role("button", name="Показать").click()
    await expect(page.locator("tr.differs")).to_contain_text("Прежняя Нина")
    assert await violations(page) == []
    await page.get_by_role("button", name="Вернуть запись…").click()
    await dialog.get_by_role("button", name="Вернуть", exact=True).click()
    await expect(page.locator("#toasts")).to_contain_text("Возвращено 1 поле")
    assert await stored(reference, client) == ("Прежняя Нина", "+79298277534")
    await page.keyboard.press("Control+z")
    await expect(page.locator("#toasts")).to_contain_text("Отменено")
    assert await stored(reference, client) == ("Новая Нина", "+79298277534")
