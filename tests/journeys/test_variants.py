"""Variants from Excel to a policy: pasted, compared, chosen, issued with its file; every click counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from models import clock
from models.calculation import Calculation
from models.catalogue import Product
from models.client import Client
from models.deal import Deal, Need
from models.document import Document
from models.insured import InsuredObject
from models.payment import Payment
from models.policy import Policy
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.stories import made
from tests.trade import rows
from tests.world import World

MOST_CLICKS = 12
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" + (
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
UNTIL = f"{clock.today() + timedelta(days=20):%d.%m.%Y}"
BLOCK = (
    "СК\tПрограмма\tПремия, руб\tСтраховая сумма\tФраншиза\tКВ, %\tДействует до\tРассрочка\n"
    f"Ингосстрах\tПлатинум\t100 001,01\t2 000 000\t30 000\t18%\t{UNTIL}\t40/20/20/20\n"
    f"Рессо\tРесоАвто\t101250\t2000000\tбез\t20%\t{UNTIL}\t\n"
)


async def begun(world: World, word: str) -> Deal:
    """Anna's deal with a car that needs КАСКО."""
    client = await made(world.database, world.anna, Client, name=f"Клиент {word}")
    car = await made(world.database, world.anna, InsuredObject, client_id=client.id, title="Kia Rio")
    deal = await made(world.database, world.anna, Deal, client_id=client.id, title=f"КАСКО {word}")
    async with world.database.transaction(world.anna) as work:
        product = await work.scalar(select(Product.id).where(Product.slug == "kasko"))
    await made(world.database, world.anna, Need, deal_id=deal.id, product_id=product, insured_object_id=car.id)
    assert isinstance(deal, Deal)
    return deal


async def no_wider(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("width", [1440, 390])
async def test_from_a_block_of_excel_to_a_policy(at_desk: SetUp, reference: World, width: int) -> None:
    deal = await begun(reference, f"из Excel {width}")
    anna = await at_desk("anna", viewport={"width": width, "height": 900})
    await a_block_is_pasted(anna, deal)
    await anna.page.goto(f"/admin/deal/{deal.id}/compare")
    await expect(anna.page.locator(".compare-table")).to_contain_text("лучшая цена")
    assert await violations(anna.page) == []
    await no_wider(anna.page)
    await the_client_gets_a_sheet(anna, deal)
    anna.clicks.afresh()
    await the_client_has_chosen(anna)
    await the_policy_is_issued(anna, f"xxx 735133{width:04}")
    assert 0 < anna.clicks.number <= MOST_CLICKS, anna.clicks.seen
    await all_of_it_stands(reference, deal, f"ХХХ 735133{width:04}")


async def a_block_is_pasted(anna: Person, deal: Deal) -> None:
    """From the deal's page; a name is corrected by what is offered for it."""
    page = anna.page
    await page.goto(f"/admin/deal/details/{deal.id}")
    await anna.section("Расчёты").get_by_role("link", name="Вставить из Excel").click()
    await page.locator("#block").fill(BLOCK)
    await page.get_by_role("button", name="Прочитать строки").click()
    await expect(page.locator(".paste-table")).to_contain_text("Страховщика «Рессо» нет в справочнике")
    assert await violations(page) == []
    await no_wider(page)
    await page.get_by_role("button", name="РЕСО-Гарантия").click()
    await page.get_by_role("button", name="Записать 2 варианта").click()
    await expect(anna.toast).to_contain_text("Внесено 2 варианта")


async def the_client_gets_a_sheet(anna: Person, deal: Deal) -> None:
    """To print, as a file, as text; on paper there is nothing around it, and no commission anywhere."""
    page = anna.page
    await page.goto(f"/admin/deal/{deal.id}/sheet")
    await expect(page.get_by_role("article")).to_have_count(2)
    assert await violations(page) == []
    await no_wider(page)
    await page.get_by_role("button", name="Скопировать текстом").click()
    await expect(page.get_by_role("button", name="Скопировано")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await expect(page.get_by_role("article").first).to_be_visible()
    assert "18" not in re.findall(r"\d+(?= ?%)", await page.content())
    await page.emulate_media(media="screen")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="PDF").click()
    assert (await coming.value).suggested_filename == f"Варианты страхования {deal.code}.pdf"
    await page.goto(f"/admin/deal/{deal.id}/compare")


async def the_client_has_chosen(anna: Person) -> None:
    """Beside each other, with what was said of the other."""
    await anna.page.get_by_role("button", name="Выбрать… Ингосстрах").click()
    await expect(anna.dialog).to_contain_text("РЕСО-Гарантия · РесоАвто")
    await anna.page.keyboard.type("дороже")
    assert await violations(anna.page) == []
    await anna.dialog.get_by_role("button", name="Подтвердить вариант").click()
    await expect(anna.toast).to_contain_text("Подтверждено")
    await expect(anna.page.locator(".compare-table")).to_contain_text("дороже")


async def the_policy_is_issued(anna: Person, number: str) -> None:
    """In one form that says before what will come of it; the insurer's file goes with it."""
    page, dialog = anna.page, anna.dialog
    await page.get_by_role("button", name="Выдать полис").click()
    await expect(dialog.locator(".foresight tbody tr")).to_have_count(4)
    await expect(dialog.locator(".foresight")).to_contain_text("40 000,40 ₽")
    await expect(dialog.locator("#issue-preview")).to_contain_text("18 000,19 ₽")
    await page.keyboard.type(number)
    await expect(dialog.locator("#number-said")).to_contain_text("Будет записан как ХХХ")
    async with page.expect_file_chooser() as choosing:
        await dialog.locator(".dropzone label").first.click()
    chooser = await choosing.value
    await chooser.set_files([{"name": "Полис.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    await expect(dialog.locator(".drop-list")).to_contain_text("готов")
    await dialog.locator("[name=first_paid_on]").fill(clock.today().isoformat())
    await expect(dialog.locator(".foresight")).to_contain_text("оплачен")
    assert await violations(page) == []
    await no_wider(page)
    await dialog.get_by_role("button", name="Выдать полис").click()
    await expect(anna.toast).to_contain_text("Выдать полис")
    await expect(dialog).to_be_hidden()


async def all_of_it_stands(world: World, deal: Deal, number: str) -> None:
    """The policy with its payments, the file with the policy, the reason with the variant that lost."""
    (policy,) = await rows(world, Policy, Policy.deal_id == deal.id)
    assert (policy.number, policy.status, policy.plan) == (number, "issued", "40-20-20-20")
    payments = await rows(world, Payment, Payment.deal_id == deal.id, order=Payment.sequence)
    assert [p.status for p in payments] == ["paid", "planned", "planned", "planned"]
    (document,) = await rows(world, Document, Document.deal_id == deal.id)
    assert (document.name, document.policy_id, document.kind) == ("Полис.pdf", policy.id, "policy")
    lost = [c for c in await rows(world, Calculation, Calculation.deal_id == deal.id) if c.status == "archived"]
    assert [c.decline_reason for c in lost] == ["дороже"]


async def test_dictated_by_telephone_without_a_mouse(at_desk: SetUp, reference: World) -> None:
    deal = await begun(reference, "по телефону")
    anna = await at_desk("anna")
    page = anna.page
    await page.goto(f"/admin/deal/details/{deal.id}")
    await expect(anna.section("Расчёты")).to_be_visible()
    await page.keyboard.press("q")
    for insurer, program, premium in (("ингос", "Платинум", "98400,5"), ("ВСК", "Классика", "91 250")):
        await expect(anna.dialog.get_by_role("combobox").first).to_be_focused()
        await page.keyboard.type(insurer)
        await expect(anna.dialog.get_by_role("option").first).to_have_attribute("aria-selected", "true")
        await page.keyboard.press("Enter")
        for words in ("Tab", program, "Tab", premium, "Tab", "2000000", "Tab", "Tab", "18", "Tab", "15.12"):
            await (page.keyboard.press(words) if words == "Tab" else page.keyboard.type(words))
        await page.keyboard.press("Enter")
        await expect(anna.dialog.locator(".entered")).to_contain_text(program)
    assert await violations(page, "#modal") == []
    await page.keyboard.press("Escape")
    found = {c.program: c for c in await rows(reference, Calculation, Calculation.deal_id == deal.id)}
    assert {c.status for c in found.values()} == {"ready"} and {c.plan for c in found.values()} == {"50-50"}
    assert (found["Платинум"].commission_percent, found["Классика"].premium) == (18, 91250)
    await expect(anna.section("Расчёты")).to_contain_text("Классика")
