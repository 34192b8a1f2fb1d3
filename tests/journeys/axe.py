"""axe-core over the page that is open."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"
RUN = f"axe.run(document, {{ runOnly: {TAGS} }}).then((told) => told.violations)"


async def violations(page: Page) -> list[str]:
    """What axe finds against WCAG A and AA, each with the first place that shows it."""
    await page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = await page.evaluate(RUN)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
