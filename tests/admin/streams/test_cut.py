"""Streams are cut and the server is started anew while people work: nobody misses anything, nobody overhears."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from admin.app import Application
from models.actor import Actor
from models.client import Client
from models.deal import Deal
from models.session import Database
from tests.admin.streams.crowd import Browser, Held, Told, deals_of, expected, judged, people
from tests.admin.streams.standing import Standing
from tests.faults.test_worker import Changed, wait_until
from tests.world import World

EACH_PERSON = 10
"""Browsers of one person at most; a process admits twelve, and one that was cut may count for a moment more."""
CONNECTIONS = 24
"""What the panel's process and the tests may have open in all, however many streams there are."""
COUNT = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
TEN = 10
"""Of so many transactions one is held open while the next ones are written, and one is rolled back."""


@pytest.fixture
async def server(database: Database, valkey: None) -> AsyncIterator[Standing]:
    """The panel over the module's database, there."""
    standing = Standing(str(database.engine.url.database))
    await standing.start()
    await standing.answers()
    yield standing
    await standing.kill()


class Writer:
    """Commits changes for several audiences, not in the order in which they began."""

    def __init__(self, world: World, deals: Sequence[Held]) -> None:
        self.world, self.deals = world, deals
        self.number = self.most_connections = 0
        self._held: asyncio.Task[None] | None = None
        self._release = asyncio.Event()

    async def write(self) -> None:
        """The next transaction."""
        self.number += 1
        match self.number % TEN:
            case 1:
                self._release.clear()
                self._held = asyncio.create_task(self._write(self.number, self._release))
            case 5:
                await self._write(self.number)
                await self.let_go()
            case 8:
                with suppress(Changed):
                    await self._write(self.number, changes_mind=True)
            case _:
                await self._write(self.number)

    async def let_go(self) -> None:
        """What is held open is committed now."""
        self._release.set()
        if self._held is not None:
            await self._held

    async def _write(self, number: int, release: asyncio.Event | None = None, *, changes_mind: bool = False) -> None:
        held = self.deals[number % len(self.deals)]
        record, key, field = (Client, held.client, "name") if random.random() < 1 / 3 else (Deal, held.deal, "title")
        async with self.world.database.transaction(held.seller, action=f"{record.__identity__}.update") as work:
            found: Any = await work.get_record(record, key)
            setattr(found, field, f"Имя {number}")
            await work.flush()
            self.most_connections = max(self.most_connections, int(await work.scalar(COUNT) or 0))
            if release is not None:
                await release.wait()
            if changes_mind:
                raise Changed


async def opened(panel: Application, everybody: Sequence[Actor], server: Standing, streams: int) -> list[Browser]:
    """So many browsers, as many of each person; and a forgetful one of a seller and of one who sees everything."""
    tokens = {person.id: (await panel.state.sessions.open(person)).token for person in everybody}
    places = [everybody[n % len(everybody)] for n in range(streams)]
    browsers = [Browser(person, tokens[person.id], server.port) for person in places]
    return browsers + [
        Browser(one, tokens[one.id], server.port, is_forgetful=True) for one in (everybody[0], everybody[5])
    ]


def shares(browsers: Sequence[Browser], cuts: int, turns: int) -> Iterator[list[Browser]]:
    """Who is cut in each of so many turns: everybody so often, in no order."""
    order = [one for one in browsers for _cut in range(cuts)]
    random.shuffle(order)
    return (order[len(order) * n // turns : len(order) * (n + 1) // turns] for n in range(turns))


async def work_through(
    writer: Writer, server: Standing, browsers: Sequence[Browser], commits: int, cuts: int, restarts: int
) -> None:
    """Commits, among them cuts; and the server is started anew while a part of a turn is written."""
    away = commits // (2 * (restarts + 1))
    for number, share in enumerate(shares(browsers, cuts, commits), 1):
        await writer.write()
        for browser in share:
            await browser.cut()
        if number % (commits // (restarts + 1)) == 0 and number < commits:
            restarting = asyncio.create_task(server.restart())
            await server.gone.wait()
            for _commit in range(away):
                await writer.write()
            await restarting
    await writer.let_go()


async def heard_all(browsers: Sequence[Browser], wanted: dict[UUID, list[Told]], seconds: float) -> None:
    """Wait until everybody has come as far as they should; who has not is judged all the same."""

    async def is_there() -> bool:
        return all(one.heard[-1:] >= wanted[one.actor.id][-1:] for one in browsers if not one.is_forgetful)

    with suppress(TimeoutError):
        await wait_until(is_there, seconds)


@pytest.mark.parametrize(
    ("streams", "cuts", "restarts", "commits"),
    [(30, 2, 1, 60), pytest.param(500, 5, 2, 360, marks=pytest.mark.soak)],
)
async def test_nothing_is_missed_and_nothing_overheard(
    world: World, panel: Application, server: Standing, streams: int, cuts: int, restarts: int, commits: int
) -> None:
    """Negative controls inside: who comes back without saying how far they had come does miss something, and what
    one person hears would be foreign to another."""
    everybody = await people(world, max(6, streams // EACH_PERSON))
    browsers = await opened(panel, everybody, server, streams)
    writer = Writer(world, await deals_of(world, everybody))
    listening = [asyncio.create_task(one.listen()) for one in browsers]
    async with asyncio.timeout(60):
        await asyncio.gather(*(one.is_listening.wait() for one in browsers))
    await work_through(writer, server, browsers, commits, cuts, restarts)
    wanted = {one.id: await expected(world, one) for one in everybody}
    await heard_all(browsers, wanted, 60)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)

    verdicts = [(one, judged(one, wanted[one.actor.id])) for one in browsers]
    print(
        {
            "streams": streams,
            "people": len(wanted),
            "messages": sum(len(one.heard) for one in browsers),
            "came again": sum(one.came - 1 for one in browsers),
            "most connections": writer.most_connections,
            "resets": sum(one.resets for one in browsers),
            "changes in the log": len(wanted[world.admin.id]),
            "refused": dict(Counter(code for one in browsers for code in one.refused)),
            "missing": sum(found.missing for one, found in verdicts if not one.is_forgetful),
            "foreign": sum(found.foreign for _one, found in verdicts),
            "missed by the forgetful": [found.missing for one, found in verdicts if one.is_forgetful],
        }
    )
    assert [found.missing for one, found in verdicts if not one.is_forgetful] == [0] * streams
    assert [found.foreign for _one, found in verdicts] == [0] * len(browsers)
    assert all(found.is_in_order for _one, found in verdicts)
    assert [one.resets for one in browsers] == [0] * len(browsers)
    assert min(one.came for one in browsers) > cuts
    assert writer.most_connections <= CONNECTIONS
    assert all(found.missing for one, found in verdicts if one.is_forgetful)
    vera, anna = (next(one for one in browsers if one.actor == who) for who in (world.vera, world.anna))
    assert judged(vera, wanted[anna.actor.id]).foreign > 0
