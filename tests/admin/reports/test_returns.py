"""The report of returned tasks: for those who answer for others, by people, kinds and reasons, within a period."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import clock
from models.deal import Deal
from models.deal.stages import HandOff
from models.task import Task
from models.task.record import Return
from models.task.report import CAUSE, EXECUTOR, KIND, MONTH, SELLER, Period, counted
from tests.admin.conftest import SignIn
from tests.trade import begin, do, reference_rows, task_of
from tests.world import World

TODAY = clock.today()


@pytest.fixture(scope="module", autouse=True)
async def returned(world: World) -> None:
    """Boris gives three of Anna's tasks back, one of them twice."""
    trade = await reference_rows(world.database)
    for causes in (("documents", "documents"), ("data",), ("documents",)):
        begun = await begin(world, trade)
        await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id))
        task = (await task_of(world, begun, "calculate")).id
        for n, cause in enumerate(causes):
            if n:
                await do(world, world.anna, Task, task, "resend")
            await do(world, world.boris, Task, task, "return", Return(cause=cause, reason=f"Причина {cause}"))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (EXECUTOR, [("Борис Орлов", 4, 3)]),
        (SELLER, [("Анна Сергеева", 4, 3)]),
        (CAUSE, [("documents", 3, 2), ("data", 1, 1)]),
        (MONTH, [(f"{TODAY:%Y-%m}", 4, 3)]),
    ],
)
async def test_returns_are_counted(world: World, by: str, expected: list[tuple[str, int, int]]) -> None:
    async with world.database.transaction(world.head) as work:
        found = await counted(work, by, Period(TODAY, TODAY))
        kinds = await counted(work, KIND, Period(TODAY, TODAY))
        before = await counted(work, by, Period(TODAY - timedelta(days=9), TODAY - timedelta(days=1)))
    assert [(one.key, one.returns, one.returned) for one in found] == expected
    assert [(one.returns, one.given >= one.returned) for one in kinds] == [(4, True)]
    assert before == []


async def test_another_team_counts_its_own_only(world: World) -> None:
    async with world.database.transaction(world.vera) as work:
        assert await counted(work, CAUSE, Period(TODAY, TODAY)) == []


async def test_the_page_is_for_those_who_answer_for_others(world: World, browser: SignIn) -> None:
    head = await browser(world.head)
    page = await head.get("/admin/reports/returns?by=cause")
    assert page.status_code == 200
    assert "Не хватает документов" in page.text and "Причина data" in page.text
    assert (await (await browser(world.anna)).get("/admin/reports/returns")).status_code == 403
    assert "/admin/reports/returns" in (await head.get("/admin/deal/list")).text
    for senseless in ("?by=x", "?from=x&to=9999-99-99", "?from=2026-02-01&to=2026-01-01"):
        assert (await head.get(f"/admin/reports/returns{senseless}")).status_code == 200
