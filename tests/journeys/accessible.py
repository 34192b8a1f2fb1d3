"""What axe-core says of a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


async def violations(page: Page, within: str = "body") -> list[Any]:
    """What axe finds against WCAG A and AA."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = await page.evaluate(f"axe.run({json.dumps(within)}, {{runOnly: {json.dumps(tags)}}})")
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]
