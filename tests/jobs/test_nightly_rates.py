"""At night: lines that differ from the rules are told to the accountant, or put right where the setting says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from jobs import nightly_rates
from jobs.declared import Event, Run
from jobs.nightly_rates import look_for_differences, tell_of_recalculation
from models.actor import SYSTEM, SYSTEM_ID, Via
from models.choices import Channel
from models.notification import Notification, Template
from models.recalculation import Recalculation
from models.rules import CommissionRule
from settings import settings
from tests.rates.selling import lines, sold, worked_off
from tests.trade import reference_rows
from tests.world import World


async def nightly(world: World) -> list[Recalculation]:
    """The night's runs that are there, the newest first."""
    async with world.database.transaction(world.olga) as work:
        mine = select(Recalculation).where(Recalculation.created_by_id == SYSTEM_ID)
        return list(await work.scalars(mine.order_by(Recalculation.id.desc())))


async def night(world: World) -> None:
    """The entry of the schedule, and what follows when its preview is there."""
    await look_for_differences(world.database)
    (run, *_older) = await nightly(world)
    await worked_off(world, run.id)
    told = dict.fromkeys(Event.__dataclass_fields__) | {"record_id": run.id}
    cause = Run(run.id, "tell_of_recalculation", 1, {}, Event(**told))
    async with world.database.transaction(SYSTEM, Via.JOB, "job.tell_of_recalculation") as work:
        await tell_of_recalculation(work, cause)
    for run in await nightly(world):
        await worked_off(world, run.id)


async def test_the_accountant_hears_of_lines_that_differ(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    trade = await reference_rows(world.database)
    words = Template(event=nightly_rates.FOUND, channel=Channel.PANEL, locale="ru", subject="{count}", body="{change}")
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.words") as work:
        work.add(words)
    policy = await sold(world, trade)
    await night(world)
    assert await nightly(world) == [], "nothing differs, nothing stays"
    async with world.database.transaction(world.olga, action="commission-rule.update") as work:
        (await work.get_record(CommissionRule, trade.ingos_kasko)).percent = Decimal("20.5")
    await night(world)
    (run,) = await nightly(world)
    assert (run.status, run.lines) == ("previewed", 2)
    async with world.database.transaction(world.admin) as work:
        (bell,) = await work.scalars(select(Notification).where(Notification.event == nightly_rates.FOUND))
    assert (bell.user_id, bell.title, bell.url) == (world.olga.id, "2", f"/admin/recalculation/details/{run.id}")
    assert "5,00" in bell.body
    monkeypatch.setattr(nightly_rates, "settings", settings.model_copy(update={"nightly_recalculation": "apply"}))
    await night(world)
    (again,) = await nightly(world)
    assert (again.id, again.status) == (run.id, "done"), "the same run, looked at anew"
    assert (await lines(world, policy))[0][1] == Decimal(205)
    monkeypatch.setattr(nightly_rates, "settings", settings.model_copy(update={"nightly_recalculation": "off"}))
    await look_for_differences(world.database)
    assert len(await nightly(world)) == 1
