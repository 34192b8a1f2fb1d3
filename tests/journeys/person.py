"""Somebody at a browser: says what they do in the words on the page, and waits for what they see."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import ConsoleMessage, Locator, Page, expect

from tests.journeys.clicks import Clicks

REFUSALS = re.compile(r"status of (404|409|422)|^htmx:(afterRequest|sendAbort), ")
"""What the console says of an answer that the panel means to give, and of one that nobody waits for any more."""
LOOK = """(title) => {
  const part = [...document.querySelectorAll("section[aria-label]")].find((one) => one.ariaLabel === title);
  part?.scrollIntoView({ block: "center" });
  return part && !part.querySelector(":scope > .nothing")?.textContent.startsWith("Загружается");
}"""
"""Scroll to a section until it has been filled: those above it push it away while they come."""


def named(words: str) -> re.Pattern[str]:
    """A button by its words; dots follow where it asks for more."""
    return re.compile(rf"^{re.escape(words)}…?$")


class Person:
    """One signed-in browser context with one page."""

    def __init__(self, page: Page, clicks: Clicks) -> None:
        self.page = page
        self.clicks = clicks
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

    async def press(self, what: Locator) -> None:
        """A button or a link."""
        await what.click()

    async def put(self, field: Locator, words: str) -> None:
        """Words into a field; one clicks into it where the focus is elsewhere."""
        if not await field.evaluate("field => field === document.activeElement"):
            await self.press(field)
        await field.fill(words)

    async def mark(self, field: Locator) -> None:
        """A box or one of several."""
        await field.click()

    async def pick(self, option: Locator) -> None:
        """One of what a field offers below itself."""
        await self.press(option)

    async def take(self, lookup: Locator, words: str) -> None:
        """Type into a look-up and take what it offers."""
        await self.put(lookup.get_by_role("combobox"), words)
        await self.pick(lookup.get_by_role("option").filter(has_text=words).first)

    async def choose_file(self, zone: Locator) -> None:
        """The button that asks for files."""
        await self.press(zone.locator("label").first)

    async def put_in(self, zone: Locator, name: str, body: bytes) -> None:
        """A file by the dialog of the system."""
        async with self.page.expect_file_chooser() as asked:
            await self.choose_file(zone)
        chooser = await asked.value
        file: Any = {"name": name, "mimeType": "application/pdf", "buffer": body}
        await chooser.set_files([file])

    async def from_menu(self, name: str) -> None:
        """An item of the menu."""
        await self.press(self.page.get_by_role("link", name=name).first)
        await self.arrived()

    async def turn_to(self, title: str) -> Locator:
        """Look at a section of a record's page."""
        await self.page.wait_for_function(LOOK, arg=title)
        return self.section(title)

    async def arrived(self) -> None:
        """The page is there and listens."""
        await self.page.wait_for_load_state()

    async def stay(self) -> None:
        """From now on the record's page is looked at without being loaded again."""
        await self.head.wait_for()
        await self.arrived()
        await self.page.evaluate("window.stays = true")

    async def has_stayed(self) -> None:
        """Whatever came, came without a reload."""
        assert await self.page.evaluate("window.stays")

    def task(self, title: str) -> Locator:
        """A task of the deal's page."""
        return self.section("Задачи").locator("li.task").filter(has_text=title).first

    async def find(self, words: str) -> None:
        """By the palette, whose first find is opened."""
        await self.press(self.page.get_by_role("button", name="Найти или сделать"))
        palette = self.page.get_by_role("dialog", name="Найти или сделать")
        await self.put(palette.get_by_role("combobox"), words)
        await self.pick(palette.get_by_role("option").filter(has_text=words).filter(has_text="D-").first)
        await expect(self.head).to_contain_text(words)
        await self.stay()

    async def sign_in(self, login: str, password: str) -> None:
        """Through the door that everybody takes."""
        await self.page.goto("/login")
        await self.put(self.page.get_by_label("Имя для входа"), login)
        await self.put(self.page.get_by_label("Пароль"), password)
        await self.press(self.page.get_by_role("button", name="Войти"))
        await expect(self.page.get_by_role("heading", level=1, name="Сегодня")).to_be_visible()
        await self.arrived()

    async def fill(self, form: Locator, **fields: str) -> None:
        """Fill inputs by their names in the form; `client_id` and the like are chosen from what is offered."""
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]').last
            await field.wait_for(state="attached")
            lookup = form.locator(f'.lookup:has([name="{name}"])')
            if await lookup.count():
                await self.take(lookup, value)
            elif await field.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(label=value)
            else:
                await self.put(field, value)

    async def do(self, verb: str, within: Locator | None = None, says: str | None = None, **fields: str) -> None:
        """Press a verb's button, fill in what it asks, and wait until it is said to be done."""
        place = within or self.head
        await expect(place).to_be_visible()
        button = place.get_by_role("button", name=named(verb))
        if not await button.is_visible():
            await self.press(place.get_by_role("button", name=re.compile("действия", re.IGNORECASE)))
        asks = bool(await button.get_attribute("hx-get"))
        await self.press(button)
        if asks:
            await self.fill(self.dialog, **fields)
            await self.press(self.dialog.get_by_role("button", name=verb.rstrip("…"), exact=True))
        await expect(self.toast).to_contain_text(says or verb)
        await expect(self.dialog).to_be_hidden()

    async def add(self, title: str, **fields: str) -> None:
        """A new row of a section, by its form on the page."""
        section = self.section(title)
        await self.press(section.get_by_role("button", name="Добавить"))
        form = section.locator("form.inline-form")
        await self.fill(form, **fields)
        await self.press(form.get_by_role("button", name="Создать"))
        await expect(self.toast).to_contain_text("Создано")
        await expect(form).to_be_hidden()

    async def edit(self, title: str, words: str, **fields: str) -> None:
        """Change a row of a section by its form on the page."""
        row = self.row(title, words)
        place = self.section(title).locator(f"#{await row.locator('xpath=..').get_attribute('id')} form.inline-form")
        await self.press(row.get_by_role("button", name="Действия"))
        await self.press(row.get_by_role("button", name="Изменить"))
        form = place
        await self.fill(form, **fields)
        await self.press(form.get_by_role("button", name="Сохранить изменения"))
        await expect(self.toast).to_contain_text("Сохранено")
        await expect(form).to_be_hidden()

    async def lines_of(self, number: str) -> Locator:
        """Open the incomes and expenses of an instalment."""
        row = self.section("Платежи").locator(f"tbody:has(> tr:first-child > td:first-child > a:text-is('{number}'))")
        inner = row.locator("> tr.inner")
        if await inner.locator("details:not([open])").count():
            await self.press(row.locator("[data-unfold]"))
        return inner

    def fact(self, label: str) -> Locator:
        """A fact in the header by its label."""
        return self.head.locator(".facts > div").filter(has=self.page.locator(f"dt:text-is('{label}')"))

    async def undo(self) -> None:
        """The button of the newest message."""
        await self.press(self.toast.get_by_role("button", name="Отменить"))
        await expect(self.toast).to_contain_text("Отменено")
