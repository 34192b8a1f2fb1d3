"""Somebody who types, pastes and fills down as fast as the page lets them, and notes what it tells about each cell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from playwright.async_api import Page

from tests.journeys.together.judge import Cell, Outcome, Told, plain

LIST = "/admin/income/list?col=note&col=amount&sort=created_at"
FIELDS = ("note", "amount")
SEEN = """addEventListener("keydown", () => {
  const cell = document.activeElement?.closest?.("table.list tbody :is(td, th)");
  if (cell && !cell.querySelector("form")) window.seen = cell.textContent.trim();
}, true);"""
"""What stands in the cell at the moment in which one begins to write."""
ROW = """(key) => document.querySelector(
  `table.list tr[data-editing='${key}'], table.list a.row-link[href$='/${key}']`)?.closest('tr')"""
STAND = f"""([key, column]) => {{
  const cell = ({ROW})(key).querySelectorAll("th, td:not(.pick)")[column];
  cell.dispatchEvent(new MouseEvent("mousedown", {{ bubbles: true }}));
  cell.focus();
}}"""
"""A click beside the words of a cell."""
IS_OPEN = f"(key) => Boolean(({ROW})(key).dataset.editing)"
CAME = f"""(key) => {{
  const row = ({ROW})(key);
  if (!row) return null;
  const form = row.querySelector("[data-cell-form]");
  if (!form) return row.dataset.editing ? null : {{ outcome: "saved" }};
  if (form.dataset.noted) return null;
  const theirs = form.querySelector(".clash input[value=theirs]")?.closest("label").querySelector("b").textContent;
  if (theirs !== undefined) return {{ outcome: "clash", theirs: (form.dataset.noted = "yes") && theirs }};
  const told = form.querySelector(".invalid-feedback, .form-problem")?.textContent;
  return told ? {{ outcome: "silent", theirs: told }} : null;
}}"""
"""What became of the cell that was saved: null as long as nothing is told."""
PREVIEW = """() => {
  const form = document.querySelector("#modal[open] form");
  if (!form || form.dataset.noted) return null;
  form.dataset.noted = "yes";
  const lines = [...form.querySelectorAll("tbody tr:has(ins)")];
  return {
    good: JSON.parse(form.elements.good.value),
    shown: lines.map((line) => [line.querySelector("del").textContent, line.querySelector("ins").textContent]),
    news: form.querySelectorAll(".news-cell").length,
  };
}"""
CLOSED_OR_AGAIN = (
    "() => !document.querySelector('#modal[open]') || !document.querySelector('#modal form').dataset.noted"
)
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
Good = list[tuple[str, dict[str, str], dict[str, str]]]


class Writer:
    """One person at one page; every value that they write is written once."""

    def __init__(self, page: Page, who: UUID, keys: Sequence[UUID], seed: int) -> None:
        self.page, self.who, self.keys = page, who, keys
        self.told: list[Told] = []
        self._random = Random(seed)
        self._numbers = count(seed * 10_000 + 1)

    async def begin(self) -> None:
        """Open the list, and once a cell: from then on the page answers a key at once."""
        await self.page.add_init_script(SEEN)
        await self.page.goto(LIST)
        await self.page.wait_for_load_state()
        await self.open(Cell(self.keys[0], "amount"))
        await self.page.keyboard.press("Escape")
        await self.page.locator("[data-cell-form]").wait_for(state="detached")

    async def act(self) -> None:
        """One of the ways to write."""
        ways = (self.type_over, self.edit, self.fill_down, self.paste)
        await self._random.choices(ways, weights=(4, 3, 2, 2))[0]()

    async def type_over(self) -> None:
        """Digits and Enter on a sum, as fast as the keyboard gives them; the editor comes when it comes."""
        key, value = self._random.choice(self.keys), str(next(self._numbers))
        await self.page.evaluate(STAND, [str(key), 1])
        await self.page.keyboard.press(value[0])
        if await self.page.evaluate(IS_OPEN, str(key)):
            base = plain(await self.page.evaluate("window.seen"))
            await self.page.keyboard.type(value[1:])
            await self.page.keyboard.press("Enter")
            await self._saved(Cell(key, "amount"), base, plain(value))

    async def edit(self) -> None:
        """F2, a new value in place of the one that stands in the editor, Enter."""
        cell = Cell(self._random.choice(self.keys), self._random.choice(FIELDS))
        await self.open(cell)
        await self.page.wait_for_timeout(self._random.randrange(300))
        number = next(self._numbers)
        await self.put(cell, str(number) if cell.field == "amount" else f"запись {number}")

    async def open(self, cell: Cell) -> None:
        """The editor of a cell."""
        await self.page.evaluate(STAND, [str(cell.record), FIELDS.index(cell.field)])
        await self.page.keyboard.press("F2")
        await self.page.locator(f"[data-cell-form] [name={cell.field}]").wait_for()

    async def put(self, cell: Cell, value: str) -> None:
        """Another value into the open editor, and save it."""
        field = self.page.locator(f"[data-cell-form] [name={cell.field}]")
        base = plain(await field.evaluate("field => field.defaultValue"))
        await field.fill(value)
        await field.press("Enter")
        await self._saved(cell, base, plain(value))

    async def _saved(self, cell: Cell, base: str, value: str) -> None:
        """Wait for what is told about a cell; a clash is decided, and told once more."""
        came: dict[str, str] = await (await self.page.wait_for_function(CAME, arg=str(cell.record))).json_value()
        theirs = plain(came.get("theirs", ""))
        self.told.append(Told(self.who, cell, base, value, Outcome(came["outcome"]), theirs))
        if came["outcome"] == Outcome.SAVED:
            return
        choice = self._random.choice(("mine", "mine", "theirs", "neither"))
        if choice == "neither" or came["outcome"] == Outcome.SILENT:
            await self.page.locator(f"[data-cell-form] [name={cell.field}]").first.press("Escape")
            return
        radio = self.page.locator(f".clash input[value={choice}]")
        await radio.check()
        await radio.press("Enter")
        if choice == "mine":
            await self._saved(cell, theirs, value)
        else:
            await self.page.wait_for_function(CAME, arg=str(cell.record))

    async def fill_down(self) -> None:
        """The upper cell down to one or two others."""
        at, column = self._random.randrange(len(self.keys) - 1), self._random.randrange(2)
        await self.page.evaluate(STAND, [str(self.keys[at]), column])
        for _row in range(self._random.randint(1, 2)):
            await self.page.keyboard.press("Shift+ArrowDown")
        await self.page.keyboard.press("Control+d")
        await self._previewed()

    async def paste(self) -> None:
        """Two rows and two columns out of a spreadsheet."""
        at = self._random.randrange(len(self.keys) - 1)
        lines = [f"вставка {next(self._numbers)}\t{next(self._numbers)},00" for _row in range(2)]
        await self.page.evaluate(STAND, [str(self.keys[at]), 0])
        await self.page.evaluate(PASTE, "\n".join(lines))
        await self._previewed()

    async def _previewed(self) -> None:
        """What the preview shows is confirmed; where others were quicker it comes once more, and one decides anew."""
        shown = await self._preview()
        while good := shown["good"]:
            await self.page.locator("#modal button[type=submit]").press("Enter")
            await self.page.wait_for_function(CLOSED_OR_AGAIN)
            if not await self.page.locator("#modal[open]").count():
                self._note(good, Outcome.SAVED)
                return
            again = await self._preview()
            self._overtaken(good, again)
            shown = again
            if self._random.random() < 0.3:
                break
        await self.page.keyboard.press("Escape")
        await self.page.locator("#modal[open]").wait_for(state="hidden")

    async def _preview(self) -> dict[str, Any]:
        """The preview; what it shows is what it will write."""
        shown: dict[str, Any] = await (await self.page.wait_for_function(PREVIEW)).json_value()
        lines = sorted((plain(now), plain(then)) for now, then in shown["shown"])
        assert lines == sorted((plain(s[n]), plain(new)) for _k, s, names in shown["good"] for n, new in names.items())
        return shown

    def _overtaken(self, before: Good, again: dict[str, Any]) -> None:
        """The marked cells are clashes with what stands there now; the others were given up with them."""
        now = {(key, name): text for key, seen, _new in again["good"] for name, text in seen.items()}
        clashes = 0
        for key, seen, new in before:
            for name, value in new.items():
                theirs = now.get((key, name), value)
                is_clash = plain(theirs) != plain(seen[name])
                clashes += is_clash and (key, name) in now
                outcome = Outcome.CLASH if is_clash else Outcome.DROPPED
                self.told.append(
                    Told(self.who, Cell(UUID(key), name), plain(seen[name]), plain(value), outcome, plain(theirs))
                )
        if clashes != again["news"]:
            self.told.append(
                Told(self.who, Cell(UUID(before[0][0]), "preview"), "", "", Outcome.SILENT, json.dumps(again))
            )

    def _note(self, good: Good, outcome: Outcome) -> None:
        for key, seen, new in good:
            for name, value in new.items():
                self.told.append(Told(self.who, Cell(UUID(key), name), plain(seen[name]), plain(value), outcome))
