"""The demo world: six people of a small brokerage and what they are busy with today."""

from __future__ import annotations

from sqlalchemy import select

from jobs.relay import Due, Relay
from jobs.renewals import find_renewals
from models.actor import SYSTEM, Via
from models.deal import Deal
from models.session import Database
from seeds.demo.cast import bring_in
from seeds.demo.desks import fill_desks
from seeds.demo.endings import LADDERS
from seeds.demo.ladder import Matter, open_deal
from seeds.demo.money import busy_day
from seeds.demo.people import ensure_people
from seeds.demo.scene import Scene
from seeds.demo.selling import SELLING
from seeds.demo.served import SERVED
from seeds.demo.story import Story

SCENES = SELLING + SERVED


async def plant(database: Database) -> str:
    """Make the demo people and, where no deal exists, their world; says in a sentence what was done."""
    if not await ensure_people(database):
        return "This database has people of its own: no demo people were made."
    async with database.transaction(SYSTEM, Via.JOB, "seeds.demo") as work:
        if await work.scalar(select(Deal.id).limit(1)) is not None:
            return "There are deals already: the demo world stays as it is."
    story = await Story.begin(database)
    await bring_in(story, SCENES)
    matters = [await _play(story, scene) for scene in SCENES]
    await busy_day(matters)
    await fill_desks(matters)
    await find_renewals(database)
    await Relay(database, nobody, ()).read()
    return f"The demo world has {len(story.clients)} clients and {len(matters)} deals."


async def nobody(_due: Due) -> None:
    """What has happened in the demo world so far rings no bell."""


async def _play(story: Story, scene: Scene) -> Matter:
    matter = await open_deal(story, scene)
    for step in LADDERS[scene.until]:
        await step(matter)
    return matter
