"""What is dictated elsewhere is copied by a button that has a name and says that it has done so."""

from __future__ import annotations

from playwright.async_api import expect

from models.client import Client
from models.insured import InsuredObject
from tests.journeys.conftest import SetUp
from tests.trade import add
from tests.world import World

VIN, PLATE = "XW8ZZZ61ZKG000123", "А123ВС777"


async def test_a_vin_and_a_phone_are_copied_by_mouse_and_by_key(at_desk: SetUp, reference: World) -> None:
    client = Client(name="Копия Анна", phone="+79160007788", passport="4509 123456", created_by_id=reference.anna.id)
    await add(reference, reference.anna, client)
    car = InsuredObject(client_id=client.id, title="Kia Rio", vin=VIN, plate=PLATE)
    await add(reference, reference.anna, car)
    page = (await at_desk("anna", permissions=["clipboard-read", "clipboard-write"])).page
    await page.goto(f"/admin/client/details/{client.id}")
    objects = page.get_by_role("region", name="Объекты страхования")
    await objects.get_by_role("button", name="Скопировать: VIN").click()
    await expect(page.get_by_role("status").filter(has_text=f"Скопировано: {VIN}")).to_be_attached()
    assert await page.evaluate("navigator.clipboard.readText()") == VIN
    for what, value in (("Телефон", "+79160007788"), ("Паспорт", "4509 123456"), ("Госномер", PLATE)):
        button = page.get_by_role("button", name=f"Скопировать: {what}")
        await expect(button).to_have_count(1)
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text=f"Скопировано: {value}")).to_be_attached()
        assert await page.evaluate("navigator.clipboard.readText()") == value
        await expect(button).to_be_focused()
