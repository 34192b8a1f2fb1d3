"""Somebody at a browser: says what they do in the words on the page, and waits for what they see."""

from __future__ import annotations

import re

from playwright.async_api import ConsoleMessage, Locator, Page, expect

REFUSALS = re.compile(r"status of (404|409|422)")
"""What Chromium says in its console of an answer that the panel means to give."""


def named(words: str) -> re.Pattern[str]:
    """A button by its words; dots follow where it asks for more."""
    return re.compile(rf"^{re.escape(words)}…?$")


class Person:
    """One signed-in browser context with one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSALS.search(message.text):
            self.complaints.append(message.text)

    @property
    def head(self) -> Locator:
        """The header of a record's page: its name, state, verbs and facts."""
        return self.page.locator("#record-head")

    @property
    def dialog(self) -> Locator:
        """The open dialog of a verb."""
        return self.page.get_by_role("dialog")

    @property
    def toast(self) -> Locator:
        """The newest message in the corner."""
        return self.page.locator(".toast-line").last

    @property
    def happened(self) -> Locator:
        """The history beside the record."""
        return self.page.locator("#history > .history > li")

    def section(self, title: str) -> Locator:
        """A part of a record's page."""
        return self.page.get_by_role("region", name=title, exact=True)

    def row(self, title: str, words: str) -> Locator:
        """A row of a section by something that stands in it."""
        return self.section(title).locator("tbody[id] > tr:first-child").filter(has_text=words).first

    async def sign_in(self, login: str, password: str) -> None:
        """Through the door that everybody takes."""
        await self.page.goto("/login")
        await self.page.get_by_label("Имя для входа").fill(login)
        await self.page.get_by_label("Пароль").fill(password)
        await self.page.get_by_role("button", name="Войти").click()
        await expect(self.page.get_by_role("heading", level=1, name="Сегодня")).to_be_visible()
        await self.page.wait_for_load_state()

    async def fill(self, form: Locator, **fields: str) -> None:
        """Fill inputs by their names in the form; `client_id` and the like are chosen from what is offered."""
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]').last
            await field.wait_for(state="attached")
            lookup = form.locator(f'.lookup:has([name="{name}"])')
            if await lookup.count():
                await self.choose(lookup, value)
            elif await field.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(label=value)
            else:
                await field.fill(value)

    async def choose(self, lookup: Locator, words: str) -> None:
        """Type into a look-up and take what it offers."""
        await lookup.get_by_role("combobox").click()
        await lookup.get_by_role("combobox").fill(words)
        await lookup.get_by_role("option").filter(has_text=words).first.click()

    async def do(self, verb: str, within: Locator | None = None, says: str | None = None, **fields: str) -> None:
        """Press a verb's button, fill in what it asks, and wait until it is said to be done."""
        place = within or self.head
        button = place.get_by_role("button", name=named(verb))
        if not await button.is_visible():
            await place.get_by_role("button", name=re.compile("действия", re.IGNORECASE)).click()
        asks = bool(await button.get_attribute("hx-get"))
        await button.click()
        if asks:
            await self.fill(self.dialog, **fields)
            await self.dialog.get_by_role("button", name=verb.rstrip("…"), exact=True).click()
        await expect(self.toast).to_contain_text(says or verb)
        await expect(self.dialog).to_be_hidden()

    async def add(self, title: str, **fields: str) -> None:
        """A new row of a section, by its form on the page."""
        section = self.section(title)
        await section.get_by_role("button", name="Добавить").click()
        form = section.locator("form.inline-form")
        await self.fill(form, **fields)
        await form.get_by_role("button", name="Создать").click()
        await expect(self.toast).to_contain_text("Создано")
        await expect(form).to_be_hidden()

    async def edit(self, title: str, words: str, **fields: str) -> None:
        """Change a row of a section by its form on the page."""
        row = self.row(title, words)
        place = self.section(title).locator(f"#{await row.locator('xpath=..').get_attribute('id')} form.inline-form")
        await row.get_by_role("button", name="Действия").click()
        await row.get_by_role("button", name="Изменить").click()
        form = place
        await self.fill(form, **fields)
        await form.get_by_role("button", name="Сохранить изменения").click()
        await expect(self.toast).to_contain_text("Сохранено")
        await expect(form).to_be_hidden()

    async def lines_of(self, number: str) -> Locator:
        """Open the incomes and expenses of an instalment."""
        row = self.section("Платежи").locator(f"tbody:has(> tr:first-child > td:first-child > a:text-is('{number}'))")
        inner = row.locator("> tr.inner")
        if await inner.locator("details:not([open])").count():
            await row.locator("[data-unfold]").click()
        return inner

    def fact(self, label: str) -> Locator:
        """A fact in the header by its label."""
        return self.head.locator(".facts > div").filter(has=self.page.locator(f"dt:text-is('{label}')"))

    async def undo(self) -> None:
        """The button of the newest message."""
        await self.toast.get_by_role("button", name="Отменить").click()
        await expect(self.toast).to_contain_text("Отменено")
