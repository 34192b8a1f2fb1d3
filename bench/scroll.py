"""A list of ten thousand rows scrolled in Chromium, beside a table of the same rows that only lies there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.async_api import Page, async_playwright

from bench.money import row
from bench.servers import Served
from jobs.embedded import running
from seeds.load.people import ALL
from settings import settings

LIST = "/admin/deal/list?sort=-created_at"
FRAME, HALF = 1000 / 60, 1000 / 30
"""Milliseconds of a frame at 60 and at 30 a second."""
SLACK = 1.5
"""Milliseconds by which browsers' clocks are rounded: a frame is late above 16.7 and these."""
PACES = {"read, 60 rows a second": (36, 600), "flung, 500 rows a second": (300, 1200)}
"""Pixels for each frame, and how many frames: at the second pace all ten thousand rows go by."""
SCROLL = """([pace, frames]) => new Promise(done => {
  const box = document.querySelector(".table-box.long");
  const told = { gaps: [], empty: 0, most: 0 };
  let [last, way] = [0, 1];
  box.scrollTop = 0;
  requestAnimationFrame(function next(now) {
    if (last) told.gaps.push(now - last);
    last = now;
    const own = box.getBoundingClientRect();
    const at = document.elementFromPoint(own.left + 200, own.top + own.height / 2);
    if (at?.closest(".space")) told.empty += 1;
    told.most = Math.max(told.most, box.querySelectorAll("tbody tr").length);
    if (told.gaps.length >= frames) return done(told);
    const before = box.scrollTop;
    box.scrollTop += pace * way;
    if (Math.abs(box.scrollTop - before) < 1) way = -way;
    requestAnimationFrame(next);
  });
})"""
STILL = """() => {
  const box = document.querySelector(".table-box.long");
  const still = box.cloneNode(true);
  for (const space of still.querySelectorAll(".space")) space.remove();
  box.replaceWith(still);
}"""
"""The rows that are here as a plain table: nobody listens to its scrolling."""


class Scrolled(NamedTuple):
    """Gaps between frames in ms, frames that had no row in the middle, and the most rows that were in the page."""

    gaps: Sequence[float]
    empty: int
    most: int

    @property
    def a_second(self) -> float:
        """Frames a second, over the whole way."""
        return 1000 * len(self.gaps) / sum(self.gaps)

    def later_than(self, limit: float) -> float:
        """The share of frames that came later, in percent."""
        return 100 * sum(gap > limit + SLACK for gap in self.gaps) / len(self.gaps)


@asynccontextmanager
async def opened(base: str) -> AsyncIterator[Page]:
    """The list in a browser of somebody who sees every deal."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        raise SystemExit("Chromium is needed: apt-get install chromium")
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=program, args=arguments)
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        await page.goto(f"{base}/login")
        await page.fill("input[name=username]", ALL)
        await page.fill("input[name=password]", settings.demo_password)
        await page.press("input[name=password]", "Enter")
        await page.wait_for_url("**/admin/**")
        yield page
        await browser.close()


async def scrolled(page: Page, pace: tuple[int, int]) -> Scrolled:
    """The open list at one pace."""
    found = await page.evaluate(SCROLL, list(pace))
    return Scrolled(found["gaps"], found["empty"], found["most"])


async def measured() -> list[dict[str, Any]]:
    """Both paces, the list and then its own rows lying still."""
    log = settings.data_dir / "scroll.log"
    server = Served("ours", log)
    rows: list[dict[str, Any]] = []
    try:
        await server.ready()
        async with opened(server.base) as page:
            for name, pace in PACES.items():
                await page.goto(f"{server.base}{LIST}")
                await page.wait_for_selector(".table-box.long")
                await asyncio.sleep(1)  # what comes after the page
                ours = await scrolled(page, pace)
                await page.evaluate(STILL)
                floor = await scrolled(page, pace)
                rows += told(name, ours, floor)
    finally:
        server.stop()
    return rows


def told(name: str, ours: Scrolled, floor: Scrolled) -> list[dict[str, Any]]:
    """A pace as results are written."""
    number = len(ours.gaps)
    middle = statistics.median
    return [
        row(f"{name}: frames a second", ours.a_second, "1/s", floor.a_second, number),
        row(f"{name}: frame, median", middle(ours.gaps), "ms", middle(floor.gaps), number),
        row(f"{name}: frames over 16.7 ms", ours.later_than(FRAME), "%", floor.later_than(FRAME), number),
        row(f"{name}: frames over 33 ms", ours.later_than(HALF), "%", floor.later_than(HALF), number),
        row(f"{name}: frames without rows", 100 * ours.empty / number, "%", None, number),
        row(f"{name}: most rows in the page", ours.most, "rows", floor.most, number),
    ]


def main() -> None:
    """`python -m bench.scroll FILE`, started by `python -m bench --scroll`."""
    with running(postgres=True, valkey=False):
        rows = asyncio.run(measured())
    for one in rows:
        print(f"{one['name']:<48} {one['value']:>10,} {one['unit']:<4} floor {one['floor']}, ratio {one['ratio']}")
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
