"""The demo world: six people of a small brokerage and what they are busy with today."""

from __future__ import annotations

from sqlalchemy import select

from jobs.relay import Due, Relay
from jobs.renewals import find_renewals
from models.actor import SYSTEM, Via
from models.deal import Deal
from models.session import Database
from seeds.demo.at_hand import keep_at_hand
from seeds.demo.bank import money_at_the_bank
from seeds.demo.cast import bring_in
from seeds.demo.contracts import add_a_car, agree
from seeds.demo.desks import fill_desks
from seeds.demo.endings import LADDERS
from seeds.demo.history import remember
from seeds.demo.ladder import Matter, open_deal
from seeds.demo.money import busy_day
from seeds.demo.papers import papers
from seeds.demo.people import ensure_people
from seeds.demo.rates import change_a_rate
from seeds.demo.scene import Scene
from seeds.demo.selling import SELLING
from seeds.demo.served import SERVED
from seeds.demo.statements import bring_statements
from seeds.demo.story import Story
from seeds.demo.targets import plan

SCENES = SELLING + SERVED


async def plant(database: Database, *, quietly: bool = False) -> str:
    """Make the demo people and, where no deal exists, their world; says in a sentence what was done.

    `quietly`: nobody's bell rings for what has happened in it so far; that is for the worker's role to say.
    """
    if not await ensure_people(database):
        return "This database has people of its own: no demo people were made."
    async with database.transaction(SYSTEM, Via.JOB, "seeds.demo") as work:
        if await work.scalar(select(Deal.id).limit(1)) is not None:
            return "There are deals already: the demo world stays as it is."
    story = await Story.begin(database)
    await bring_in(story, SCENES)
    await agree(story)
    matters = [await _play(story, scene) for scene in SCENES]
    await add_a_car(matters)
    await papers(story)
    await busy_day(matters)
    await fill_desks(matters)
    await change_a_rate(story)
    await remember(story)
    await plan(story)
    await keep_at_hand(story, matters)
    await find_renewals(database)
    await bring_statements(story)
    await money_at_the_bank(story)
    if quietly:
        await ring_no_bells(database)
    return f"The demo world has {len(story.clients)} clients and {len(matters)} deals."


async def ring_no_bells(database: Database) -> None:
    """What has happened so far is read by nobody: the first day does not begin with a hundred notices."""

    async def nobody(_due: Due) -> None:
        """There is nothing to carry."""

    await Relay(database, nobody, ()).read()


async def _play(story: Story, scene: Scene) -> Matter:
    matter = await open_deal(story, scene)
    for step in LADDERS[scene.until]:
        await step(matter)
    return matter
