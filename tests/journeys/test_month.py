"""Olga's month: the bank's file is confirmed, the reconciliation opens what is behind it, the month is closed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from playwright.async_api import expect

from models import clock
from models.dates import add_months
from models.payment import Income, Payment
from models.policy import Policy
from models.policy.record import Issue
from tests.jobs.bank.paper import Paper, encoded
from tests.journeys.conftest import SetUp
from tests.stories import made, story
from tests.trade import do, get
from tests.world import World

TODAY = clock.today()
LAST = add_months(TODAY.replace(day=1), -1)
DAY = LAST + timedelta(days=14)
NUMBER = "МЕС 000777123"


async def test_from_the_banks_file_to_the_closed_month(at_desk: SetUp, reference: World, tmp_path: Path) -> None:
    begun = await story(reference.database, reference.anna, "месяца")
    policy = await get(reference, reference.anna, Policy, begun.policy)
    told = Issue(number=NUMBER, sale_date=DAY, starts_on=policy.starts_on, ends_on=policy.ends_on)
    await do(reference, reference.anna, Policy, begun.policy, "issue", told)
    values = {"deal_id": begun.deal, "payment_id": begun.payment, "amount": Decimal("15000")}
    await made(reference.database, reference.olga, Income, **values)
    file = tmp_path / "kl_to_1c.txt"
    file.write_bytes(encoded([Paper(DAY, Decimal(100000), f"Оплата полиса {NUMBER}"), Paper(DAY, Decimal(-90), "РКО")]))

    olga = await at_desk("olga")
    page = olga.page
    await page.goto("/admin/bank")
    await page.locator("input[data-send]").set_input_files(file)
    await expect(page.get_by_role("status").filter(has_text="2 новые операции")).to_be_attached()
    await page.get_by_role("button", name="Подтвердить 1 узнанную").click()
    await expect(page.get_by_text(f"Оплата полиса {NUMBER}")).to_have_count(0)
    assert (await get(reference, reference.olga, Payment, begun.payment)).status == "confirmed"
    await page.get_by_role("button", name="Отложить").click()
    await expect(page.get_by_text("Разбирать нечего")).to_be_visible()

    await page.goto(f"/admin/reconciliation?from={LAST:%Y-%m}&to={LAST:%Y-%m}")
    await page.get_by_role("link", name="ещё нет в ведомости").click()
    await expect(page.get_by_role("link", name=NUMBER)).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Страховщик месяца")

    await page.goto("/admin/months")
    await page.get_by_role("button", name="Закрыть месяц").click()
    await page.get_by_role("dialog").get_by_role("button", name="Закрыть месяц").click()
    await expect(page.locator("#months").get_by_text("закрыт", exact=True)).to_be_visible()

    admin = await at_desk("admin")
    await admin.page.goto("/admin/months")
    await admin.page.get_by_role("button", name="Открыть снова").click()
    await admin.page.get_by_label("Причина").fill("пришёл ещё один акт")
    await admin.page.get_by_role("dialog").get_by_role("button", name="Открыть снова").click()
    await expect(admin.page.get_by_text("пришёл ещё один акт")).to_be_visible()
