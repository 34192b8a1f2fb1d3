"""The story of the trade in browsers: from a client's call to received commission, by people who hand over work."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.async_api import expect

from admin.i18n import show_date
from models import clock
from models.dates import add_months, last_day
from tests.journeys.conftest import SetUp
from tests.journeys.person import Person

VARIANTS = (
    ("Ингосстрах", "100 001,01", "40/20/20/20"),
    ("РЕСО-Гарантия", "101250", "Единовременно"),
    ("ВСК", "98 400", "2 равных взноса"),
)
CLIENT = "Громов Пётр Ильич"
CALCULATIONS, NEEDS, POLICIES, PAYMENTS, TASKS = "Расчёты", "Потребности", "Полисы", "Платежи", "Задачи"


async def test_from_a_call_to_received_commission(at_desk: SetUp) -> None:
    anna, boris = await at_desk("anna"), await at_desk("boris")
    deal = await anna_opens_a_deal(anna)
    await anna_hands_it_off(anna)
    await boris_calculates(boris)
    await anna_has_the_client_choose(anna, deal)
    await boris_issues(boris)
    await money_comes(anna, await at_desk("olga"), deal)
    await every_step_is_in_the_history(anna, deal)
    await the_last_steps_are_taken_back(anna, deal)
    await vera_finds_nothing(await at_desk("vera"), deal)


async def anna_opens_a_deal(anna: Person) -> str:
    """A deal for a client who is new, with a need and a note; gives its address."""
    await anna.page.get_by_role("link", name="Новая сделка").click()
    form = anna.page.locator("form.record-form")
    await anna.fill(form, title="КАСКО Haval Jolion", client_id=CLIENT)
    await form.get_by_role("button", name="Создать").click()
    await expect(anna.page.get_by_role("heading", level=1)).to_contain_text(CLIENT)
    await expect(anna.head.get_by_role("listitem").filter(has_text="Черновик")).to_have_attribute(
        "aria-current", "step"
    )
    await anna.add(NEEDS, product_id="КАСКО")
    await expect(anna.section(NEEDS)).to_contain_text("КАСКО")
    story = anna.section("Лента")
    await story.get_by_role("textbox").fill("Просит без франшизы")
    await story.get_by_role("button", name="Записать").click()
    await expect(story.get_by_role("listitem").filter(has_text="Просит без франшизы")).to_be_visible()
    await expect(story.get_by_role("textbox")).to_have_value("")
    return anna.page.url


async def anna_hands_it_off(anna: Person) -> None:
    """For calculation, to Boris."""
    await anna.do("Передать на расчёт", executor_id="Борис Орлов", note="Три варианта")
    await expect(anna.head.locator("[aria-current=step]")).to_have_text("Расчёт")
    await expect(anna.head).to_contain_text("Борис Орлов")


async def boris_calculates(boris: Person) -> None:
    """He sees the task, accepts it, enters three variants, and says that they are ready."""
    await boris.page.goto("/admin/task/list")
    await boris.page.get_by_role("link", name="Рассчитать").first.click()
    await expect(boris.page.get_by_text("Три варианта")).to_be_visible()
    await boris.do("Принять")
    task = boris.page.url
    await boris.head.get_by_role("link", name=re.compile("КАСКО Haval")).click()
    until = (clock.today() + timedelta(days=20)).isoformat()
    for insurer, premium, plan in VARIANTS:
        await boris.add(CALCULATIONS, insurer_id=insurer, premium=premium, valid_until=until, plan=plan)
        await boris.do("Расчёт готов", boris.row(CALCULATIONS, insurer))
        await expect(boris.row(CALCULATIONS, insurer)).to_contain_text("Готов")
    await expect(boris.row(CALCULATIONS, "Ингосстрах")).to_contain_text("100 001,01 ₽")
    await boris.page.goto(task)
    await boris.do("Выполнено", result="Три варианта без франшизы")


async def anna_has_the_client_choose(anna: Person, deal: str) -> None:
    """She offers the variants, confirms one, and orders its issue: the draft policy stands at once."""
    await anna.page.goto(deal)
    await anna.do("Предложить клиенту")
    await expect(anna.section(CALCULATIONS).get_by_text("Предложено")).to_have_count(3)
    await anna.do("Подтвердить вариант", anna.row(CALCULATIONS, "Ингосстрах"))
    await expect(anna.row(CALCULATIONS, "Ингосстрах")).to_contain_text("Подтверждено")
    for other in ("РЕСО-Гарантия", "ВСК"):
        await expect(anna.row(CALCULATIONS, other)).to_contain_text("В архиве")
    await anna.do("Передать на оформление", starts_on=starts_on().isoformat())
    await expect(anna.row(POLICIES, "Ингосстрах")).to_contain_text("Черновик")
    for amount in ("40 000,40 ₽", "20 000,21 ₽", "20 000,20 ₽"):
        await expect(anna.row(PAYMENTS, amount)).to_contain_text("Запланирован")


async def boris_issues(boris: Person) -> None:
    """He completes the policy; lines appear by rule, and one of them is edited."""
    await boris.page.goto("/admin/task/list")
    await boris.page.get_by_role("link", name="Оформить полис").first.click()
    await boris.do("Принять")
    task = boris.page.url
    await boris.head.get_by_role("link", name=re.compile("КАСКО Haval")).click()
    today, end = clock.today().isoformat(), last_day(starts_on(), 12).isoformat()
    paper = {"number": "ААС 5000000001", "sale_date": today, "starts_on": starts_on().isoformat(), "ends_on": end}
    await boris.do("Выдать полис", boris.row(POLICIES, "Ингосстрах"), **paper)
    await expect(boris.row(POLICIES, "5000000001")).to_contain_text("Выдан")
    await expect(boris.head.locator("[aria-current=step]")).to_have_text("В работе")
    await boris.page.goto(task)
    await boris.do("Выполнено")

    await boris.page.go_back()
    lines = await boris.lines_of("1")
    await expect(lines.get_by_role("row", name="КВ")).to_contain_text("8 000,08 ₽")
    for kind, amount in (("Доля продавца", "2 400,02"), ("Доля исполнителя", "800,01"), ("Скидка клиенту", "1 200,01")):
        await expect(lines.get_by_role("row", name=kind)).to_contain_text(f"{amount} ₽")
    await boris.edit("Расходы", "Скидка клиенту", amount="1000")
    await expect(lines.get_by_role("row", name="Скидка клиенту")).to_contain_text("1 000,00 ₽")


async def money_comes(anna: Person, olga: Person, deal: str) -> None:
    """The client pays, the commission arrives, and the deal looks ahead to the next instalment by itself."""
    await anna.page.goto(deal)
    await anna.do("Оплачен", anna.row(PAYMENTS, "40 000,40 ₽"))
    await expect(anna.row(PAYMENTS, "40 000,40 ₽")).to_contain_text("Оплачен")
    await olga.page.goto(deal)
    lines = await olga.lines_of("1")
    commission = olga.row("Доходы", "КВ")
    await olga.do("КВ получено", commission)
    await expect(commission).to_contain_text("Получен")
    await olga.undo()
    lines = await olga.lines_of("1")
    await expect(lines.get_by_role("row", name="КВ")).to_contain_text("Ожидается")
    await olga.do("КВ получено", commission)
    await expect(olga.row(PAYMENTS, "40 000,40 ₽")).to_contain_text("8 000,08 ₽")
    await anna.page.reload()
    review = add_months(starts_on(), 3) - timedelta(days=3)
    await expect(anna.fact("Обзор")).to_contain_text(show_date(review))
    await expect(anna.fact("Обзор")).to_contain_text("взнос")


async def every_step_is_in_the_history(anna: Person, deal: str) -> None:
    """Who did what and when, the newest first."""
    await anna.page.goto(deal.replace("/details/", "/history/"))
    said = anna.page.locator(".history > li > .said > span:first-child")
    steps = [sentence for sentence in reversed(await said.all_inner_texts()) if "действие отменено" not in sentence]
    ready = ["Борис Орлов: новая запись — расчёт", "Борис Орлов: расчёт готов"] * 3
    assert steps == [
        "Анна Сергеева: сделка открыта",
        "Анна Сергеева: новая запись — потребность",
        "Анна Сергеева: запись в журнале",
        "Анна Сергеева: сделка передана на расчёт",
        "Борис Орлов: задача принята",
        *ready,
        "Борис Орлов: задача выполнена",
        "Анна Сергеева: варианты предложены клиенту",
        "Анна Сергеева: вариант подтверждён",
        "Анна Сергеева: сделка передана на оформление",
        "Борис Орлов: задача принята",
        "Борис Орлов: полис выдан",
        "Борис Орлов: задача выполнена",
        "Борис Орлов: изменение — расход",
        "Анна Сергеева: внесена оплата клиента",
        "Ольга Белова: внесено полученное КВ",
        "Ольга Белова: внесено полученное КВ",
    ]
    await expect(anna.page.locator(".history time")).to_have_count(len(steps) + 1)


async def the_last_steps_are_taken_back(anna: Person, deal: str) -> None:
    """From the message, and from the history; what people see is as it was."""
    await anna.page.goto(deal)
    head = anna.head.locator(".facts > div").filter(has_not=anna.page.locator(".span"))
    before = await head.all_inner_texts(), await anna.section(PAYMENTS).inner_text()
    await anna.do("Отложить", review_on=(clock.today() + timedelta(days=7)).isoformat(), note="Позвонить")
    await expect(anna.fact("Обзор")).to_contain_text("вручную")
    await anna.undo()
    await expect(head).to_have_text(before[0], use_inner_text=True)
    await anna.do("Оплачен", anna.row(PAYMENTS, "20 000,21 ₽"), amount="5000")
    await expect(anna.row(PAYMENTS, "20 000,21 ₽")).to_contain_text("Оплачен частично")
    step = anna.happened.filter(has_text="внесена оплата клиента").first
    await expect(step).to_contain_text("5 000,00 ₽")
    await step.get_by_role("button", name="Отменить").click()
    await expect(step).to_contain_text("отменено")
    await expect(anna.section(PAYMENTS)).to_have_text(before[1], use_inner_text=True)
    assert await head.all_inner_texts() == before[0]


async def vera_finds_nothing(vera: Person, deal: str) -> None:
    """Another team's seller is told that there is no such page."""
    answer = await vera.page.goto(deal)
    assert answer is not None
    assert answer.status == 404
    await expect(vera.page.get_by_role("heading", level=1)).to_have_text("Здесь ничего нет")
    await vera.page.goto("/admin/deal/list")
    await expect(vera.page.get_by_text("Сделок ещё нет")).to_be_visible()


def starts_on() -> date:
    """The policy's first day."""
    return clock.today() + timedelta(days=3)
