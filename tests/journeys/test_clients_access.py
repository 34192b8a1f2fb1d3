"""The pages of a call, of a client and of duplicates can be used by everybody, in both languages, light and dark."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from models.client import Client
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.stories import story
from tests.trade import add
from tests.world import World

WIDTHS = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})


@pytest.fixture(scope="module")
async def client(reference: World) -> Client:
    """A client with a deal, a policy with an instalment, and somebody like them."""
    told = await story(reference.database, reference.anna, "доступный")
    async with reference.database.transaction(reference.anna, action="client.update") as work:
        found = await work.get_record(Client, told.client)
        found.phone, found.inn = "+79164445566", "500100732259"
    await add(reference, reference.anna, Client(name="Он же", phone=found.phone, created_by_id=reference.anna.id))
    return found


async def speak(page: Page, language: str, code: str) -> None:
    """Choose a language in the person's menu; it is kept for the person."""
    await page.set_viewport_size(WIDTHS[0])
    await page.locator(".person").click()
    await page.get_by_role("button", name=language).click()
    await expect(page.locator("html")).to_have_attribute("lang", code)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_left_out(at_desk: SetUp, client: Client, scheme: str) -> None:
    seen: list[str] = []
    page = (await at_desk("admin", viewport=WIDTHS[0], color_scheme=scheme)).page
    addresses = {
        "/admin/intake?new=1": "[name='client.phone']",
        f"/admin/intake?client={client.id}": "#h-deals",
        f"/admin/client/details/{client.id}": "#record-head",
        "/admin/clients/duplicates": "h1",
        f"/admin/clients/{client.id}/merge": "#loser",
        "/admin/client/create": "form.record-form",
    }
    for language in ("ru", "en"):
        if language == "en":
            await speak(page, "English", "en")
        for address, ready in addresses.items():
            for width in WIDTHS:
                await page.set_viewport_size(width)
                await page.goto(address)
                await page.locator(ready).first.wait_for()
                seen += [f"{address} {language} {width}: {one}" for one in await violations(page)]
                assert await page.evaluate("document.documentElement.scrollWidth") <= width["width"], address
    await speak(page, "Русский", "ru")
    assert not seen, "\n".join(seen)
