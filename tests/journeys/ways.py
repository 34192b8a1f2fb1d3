"""Other ways to sit at the same pages: with keys alone, and with a thumb on a telephone."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, expect

from tests.journeys.person import Person

FARTHEST = 250
"""Stops of Tab on the longest page; further than that something cannot be reached at all."""
IS_THERE = "field => field === document.activeElement"
NEAR = "field => document.activeElement?.name === field.name && document.activeElement?.form === field.form"
IS_TYPING = "['INPUT', 'TEXTAREA', 'SELECT'].includes(document.activeElement?.tagName)"
FITS = "(width) => Math.max(document.documentElement?.scrollWidth ?? 0, innerWidth) <= width"
TELEPHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Typist(Person):
    """Somebody whose mouse lies in a drawer: letters where buttons show them, Tab to everything else."""

    async def press(self, what: Locator) -> None:
        await expect(what).to_be_enabled()
        letter = await what.get_attribute("aria-keyshortcuts")
        if letter and (len(letter) == 1 or "+" in letter) and not await self.page.evaluate(IS_TYPING):
            await self.page.keyboard.press(letter)
        else:
            await self.reach(what)
            await self.page.keyboard.press("Enter")

    async def put(self, field: Locator, words: str) -> None:
        await self.reach(field)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.insert_text(words[:-1])
        await self.page.keyboard.type(words[-1])

    async def mark(self, field: Locator) -> None:
        if await field.get_attribute("type") == "radio":
            await self.reach(field, NEAR)
            while not await field.is_checked():
                await self.page.keyboard.press("ArrowRight")
        else:
            await self.reach(field)
            await self.page.keyboard.press("Space")

    async def pick(self, option: Locator) -> None:
        await expect(option).to_be_visible()
        while await option.get_attribute("aria-selected") != "true":
            await self.page.keyboard.press("ArrowDown")
        await self.page.keyboard.press("Enter")

    async def choose_file(self, zone: Locator) -> None:
        await self.reach(zone.locator("input[type=file]").first)
        await self.page.keyboard.press("Enter")

    async def undo(self) -> None:
        """`z` takes the newest message's step back."""
        await expect(self.toast.get_by_role("button", name="Отменить")).to_be_visible()
        await self.page.keyboard.press("z")
        await expect(self.toast).to_contain_text("Отменено")

    async def reach(self, what: Locator, arrived: str = IS_THERE) -> None:
        """Tab on until the focus is there. Raises where Tab never comes by."""
        for _stop in range(FARTHEST):
            if await what.evaluate(arrived):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {what}")


class OnPhone(Person):
    """Somebody on the way, with 390 points of width; whatever is opened may not go sideways."""

    async def press(self, what: Locator) -> None:
        await what.tap()
        await self.nothing_goes_sideways()

    async def mark(self, field: Locator) -> None:
        label = self.page.locator(f"label[for='{await field.get_attribute('id')}']")
        await (label if await label.count() else field).first.tap()

    async def from_menu(self, name: str) -> None:
        await self.press(self.page.get_by_role("button", name="Меню"))
        await super().from_menu(name)

    async def turn_to(self, title: str) -> Locator:
        tab = self.page.get_by_role("tab", name="Лента" if title == "Лента" else "Сделка")
        if await tab.get_attribute("aria-selected") != "true":
            await self.press(tab)
        return await super().turn_to(title)

    async def arrived(self) -> None:
        await super().arrived()
        await self.nothing_goes_sideways()

    async def nothing_goes_sideways(self) -> None:
        """The page is as wide as the screen, once it has come."""
        await self.page.wait_for_function(FITS, arg=TELEPHONE["viewport"]["width"])
