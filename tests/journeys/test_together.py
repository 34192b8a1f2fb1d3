"""Two people write and paste into one list: nothing is lost, nothing is overwritten unseen, every clash is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from time import monotonic
from uuid import UUID

import pytest

from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from models.payment import Income
from settings import settings
from tests.journeys.conftest import SetUp
from tests.journeys.together.judge import Cell, Outcome, Verdict, judged, log_of, stand
from tests.journeys.together.writer import FIELDS, Writer
from tests.stories import made, story
from tests.world import World

ROWS = 3
BLIND = """document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.parameters.seen) detail.parameters.seen = "{}";
});"""
"""A page that forgets what its writer saw."""
MUTE = """addEventListener("DOMContentLoaded", () => {
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status === 409) {
      detail.shouldSwap = false;
      document.querySelector("[data-cell-form]").closest("tr").removeAttribute("data-editing");
      document.querySelector("[data-cell-form]").remove();
    }
  });
});"""
"""A page that puts a cell away as if it had been saved, where it was told of a clash."""


@pytest.fixture(scope="module", autouse=True)
def valkey() -> Iterator[None]:
    """Where presence is kept."""
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture
async def keys(reference: World, request: pytest.FixtureRequest) -> list[UUID]:
    """A few incomes of one instalment; the others in the list are not touched."""
    begun = await story(reference.database, reference.anna, f"вместе {request.node.name}")
    common = {"deal_id": begun.deal, "payment_id": begun.payment, "kind": "bonus"}
    rows = [
        await made(reference.database, reference.olga, Income, amount=n, note=f"строка {n}", **common)
        for n in range(1, ROWS + 1)
    ]
    return [row.id for row in rows]


class Desks:
    """Olga and the administrator before the same list, and the judge behind them."""

    def __init__(self, world: World, keys: list[UUID], olga: Writer, admin: Writer) -> None:
        self.world, self.olga, self.admin = world, olga, admin
        self.cells = [Cell(key, field) for key in keys for field in FIELDS]

    async def write(self, seconds: float) -> Verdict:
        """Both at once for so long, and on a slow machine until they have met."""
        until = monotonic() + seconds

        async def go_on(writer: Writer) -> None:
            while monotonic() < until or not self.have_met:
                await writer.act()

        begun = await stand(self.world, self.cells)
        await asyncio.gather(go_on(self.olga), go_on(self.admin))
        return await self.verdict(begun)

    @property
    def have_met(self) -> bool:
        """Whether one has been told of a clash."""
        return any(one.outcome is Outcome.CLASH for one in (*self.olga.told, *self.admin.told))

    async def verdict(self, begun: dict[Cell, str]) -> Verdict:
        """What both were told, against the log."""
        told = [*self.olga.told, *self.admin.told]
        return judged(told, await log_of(self.world, self.cells), begun, await stand(self.world, self.cells))


async def sat_down(at_desk: SetUp, world: World, keys: list[UUID], seed: int, page_script: str = "") -> Desks:
    """Both at their desks, the list open; Olga's page may be a wrong one."""
    olga, admin = await at_desk("olga"), await at_desk("admin")
    if page_script:
        await olga.page.add_init_script(page_script)
    writers = [
        Writer(person.page, who.id, keys, number)
        for person, who, number in ((olga, world.olga, seed), (admin, world.admin, seed + 1))
    ]
    for writer in writers:
        await writer.begin()
    return Desks(world, keys, *writers)


@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.soak)])
async def test_two_people_write_into_one_list_and_nothing_is_lost(
    at_desk: SetUp, reference: World, keys: list[UUID], seconds: int
) -> None:
    desks = await sat_down(at_desk, reference, keys, seed=seconds)
    verdict = await desks.write(seconds)
    print(f"{seconds} s: {verdict.saved} cells saved, {verdict.clashes} clashes shown")
    assert verdict.is_clean, verdict
    assert verdict.saved and verdict.clashes


@pytest.mark.parametrize("script", ["", BLIND, MUTE], ids=["honest", "blind", "mute"])
async def test_a_page_that_forgets_or_does_not_tell_is_found_out(
    at_desk: SetUp, reference: World, keys: list[UUID], script: str
) -> None:
    """One duel: Olga opens a cell, the administrator saves it, Olga saves. Honest, it is one clash that is shown."""
    desks = await sat_down(at_desk, reference, keys, 7, script)
    begun = await stand(reference, desks.cells)
    duel = Cell(keys[0], "amount")
    await desks.olga.open(duel)
    await desks.admin.open(duel)
    await desks.admin.put(duel, "777")
    await desks.olga.put(duel, "888")
    verdict = await desks.verdict(begun)
    clashes = [one for one in desks.olga.told if one.outcome is Outcome.CLASH]
    if not script:
        assert verdict.is_clean and len(clashes) == 1, verdict
    else:
        assert not clashes and not verdict.is_clean
        assert verdict.lost or verdict.unseen
