"""Every press of a pointer that a browser has had, whichever page stood in it."""

from __future__ import annotations

from playwright.async_api import BrowserContext

COUNTING = """
addEventListener("pointerdown", (event) => { if (event.isTrusted) counted("press"); }, true);
addEventListener("click", (event) => { if (event.isTrusted && event.detail > 0) counted("click"); }, true);
"""
"""Every press of a mouse button or finger and every click of the browser's own; a key that presses has detail 0."""


class Clicks:
    """What a person has clicked since one began to count."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def watch(self, context: BrowserContext) -> None:
        """Count in all pages that are opened from now on."""
        await context.expose_function("counted", lambda what: self.seen.append(what))
        await context.add_init_script(COUNTING)

    def afresh(self) -> None:
        """Count from now on."""
        self.seen.clear()

    @property
    def number(self) -> int:
        """How often somebody clicked; a press that became no click counts too."""
        return max(self.seen.count("click"), self.seen.count("press"))
