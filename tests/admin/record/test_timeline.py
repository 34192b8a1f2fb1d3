"""The timeline: notes and actions in one order, by kinds, further on, and never what the reader may not see."""

from __future__ import annotations

import re
from datetime import timedelta

from models import clock
from models.changes import Change, apply
from models.deal import JournalEntry
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX
from tests.stories import Story, made
from tests.world import World


async def test_notes_and_actions_stand_in_one_order(world: World, deal: Story, browser: SignIn) -> None:
    long_ago = clock.now() - timedelta(days=400)
    await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="Старый звонок", happened_at=long_ago)
    await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="Свежая запись")
    anna = await browser(world.anna)
    page = (await anna.get(f"/admin/deal/timeline/{deal.deal}", headers=HX)).text
    assert page.index("Свежая запись") < page.index("новая запись") < page.index("Старый звонок")
    assert "запись в журнале" not in page, "the note itself tells that it was written"


async def test_chips_show_one_kind(world: World, deal: Story, browser: SignIn) -> None:
    await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="Только слова")
    anna = await browser(world.anna)
    address = f"/admin/deal/timeline/{deal.deal}"
    notes, changes = [(await anna.get(f"{address}?show={kind}", headers=HX)).text for kind in ("notes", "history")]
    assert "Только слова" in notes and "/admin/undo/" not in notes
    assert "Только слова" not in changes and "/admin/undo/" in changes
    for senseless in ("?show=x", "?before=x", "?before=2026-01-01~1"):
        assert (await anna.get(address + senseless, headers=HX)).status_code == 404


async def test_what_is_earlier_follows_without_gaps(world: World, deal: Story, browser: SignIn) -> None:
    bodies = [f"Запись {n:02}" for n in range(60)]
    for body in bodies:
        await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body=body)
    anna, found = await browser(world.anna), []
    address = f"/admin/deal/timeline/{deal.deal}?show=notes"
    while address:
        page = (await anna.get(address, headers=HX)).text
        found += re.findall(r"Запись \d\d", page)
        more = re.search(r'hx-get="([^"]*before=[^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert found == bodies[::-1]


async def test_another_teams_seller_sees_no_timeline(world: World, deal: Story, browser: SignIn) -> None:
    address = f"/admin/deal/timeline/{deal.deal}"
    assert (await (await browser(world.anna)).get(address, headers=HX)).status_code == 200
    assert (await (await browser(world.vera)).get(address, headers=HX)).status_code == 404


async def test_an_action_is_undone_from_it(world: World, deal: Story, browser: SignIn) -> None:
    async with world.database.transaction(world.anna, action="policy.update") as work:
        await apply(work, Change(Policy, deal.policy, {}, {"premium": "77777"}))
        action = work.action_id
    anna = await browser(world.anna)
    address = f"/admin/deal/timeline/{deal.deal}"
    assert f"/admin/undo/{action}" in (await anna.get(address, headers=HX)).text
    assert (await anna.post(f"/admin/undo/{action}", headers=HX)).status_code == 200
    assert f"/admin/undo/{action}" not in (await anna.get(address, headers=HX)).text
