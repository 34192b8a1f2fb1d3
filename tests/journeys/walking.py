"""Looking at a page as a reviewer would: accessibility, width, console, language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from playwright.async_api import ConsoleMessage, Page, TimeoutError

from admin.i18n.catalogue import translations
from tests.journeys.axe import RULES

PATIENCE = 10_000
"""Milliseconds for parts that come after the page."""
WIDE, NARROW = {"width": 1440, "height": 4_000}, {"width": 390, "height": 4_000}
"""High enough for parts that come when they are scrolled to."""
SETTLED = """loading => !document.querySelector('.htmx-request:not([hx-trigger^="load delay"])')
    && !document.body.innerText.includes(loading)"""
"""What waits says so in sight; what is closed may not have been fetched; what asks again and again is no wait."""
UNDER_WAY = "/admin/recalculation/details/"
"""Work that waits for a worker, which is none here: its page asks how far it is for as long as one looks."""
LOOK = """async ([asked, without]) => (await axe.run({exclude: without}, asked)).violations
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')}`)"""
SIDEWAYS = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
BRIEFLY = {"resultTypes": ["violations"], "elementRef": False, "iframes": False, "preload": False}
WHOLE = BRIEFLY | {"runOnly": {"type": "tag", "values": [*RULES, "best-practice"]}}
COLOURS = BRIEFLY | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What a change of the theme alone can spoil."""
TEXTS = """() => {
    const said = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement
        if (!parent.closest('script, style, code, pre, [lang], .mono, textarea')) said.push(walker.currentNode.data)
    }
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]'))
        for (const name of ['aria-label', 'title', 'placeholder'])
            if (one.getAttribute(name)) said.push(one.getAttribute(name))
    return [document.title, ...said].map(text => text.trim()).filter(Boolean)
}"""
SHELL = [".sidebar", ".topbar", "#shortcuts"]
"""What is the same on every page is looked at once in each manner, and where something of it is open."""
CYRILLIC = re.compile("[А-Яа-яё]")
TWO_WORDS = re.compile(r"[A-Za-z][a-z]+[ ,]+[A-Za-z]?[a-z]{2,}")
"""English that is no name: two words in a row."""


class Manner(NamedTuple):
    """How a page is looked at."""

    theme: str
    width: Mapping[str, int]


MANNERS = (Manner("light", WIDE), Manner("dark", WIDE), Manner("dark", NARROW), Manner("light", NARROW))
"""Each differs from its neighbours in one thing."""


class Visit(NamedTuple):
    """An address and its status; what is pressed there; whether it is looked at in all manners and languages."""

    path: str
    status: int = 200
    press: str = ""
    is_home: bool = False


def english_of(texts: list[str]) -> list[str]:
    """Texts of a Russian page that are still msgids, or English that no catalogue has."""
    return [one for one in texts if is_msgid(one) or (TWO_WORDS.search(one) and not CYRILLIC.search(one))]


def is_msgid(text: str) -> bool:
    """Whether the catalogue says this otherwise in Russian."""
    return len(text) > 2 and text.isascii() and translations("ru").gettext(text) != text


class Reviewer:
    """A browser's page that keeps what is wrong with the addresses it has been to."""

    def __init__(self, page: Page, locale: str) -> None:
        self.page, self.locale, self.here = page, locale, ""
        self.manner: Manner | None = None
        self.shells: set[tuple[str, bool]] = set()
        self.wrong: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(r"status of (403|404|405|409|422)", message.text):
            self.note(f"console: {message.text}")

    def note(self, what: str) -> None:
        """Something is wrong here."""
        self.wrong.append(f"{self.locale} {self.here} {what}")

    async def visit(self, visit: Visit, manners: Sequence[Manner], *, audits: bool = True) -> None:
        """Open an address and look at it in each of the manners; `audits`: with axe."""
        await self.take(manners[0], visit)
        answer = await self.page.goto(visit.path, wait_until="load")
        if answer is not None and answer.status != visit.status:
            self.note(f"status {answer.status}")
        if visit.press:
            await self.page.locator(visit.press).first.click()
        for n, manner in enumerate(manners):
            is_wider = n == 0 or manner.width != manners[n - 1].width
            await self.take(manner, visit)
            await self.look(texts=n == 0)
            if audits:
                await self.audit(WHOLE if is_wider else COLOURS, shell=bool(visit.press))

    async def take(self, manner: Manner, visit: Visit) -> None:
        """Look in another manner from now on."""
        self.here = f"{visit.path} {visit.press}({manner.theme}, {manner.width['width']})"
        if self.manner is None or manner.width != self.manner.width:
            await self.page.set_viewport_size(manner.width)  # type: ignore[arg-type]
        if self.manner is None or manner.theme != self.manner.theme:
            await self.page.emulate_media(color_scheme=manner.theme, reduced_motion="reduce")  # type: ignore[arg-type]
        self.manner = manner

    async def look(self, *, texts: bool = True) -> None:
        """Everything is there in time, nothing is wider than the screen, and all is said in the page's language."""
        try:
            loading = translations(self.locale).gettext("Loading…")
            await self.page.wait_for_function(SETTLED, arg=loading, timeout=PATIENCE)
        except TimeoutError:
            if not self.here.startswith(UNDER_WAY):
                self.note("is not there in time")
        if (excess := await self.page.evaluate(SIDEWAYS)) > 0:
            self.note(f"wider than the screen by {excess} px")
        if texts and self.locale == "ru":
            for text in english_of(await self.page.evaluate(TEXTS)):
                self.note(f"English: {text[:80]!r}")

    async def audit(self, asked: Mapping[str, Any], *, shell: bool = False) -> None:
        """What axe finds; of the shell once in each manner."""
        seen = (self.here.rpartition("(")[2], asked is WHOLE)
        without = SHELL if seen in self.shells and not shell else []
        self.shells.add(seen)
        for violation in await self.page.evaluate(LOOK, [asked, without]):
            self.note(f"axe: {violation}")
