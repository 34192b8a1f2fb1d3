"""axe-core over the page that is open."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FROM_THE_TOP = "() => scrollTo({ top: 0, behavior: 'instant' })"
"""What a bar that stays lies over at the moment has a size that is too small."""
RUN = """async ([within, rules]) => (await axe.run(within, { runOnly: rules })).violations
    .map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`)"""


async def violations(page: Page, within: str = "body") -> list[str]:
    """What axe finds against WCAG A and AA, each with the first places that show it."""
    await page.evaluate(FROM_THE_TOP)
    await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN, [within, RULES])
    return found
