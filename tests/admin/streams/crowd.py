"""Many people at many browsers, and what each of them should have heard: by the policies of the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice, pairwise
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from admin.auth import cookies
from admin.streams.news import Place, identity_of
from models.actor import Actor
from models.client import Client
from models.deal import Deal
from models.people import Role, Team, User
from tests.stories import made
from tests.world import PEOPLE, World, actor_named

ROLES = ("seller", "seller", "executor", "seller", "head", "seller", "seller", "accountant")
TEAMS = 4
DEALS_OF_EACH = 3
AGAIN_SECONDS = 0.2
"""How long a browser waits before it comes again."""
SHOWN = text(
    'SELECT e.epoch, e.xid::text AS xid, e.seq, e.record_id, e."table" FROM audit.events e'
    " WHERE e.deal_id IS NOT NULL OR e.client_id IS NOT NULL ORDER BY e.xid, e.seq"
)


class Told(NamedTuple):
    """A change: where it stands in the log, and of which record it is."""

    place: Place
    record: str


@dataclass
class Browser:
    """One stream: cut, it comes again and says how far it had come, unless it is forgetful."""

    actor: Actor
    token: str
    port: int
    is_forgetful: bool = False
    heard: list[Told] = field(default_factory=list)
    start: Place | None = None
    last: str = ""
    resets: int = 0
    came: int = 0
    refused: list[str] = field(default_factory=list)
    is_listening: asyncio.Event = field(default_factory=asyncio.Event)
    _writer: asyncio.StreamWriter | None = None

    async def listen(self) -> None:
        """For ever, through every cut."""
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._listen()
            self.is_listening.clear()
            await asyncio.sleep(AGAIN_SECONDS)

    async def cut(self) -> None:
        """The line breaks, in the middle of whatever is on it."""
        await self.is_listening.wait()
        self.is_listening.clear()
        assert self._writer is not None
        self._writer.transport.abort()

    async def _listen(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            last = f"Last-Event-ID: {self.last}\r\n" if self.last and not self.is_forgetful else ""
            cookie = f"Cookie: {cookies.SESSION}={self.token}\r\n"
            self._writer.write(f"GET /streams/deals HTTP/1.1\r\nHost: panel\r\n{cookie}{last}\r\n".encode())
            answer = (await reader.readline()).decode()
            if " 200 " in answer:
                await self._read(reader)
            elif answer:
                self.refused.append(answer.split()[1])
        finally:
            self._writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Line by line; each piece of the answer holds whole messages, so its sizes between them are passed over."""
        told: dict[str, str] = {}
        while line := await reader.readline():
            name, colon, value = line.decode().rstrip("\r\n").partition(": ")
            if colon:
                told[name] = value
            elif not name and "data" in told:
                self._hear(told)
                told = {}

    def _hear(self, told: dict[str, str]) -> None:
        place = Place.read(told.get("id", ""))
        self.last = told.get("id", self.last)
        if told["event"] == "hello":
            self.start = self.start or place
            self.came += 1
            self.is_listening.set()
        elif told["event"] == "reset":
            self.resets += 1
        elif told["event"] == "change":
            assert place is not None
            self.heard.append(Told(place, json.loads(told["data"])["record_id"]))


@dataclass(frozen=True)
class Verdict:
    """How what was heard differs from what should have been."""

    missing: int
    foreign: int
    is_in_order: bool


def judged(browser: Browser, expected: Sequence[Told]) -> Verdict:
    """Against what the policies show of the log since the browser began; twice is out of order too."""
    assert browser.start is not None
    heard, wanted = set(browser.heard), {told for told in expected if told.place > browser.start}
    in_order = all(before.place < after.place for before, after in pairwise(browser.heard))
    return Verdict(len(wanted - heard), len(heard - wanted), in_order)


async def expected(world: World, person: Actor) -> list[Told]:
    """The changes in the log that the person's own policies show, of records that their role reads."""
    async with world.database.transaction(person) as work:
        rows = list(await work.execute(SHOWN))
    names = {row.table: identity_of(row.table) for row in rows}
    readable = {table for table, name in names.items() if name and person.rights.may(name, "read")}
    return [Told(Place(row.epoch, int(row.xid), row.seq), str(row.record_id)) for row in rows if row.table in readable]


async def people(world: World, number: int) -> list[Actor]:
    """So many people: those of the small world first, then more of their kinds in teams of their own."""
    known = [getattr(world, name) for name in PEOPLE][:number]
    more = list(islice(cycle(ROLES), number - len(known)))
    async with world.database.transaction(world.admin, action="user.create") as work:
        roles = {role.slug: role.id for role in await work.scalars(select(Role))}
        teams = [Team(name=f"Команда {n}") for n in range(TEAMS if more else 0)]
        work.add_all(teams)
        await work.flush()
        for n, role in enumerate(more):
            team = None if role == "accountant" else teams[n // len(ROLES) % TEAMS].id
            work.add(User(username=f"one-{n}@demo.local", full_name=f"Некто {n}", role_id=roles[role], team_id=team))
    return [*known, *[await actor_named(world.database, f"one-{n}@demo.local") for n in range(len(more))]]


class Held(NamedTuple):
    """A deal, its client and the one who works on it."""

    seller: Actor
    deal: UUID
    client: UUID


async def deals_of(world: World, everybody: Sequence[Actor]) -> list[Held]:
    """Each seller's deals; an executor of the team is in the first one."""
    found = []
    for seller in [one for one in everybody if one.role == "seller"]:
        mates = [one for one in everybody if one.role == "executor" and one.team_id == seller.team_id]
        for n in range(DEALS_OF_EACH):
            client = await made(world.database, seller, Client, name=f"Клиент {seller.name} {n}")
            deal = await made(world.database, seller, Deal, client_id=client.id, title=f"Дело {seller.name} {n}")
            found.append(Held(seller, deal.id, client.id))
        if mates:
            async with world.database.transaction(seller, action="deal.update") as work:
                (await work.get_record(Deal, found[-1].deal)).executor_id = mates[0].id
    return found
