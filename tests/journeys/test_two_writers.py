"""Anna and Boris have the same record open: what both changed is merged and told, and where they differ one chooses."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from models.calculation import Calculation
from models.client import Client
from models.deal import Deal, Need
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.stories import made, reference
from tests.world import World


@pytest.fixture(scope="module")
async def shared(reference: World) -> dict[str, str]:
    """Addresses of a client and a calculation of Anna's deal, which Boris executes."""
    return await begun(reference)


async def begun(world: World) -> dict[str, str]:
    """The deal with its calculation."""
    database, anna = world.database, world.anna
    insurer, product = await reference(database, "общий")
    client = await made(database, anna, Client, name="Общий клиент")
    deal = await made(database, anna, Deal, client_id=client.id, title="Общее дело", executor_id=world.boris.id)
    need = await made(database, anna, Need, deal_id=deal.id, product_id=product)
    keys = {"deal_id": deal.id, "need_id": need.id, "insurer_id": insurer}
    calculation = await made(database, anna, Calculation, premium="98400", **keys)
    return {"client": f"/admin/client/edit/{client.id}", "calculation": f"/admin/calculation/edit/{calculation.id}"}


def form(person: Person) -> Locator:
    return person.page.locator("form.record-form")


async def save(person: Person) -> None:
    await form(person).get_by_role("button", name="Сохранить изменения").click()


async def test_what_both_changed_is_merged_and_told(at_desk: SetUp, shared: dict[str, str]) -> None:
    anna, boris = await at_desk("anna"), await at_desk("boris")
    for person in (anna, boris):
        await person.page.goto(shared["calculation"])
    await boris.fill(form(boris), premium="99 500", plan="50/50")
    await save(boris)
    await expect(boris.toast).to_contain_text("Сохранено")
    await anna.fill(form(anna), program="Полная защита")
    await save(anna)
    await expect(anna.toast).to_contain_text("Борис Орлов")
    await expect(anna.toast).to_contain_text("Премия, График")
    for label, value in (("Премия", "99 500,00 ₽"), ("Программа", "Полная защита"), ("График", "50/50")):
        await expect(anna.fact(label)).to_contain_text(value)


async def test_where_both_changed_one_field_the_second_chooses(at_desk: SetUp, shared: dict[str, str]) -> None:
    anna, boris = await at_desk("anna"), await at_desk("boris")
    for person in (anna, boris):
        await person.page.goto(shared["client"])
    await boris.fill(form(boris), note="Звонить после шести", phone="89298277534")
    await save(boris)
    await expect(boris.toast).to_contain_text("Сохранено")
    await anna.fill(form(anna), note="Звонить утром", address="г. Тверь")
    await save(anna)
    choice = form(anna).get_by_role("group", name="Что оставить?")
    await expect(choice).to_contain_text("Моё: Звонить утром")
    await expect(choice).to_contain_text("Чужое: Звонить после шести")
    await expect(form(anna).locator("[name=address]")).to_have_value("г. Тверь")
    await choice.get_by_label("Чужое").check()
    await save(anna)
    await expect(anna.toast).to_contain_text("Сохранено")
    told = {"Примечание": "Звонить после шести", "Адрес": "г. Тверь", "Телефон": "+7 929 827‑75‑34"}
    for label, value in told.items():
        await expect(anna.fact(label)).to_contain_text(value)
