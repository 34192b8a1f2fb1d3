"""The nine steps of the trade as two people and an accountant take them, whatever they press with.

The steps are those of docs/ru/scenariy.md. Each gives work to somebody whose page is open already, and waits until it
stands there without a reload."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Locator, expect

from admin.i18n import show_date
from models import clock
from models.dates import add_months
from tests.journeys.papers import BLOCK, UNTIL, pdf
from tests.journeys.person import Person

MOST_CLICKS = 12
CALCULATIONS, POLICIES, PAYMENTS, TASKS, FILES = "Расчёты", "Полисы", "Платежи", "Задачи", "Документы"
EXPENSES, INCOMES, STORY = "Расходы", "Доходы", "Лента"
PASSPORT, OFFER, POLICY = "Паспорт клиента.pdf", "Предложение Ингосстрах.pdf", "Полис КАСКО.pdf"
UNFINISHED = "Клиент просил перезвонить по"
STEPS = [
    "Анна Сергеева",
    "Анна Сергеева: принят звонок",
    "Борис Орлов: задача принята",
    "Борис Орлов: скачан файл",
    "Борис Орлов: внесён расчёт",
    "Борис Орлов: расчёты вставлены из Excel",
    "Анна Сергеева",
    "Борис Орлов: задача выполнена",
    "Анна Сергеева: варианты предложены клиенту",
    "Анна Сергеева: вариант подтверждён",
    "Анна Сергеева: сделка передана на оформление",
    "Борис Орлов: задача принята",
    "Борис Орлов: полис выдан",
    "Анна Сергеева: внесена оплата клиента",
    "Борис Орлов: изменение — расход",
    "Анна Сергеева: сделка отложена",
    "Анна Сергеева: действие отменено",
    "Ольга Белова: внесено полученное КВ",
    "Ольга Белова: действие отменено",
    "Ольга Белова: внесено полученное КВ",
]
"""The whole timeline; a note begins with its author."""


@dataclass
class Scenario:
    """One deal and those who have it in hand."""

    anna: Person
    boris: Person
    olga: Person
    ring: Callable[[], Awaitable[None]]
    """Does what the log asks of the worker: bells ring."""
    client: str
    phone: str
    number: str
    """The policy's, as the insurer gives it."""

    async def is_played(self) -> None:
        """From the call to the received commission."""
        await self.a_client_calls()
        await self.boris_gets_the_task()
        await self.boris_calculates()
        await self.anna_shows_the_variants()
        before = self.clicks
        await self.the_client_chooses()
        await self.boris_issues_the_policy()
        assert self.clicks - before <= MOST_CLICKS
        await self.the_client_pays()
        await self.the_deal_is_put_off()
        await self.the_commission_comes()
        await self.every_step_is_in_the_timeline()

    @property
    def clicks(self) -> int:
        """What Anna and Boris have clicked so far."""
        return self.anna.clicks.number + self.boris.clicks.number

    async def a_client_calls(self) -> None:
        """Step 2: client, car, note, passport and hand-off from one screen, counted."""
        anna, page, before = self.anna, self.anna.page, self.anna.clicks.number
        await anna.from_menu("Новый звонок")
        await anna.put(page.get_by_label("Телефон", exact=True), self.phone)
        await anna.put(page.get_by_label("ФИО или компания"), self.client)
        await anna.mark(page.get_by_label("КАСКО", exact=True))
        await anna.put(page.get_by_label("Марка"), "Haval")
        await anna.put(page.get_by_label("Запись в журнал"), "Просит без франшизы")
        await anna.put_in(page.locator(".dropzone"), PASSPORT, pdf(self.client))
        await expect(page.locator("#drop-intake-list")).to_contain_text("готов")
        await anna.mark(page.get_by_label("Борис Орлов"))
        await anna.press(page.get_by_role("button", name="Передать на расчёт"))
        await expect(anna.toast).to_contain_text("Звонок принят: D-")
        assert anna.clicks.number - before <= MOST_CLICKS
        await anna.stay()
        await expect(anna.head.get_by_role("heading", level=1)).to_contain_text(self.client)
        await expect(anna.head.locator("[aria-current=step]")).to_have_text("Расчёт")

    async def boris_gets_the_task(self) -> None:
        """Step 3: it stands on his Today, the bell rings; he takes it and opens the passport."""
        boris, page = self.boris, self.boris.page
        await expect(page.locator("#today .matter", has_text=self.client)).to_contain_text("Принять")
        await self.ring()
        await expect(page.locator("#bell-count")).to_contain_text("новое уведомление")
        await boris.press(page.locator("#bell"))
        await boris.press(page.locator(".bell-item").filter(has_text="Рассчитать").first)
        await expect(boris.head).to_contain_text(self.client)
        await boris.stay()
        await boris.turn_to(TASKS)
        await boris.do("Принять", boris.task("Рассчитать"))
        await self.anna.turn_to(TASKS)
        await expect(self.anna.task("Рассчитать")).to_contain_text("Принята")
        await self.boris_has("Скачать: " + PASSPORT, pdf(self.client))

    async def boris_has(self, link: str, body: bytes) -> None:
        """A file of the folder comes as it was put in, under its Russian name."""
        folder = await self.boris.turn_to(FILES)
        async with self.boris.page.expect_download() as coming:
            await self.boris.press(folder.get_by_role("link", name=link))
        download = await coming.value
        assert download.suggested_filename == link.removeprefix("Скачать: ")
        assert Path(await download.path()).read_bytes() == body

    async def boris_calculates(self) -> None:
        """One variant dictated with its paper, two pasted; what Anna types meanwhile stays."""
        anna, boris = self.anna, self.boris
        note = (await anna.turn_to(STORY)).get_by_role("textbox")
        await anna.put(note, UNFINISHED)
        await self.a_variant_is_dictated()
        await self.two_variants_are_pasted()
        await expect(note).to_have_value(UNFINISHED)
        await expect(note).to_be_focused()
        await anna.put(note, f"{UNFINISHED}сле шести")
        await anna.press(anna.section(STORY).get_by_role("button", name="Записать"))
        await expect(note).to_have_value("")
        theirs = await anna.turn_to(CALCULATIONS)
        await expect(theirs).to_contain_text("98 400,00 ₽")
        await anna.has_stayed()
        await boris.turn_to(TASKS)
        await boris.do("Выполнено", boris.task("Рассчитать"), result="Три варианта без франшизы")
        await anna.turn_to(TASKS)
        await expect(anna.task("Рассчитать")).to_contain_text("Три варианта без франшизы")
        await anna.has_stayed()

    async def a_variant_is_dictated(self) -> None:
        """By quick entry, in the order of a talk."""
        boris, dialog = self.boris, self.boris.dialog
        section = await boris.turn_to(CALCULATIONS)
        await boris.press(section.get_by_role("button", name="Быстрый ввод"))
        await boris.take(dialog.locator(".lookup"), "Ингосстрах")
        for label, words in (
            ("Программа", "Платинум"),
            ("Премия, ₽", "100001,01"),
            ("КВ, %", "20"),
            ("Действует до", UNTIL),
            ("График", "40/20/20/20"),
        ):
            await boris.put(dialog.get_by_label(label), words)
        await boris.put_in(dialog.locator(".dropzone"), OFFER, pdf(OFFER + self.client))
        await expect(dialog.locator(".drop-list")).to_contain_text("готов")
        await boris.press(dialog.get_by_role("button", name="Внести и следующий"))
        await expect(dialog.locator(".entered")).to_contain_text("Платинум")
        await boris.press(dialog.get_by_role("link", name="Закрыть").first)
        await expect(dialog).to_be_hidden()
        await expect(boris.row(CALCULATIONS, "Ингосстрах")).to_contain_text("100 001,01 ₽")

    async def two_variants_are_pasted(self) -> None:
        """A block of a workbook, read before it is written."""
        boris, page = self.boris, self.boris.page
        await boris.press(boris.section(CALCULATIONS).get_by_role("link", name="Вставить из Excel"))
        await boris.put(page.locator("#block"), BLOCK)
        await boris.press(page.get_by_role("button", name="Прочитать строки"))
        await boris.press(page.get_by_role("button", name="Записать 2 варианта"))
        await expect(boris.toast).to_contain_text("Внесено 2 варианта")
        await boris.stay()
        await expect(boris.row(CALCULATIONS, "ВСК")).to_contain_text("98 400,00 ₽")

    async def anna_shows_the_variants(self) -> None:
        """Step 4: side by side, then the sheet for the client, which is silent about commission."""
        anna = self.anna
        await anna.turn_to(CALCULATIONS)
        await anna.do("Предложить клиенту")
        await expect(self.boris.head.locator("[aria-current=step]")).to_have_text("Решение клиента")
        await self.boris.has_stayed()
        await anna.press(anna.section(CALCULATIONS).get_by_role("link", name="Сравнить"))
        await anna.arrived()
        await expect(anna.page.locator(".compare-table")).to_contain_text("лучшая цена")
        async with anna.page.expect_popup() as opening:
            await anna.press(anna.page.get_by_role("button", name="Лист для клиента"))
        sheet = await opening.value
        await expect(sheet.locator(".offer")).to_have_count(3)
        await expect(sheet.locator("main")).to_contain_text("100 001,01 ₽")
        assert "КВ" not in await sheet.locator("body").inner_text()
        assert await sheet.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await sheet.close()

    async def the_client_chooses(self) -> None:
        """Steps 4 and 5: one variant stands, the others lie in the archive, and its issue is ordered."""
        anna = self.anna
        await anna.press(anna.page.get_by_role("button", name="Выбрать… Ингосстрах"))
        await anna.put(anna.dialog.get_by_label("Почему не другие"), "дороже")
        await anna.press(anna.dialog.get_by_role("button", name="Подтвердить вариант"))
        await expect(anna.toast).to_contain_text("Подтверждено")
        await anna.press(anna.page.get_by_role("heading", level=1).get_by_role("link"))
        await anna.stay()
        await anna.do("Передать на оформление")
        for row in (await self.of(anna, POLICIES, "Ингосстрах"), await self.of(self.boris, POLICIES, "Ингосстрах")):
            await expect(row).to_contain_text("Черновик")

    async def boris_issues_the_policy(self) -> None:
        """Step 7: number, file and what will come of it in one form."""
        boris, dialog = self.boris, self.boris.dialog
        await boris.turn_to(TASKS)
        await boris.do("Принять", boris.task("Оформить полис"))
        policy = await self.of(boris, POLICIES, "Ингосстрах")
        await boris.press(policy.get_by_role("button", name="Выдать полис"))
        await expect(dialog.locator(".foresight tbody tr")).to_have_count(4)
        await boris.put(dialog.locator("[name=number]"), self.number)
        await expect(dialog.locator("#number-said")).to_contain_text("Будет записан как ХХХ")
        await boris.put_in(dialog.locator(".dropzone"), POLICY, pdf(POLICY + self.client))
        await expect(dialog.locator(".drop-list")).to_contain_text("готов")
        await boris.press(dialog.get_by_role("button", name="Выдать полис"))
        await expect(boris.toast).to_contain_text("Выдать полис")
        for person in (boris, self.anna):
            await expect(await self.of(person, POLICIES, "Ингосстрах")).to_contain_text("Ещё не начался")
            await expect(await self.of(person, PAYMENTS, "40 000,40 ₽")).to_contain_text("Запланирован")
            await expect(await person.turn_to(FILES)).to_contain_text(POLICY)

    async def the_client_pays(self) -> None:
        """Step 6: Anna writes it down, Boris sees it; his task is done by the policy; he gives a smaller discount."""
        anna, boris = self.anna, self.boris
        await anna.do("Оплачен", await self.of(anna, PAYMENTS, "40 000,40 ₽"))
        await expect(await self.of(boris, PAYMENTS, "40 000,40 ₽")).to_contain_text("Оплачен")
        await boris.turn_to(TASKS)
        await expect(boris.task("Оформить полис")).to_contain_text("Выполнена")
        await boris.turn_to(PAYMENTS)
        lines = await boris.lines_of("1")
        await expect(lines).to_contain_text("8 000,08 ₽")
        await boris.edit(EXPENSES, "Скидка клиенту", amount="1000")
        await expect(boris.row(EXPENSES, "Скидка клиенту")).to_contain_text("1 000,00 ₽")
        await boris.has_stayed()

    async def the_deal_is_put_off(self) -> None:
        """Step 8: to the next instalment by itself; by hand to another day, which is taken back."""
        anna, day = self.anna, add_months(clock.today(), 3)
        review = anna.fact("Обзор")
        await expect(review).to_contain_text("взнос")
        before = await review.inner_text()
        assert show_date(day)[-4:] in before
        await anna.press(review.get_by_role("button", name="Отложить"))
        await anna.press(anna.dialog.get_by_role("button", name="через неделю"))
        await anna.press(anna.dialog.get_by_role("button", name="Отложить", exact=True))
        await expect(review).to_contain_text("вручную")
        await expect(self.boris.fact("Обзор")).to_contain_text("вручную")
        await anna.undo()
        await expect(review).to_have_text(before, use_inner_text=True)
        await expect(self.boris.fact("Обзор")).to_have_text(before, use_inner_text=True)
        await anna.has_stayed()

    async def the_commission_comes(self) -> None:
        """Step 9: Olga finds the deal by its client, receives the commission, takes it back, and receives it again."""
        olga = self.olga
        await olga.find(self.client)
        await olga.turn_to(PAYMENTS)
        await olga.lines_of("1")
        income = olga.row(INCOMES, "КВ")
        await olga.do("КВ получено", income)
        await expect(income).to_contain_text("Получен")
        await olga.undo()
        await expect(income).to_contain_text("Ожидается")
        await olga.do("КВ получено", income)
        await expect(income).to_contain_text("Получен")
        await expect(await self.of(self.anna, PAYMENTS, "40 000,40 ₽")).to_contain_text("8 000,08 ₽")
        await self.anna.has_stayed()

    async def every_step_is_in_the_timeline(self) -> None:
        """Who did what and when, read to its beginning."""
        story, happened = await self.anna.turn_to(STORY), self.anna.happened
        await expect(happened.filter(has_text="внесено полученное КВ")).to_have_count(2)
        earlier = story.get_by_role("button", name="Показать раньше")
        while await earlier.count():
            shown = await happened.count()
            await self.anna.press(earlier)
            await expect(happened.nth(shown)).to_be_visible()
        told = await happened.locator("> .said > :first-child").all_inner_texts()
        assert list(reversed(told)) == STEPS
        await expect(story.locator("time")).to_have_count(len(STEPS))
        await expect(happened.filter(has_text="отменено").filter(has_text="сделка отложена")).to_have_count(1)
        await self.anna.has_stayed()

    async def of(self, person: Person, title: str, words: str) -> Locator:
        """A row that somebody looks at."""
        await person.turn_to(title)
        return person.row(title, words)
