"""Acting in the demo world: the people's own verbs, on days that may lie back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from models import clock
from models.actor import Actor, Via
from models.base import Record
from models.catalogue import Product
from models.session import Database, Work
from models.task import TaskKind
from seeds.demo.people import PEOPLE
from seeds.door import actor_named
from seeds.reference.catalogue import key_of

R = TypeVar("R", bound=Record)


class Story:
    """The world's people and catalogue, and what has been made so far."""

    def __init__(self, database: Database, people: Mapping[str, Actor]) -> None:
        self.database = database
        self.people = people
        self.today: date = clock.today()
        self.clients: dict[str, UUID] = {}
        self.things: dict[tuple[str, str], UUID] = {}
        self.products: dict[str, Product] = {}
        self.kinds: dict[str, UUID] = {}
        self.policies_issued = 0

    @classmethod
    async def begin(cls, database: Database) -> Story:
        """Call the people by their first names, and open the catalogue."""
        people = {login.partition("@")[0]: await actor_named(database, login) for login in PEOPLE}
        story = cls(database, people)
        async with story.by("admin", "seeds.demo") as work:
            story.products = {product.slug: product for product in await work.scalars(select(Product))}
            story.kinds = {slug: key for key, slug in await work.execute(select(TaskKind.id, TaskKind.slug))}
        return story

    @asynccontextmanager
    async def by(self, who: str, action: str, ago: int = 0) -> AsyncIterator[Work]:
        """A transaction of somebody, as if it were some days ago."""
        async with self.database.transaction(self.people[who], Via.JOB, action) as work:
            work.at -= timedelta(days=ago)
            work.today -= timedelta(days=ago)
            yield work

    async def do(
        self, who: str, record: type[Record], key: UUID, verb: str, asked: Any = None, *, ago: int = 0
    ) -> None:
        """One verb of one record, as a door does it."""
        async with self.by(who, f"{record.__identity__}.{verb}", ago) as work:
            found = await work.get_record(record, key, lock=True)
            await record.__verbs__[verb].do(found, work.act(), asked)

    async def add(self, who: str, *made: Record, ago: int = 0) -> None:
        """New rows of somebody."""
        async with self.by(who, f"{made[0].__identity__}.create", ago) as work:
            work.add_all(made)

    async def of_deal(self, record: type[R], deal: UUID, *where: Any) -> list[R]:
        """A deal's rows in the order in which they were made, as the administrator finds them."""
        async with self.by("admin", "seeds.demo") as work:
            columns = record.__table__.c
            found = select(record).where(columns.deal_id == deal, columns.deleted_at.is_(None), *where)
            return list(await work.scalars(found.order_by(columns.id)))

    def day(self, from_today: int) -> date:
        """A day counted from today."""
        return self.today + timedelta(days=from_today)

    def moment(self, from_today: int) -> datetime:
        """This hour of a day counted from today."""
        return clock.now() + timedelta(days=from_today)

    def insurer(self, slug: str) -> UUID:
        """An insurer of the reference data."""
        return key_of("insurer", slug)
