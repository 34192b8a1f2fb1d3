"""Looking at a page as a reviewer would: accessibility, width, console, language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import ConsoleMessage, Page, TimeoutError

from admin.i18n.catalogue import translations

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 5_000
"""Milliseconds for parts that come after the page."""
WIDE, NARROW = {"width": 1440, "height": 4_000}, {"width": 390, "height": 4_000}
"""High enough for parts that come when they are scrolled to."""
SETTLED = """loading => !document.querySelector('.htmx-request') &&
    ![...document.querySelectorAll('[hx-trigger*="revealed"], [hx-trigger="load"]')]
        .some(part => part.innerText.includes(loading))
"""
LOOK = """async ([rules, without]) => {
    const asked = {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}
    const found = await axe.run({exclude: without}, asked)
    const root = document.scrollingElement
    const nodes = one => one.nodes.map(node => node.target.join(' ')).slice(0, 3).join(' | ')
    return {
        violations: found.violations.map(one => `${one.id}: ${nodes(one)}`),
        sideways: root.scrollWidth - root.clientWidth,
    }
}"""
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
SHELL, SHELL_EVERY = [".sidebar", ".topbar", "#shortcuts"], 8
"""What is the same on every page is looked at now and then."""
CYRILLIC = re.compile("[А-Яа-яё]")
TWO_WORDS = re.compile(r"[A-Za-z][a-z]+[ ,]+[A-Za-z]?[a-z]{2,}")
"""English that is no name: two words in a row."""


class Manner(NamedTuple):
    """How a page is looked at."""

    theme: str
    width: Mapping[str, int]


def english_of(texts: list[str]) -> list[str]:
    """Texts of a Russian page that are still msgids, or English that no catalogue has."""
    return [one for one in texts if is_msgid(one) or (TWO_WORDS.search(one) and not CYRILLIC.search(one))]


def is_msgid(text: str) -> bool:
    """Whether the catalogue says this otherwise in Russian."""
    return len(text) > 2 and text.isascii() and translations("ru").gettext(text) != text


class Reviewer:
    """A browser's page that keeps what is wrong with the addresses it has been to."""

    def __init__(self, page: Page, locale: str) -> None:
        self.page, self.locale = page, locale
        self.here, self.pages = "", 0
        self.wrong: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not re.search(r"status of (403|404|405|409|422)", message.text):
            self.note(f"console: {message.text}")

    def note(self, what: str) -> None:
        """Something is wrong here."""
        self.wrong.append(f"{self.locale} {self.here} {what}")

    async def visit(self, path: str, manner: Manner, status: int = 200) -> None:
        """Open an address and look at it from all sides."""
        self.pages += 1
        self.here = f"{path} ({manner.theme}, {manner.width['width']})"
        await self.page.set_viewport_size(manner.width)  # type: ignore[arg-type]
        await self.page.emulate_media(color_scheme=manner.theme, reduced_motion="reduce")  # type: ignore[arg-type]
        answer = await self.page.goto(path, wait_until="load")
        assert answer is not None
        if answer.status != status:
            self.note(f"status {answer.status}")
        await self.look()

    async def look(self) -> None:
        """What is wrong with the page as it stands."""
        try:
            loading = translations(self.locale).gettext("Loading…")
            await self.page.wait_for_function(SETTLED, arg=loading, timeout=PATIENCE)
        except TimeoutError:
            self.note("is not there in time")
        if await self.page.evaluate("typeof axe") == "undefined":
            await self.page.evaluate(AXE)
        found: dict[str, Any] = await self.page.evaluate(LOOK, [RULES, [] if self.pages % SHELL_EVERY == 0 else SHELL])
        for violation in found["violations"]:
            self.note(f"axe: {violation}")
        if found["sideways"] > 0:
            self.note(f"wider than the screen by {found['sideways']} px")
        if self.locale == "ru":
            for text in english_of(await self.page.evaluate(TEXTS)):
                self.note(f"English: {text[:80]!r}")
