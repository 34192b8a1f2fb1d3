"""Olga's papers: an act drafted, looked through and signed; sheets made for everyone, approved by the head, paid."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.async_api import Page, ViewportSize, expect
from sqlalchemy import select

from models.catalogue import Agreement, Entity
from models.choices import ExpenseKind, IncomeKind
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from tests.journeys.axe import violations
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person
from tests.papers import FIRST, MONTH, TODAY
from tests.stories import Story, made, story
from tests.trade import add, do, get, pay
from tests.world import World

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 900}


@pytest.fixture(scope="module")
async def sold(reference: World) -> Story:
    """A premium of Anna's that is paid; commission and bonus have come, and a share of hers is payable."""
    world = reference
    begun = await story(world.database, world.anna, "бумаг")
    async with world.database.transaction(world.admin) as work:
        entity = (await work.scalars(select(Entity.id))).first()
    values = {"entity_id": entity, "insurer_id": begun.insurer, "number": "АД-77", "starts_on": FIRST}
    await made(world.database, world.admin, Agreement, **values)
    under = {"deal_id": begun.deal, "payment_id": begun.payment}
    commission = Income(**under, amount=Decimal("20000.00"), vat_mode="22")
    bonus = Income(**under, amount=Decimal("5000.00"), kind=IncomeKind.BONUS)
    share = Expense(**under, amount=Decimal("6000.00"), kind=ExpenseKind.SELLER_SHARE, payee_id=world.anna.id)
    await add(world, world.olga, commission, bonus, share)
    await pay(world, await paid_of(world, begun))
    await do(world, world.olga, Income, commission.id, "receive", Received(received_on=TODAY))
    return begun


async def paid_of(world: World, begun: Story) -> Payment:
    return await get(world, world.olga, Payment, begun.payment)


async def sound(page: Page) -> None:
    """No barriers, and nothing makes the page scroll sideways, on a phone either."""
    for size in (NARROW, WIDE):
        await page.set_viewport_size(size)
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


async def test_from_an_act_to_a_pay_out(at_desk: SetUp, reference: World, sold: Story) -> None:
    olga = await at_desk("olga", viewport=WIDE)
    await an_act_is_drafted(olga)
    await a_line_goes_and_comes_back(olga)
    await it_is_signed(olga)
    await it_is_printed(olga)
    await it_is_cancelled(olga)
    await sheets_are_made(olga)
    head = await at_desk("head", viewport=WIDE)
    await head.page.goto("/admin/")
    await head.page.get_by_role("button", name="Согласовать").first.click()
    await expect(head.toast).to_contain_text("Согласовать: лист выплат: Анна Сергеева")
    await it_is_paid_and_taken_back(olga)


async def an_act_is_drafted(olga: Person) -> None:
    """The form proposes the month that is over; this one is this month's."""
    page = olga.page
    await page.goto("/admin/act/create")
    await page.get_by_role("combobox", name="Агентский договор").fill("АД-77")
    await page.get_by_role("option", name=re.compile("АД-77")).click()
    await page.get_by_label("Период с").fill(FIRST.isoformat())
    await page.get_by_label("Период по").fill(TODAY.isoformat())
    await page.get_by_role("button", name="Создать").click()
    await expect(page.locator(".sum-line")).to_contain_text(re.compile(r"25.000,00"))
    await sound(page)


async def a_line_goes_and_comes_back(olga: Person) -> None:
    """Each time the sums follow."""
    page = olga.page
    await page.get_by_role("button", name="Исключить из акта").last.click()
    await expect(page.locator(".sum-line")).to_contain_text(re.compile(r"₽(5|20).000,00"))
    await page.get_by_role("button", name="Вернуть в акт").click()
    await expect(page.locator(".sum-line")).to_contain_text(re.compile(r"25.000,00"))


async def it_is_signed(olga: Person) -> None:
    """By its letter; today, with the next number."""
    page = olga.page
    await page.locator("h1").click()
    await page.keyboard.press("a")
    await expect(olga.dialog.get_by_label("Дата акта")).to_have_value(TODAY.isoformat())
    await olga.dialog.get_by_role("button", name="Подписать акт").click()
    await expect(olga.head).to_contain_text(re.compile(r"№ \d · АД-77"))
    await expect(page.get_by_role("button", name="Исключить из акта")).to_have_count(0)


async def it_is_printed(olga: Person) -> None:
    """On paper there is nothing around it."""
    page = olga.page
    at = page.url
    await page.get_by_role("link", name="Печатная форма").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Акт-отчёт агента №")
    await expect(page.get_by_text("Двадцать пять тысяч рублей 00 копеек")).to_be_visible()
    await sound(page)
    await page.emulate_media(media="print")
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.emulate_media(media="screen")
    await page.goto(at)


async def it_is_cancelled(olga: Person) -> None:
    """Signed by mistake: with a reason."""
    page = olga.page
    await page.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("button", name="Отменить акт").click()
    await olga.dialog.get_by_label("Причина").fill("Проба")
    await olga.dialog.get_by_role("button", name="Отменить акт").click()
    await expect(olga.head).to_contain_text("Отменён")


async def sheets_are_made(olga: Person) -> None:
    """For everyone who is owed something."""
    page = olga.page
    await page.goto(f"/admin/payouts/make?month={MONTH.first:%Y-%m}")
    await sound(page)
    await page.get_by_role("button", name="Составить листы").click()
    await expect(olga.toast).to_contain_text("Составлен 1 лист выплат")


async def it_is_paid_and_taken_back(olga: Person) -> None:
    """From the sheet's own page; undo makes it payable again, and cancelling frees what stood on it."""
    page = olga.page
    await page.goto("/admin/payout/list?status=approved")
    await page.locator("#results").get_by_role("link", name="Анна Сергеева").first.click()
    await page.get_by_role("button", name="Выплачен").click()
    await olga.dialog.get_by_role("button", name="Выплачен").click()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Выплачен")
    await sound(page)
    await olga.toast.get_by_role("button", name="Отменить").click()
    await expect(page.locator("[aria-current=step]")).to_contain_text("Согласован")
    await page.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("button", name="Отменить лист").click()
    await olga.dialog.get_by_role("button", name="Отменить лист").click()
    await expect(olga.head).to_contain_text("Отменён")
