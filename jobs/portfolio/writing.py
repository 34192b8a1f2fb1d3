"""The workbook written: all that is taken and not here yet, in batches under one action that one undo takes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, text
from uuid_utils.compat import uuid7

from jobs.portfolio.balance import balance, forget_rests
from jobs.portfolio.grouping import Group
from jobs.portfolio.known import KnownDeal
from jobs.portfolio.plan import Plan, make_plan
from jobs.portfolio.portfolio import Portfolio
from jobs.portfolio.records import Maker
from models.actor import Actor, Scope, Via
from models.base import Record
from models.bulk import insert_all
from models.client import Client as ClientRecord
from models.client import ClientContact
from models.deal import Deal, Need
from models.errors import Denied
from models.insured import InsuredObject
from models.log import actions
from models.payment import Income, Payment
from models.policy import Policy
from models.session import Database, Work
from models.texts import N_
from models.undo import undo

T = TypeVar("T")
Told = Callable[[int, int], None]
SLUG = "portfolio.import"
BATCH = 500
"""Deals or clients in one transaction: no transaction may hold up the readers of the log for long."""
ORDER: tuple[type[Record], ...] = (ClientRecord, ClientContact, InsuredObject, Deal, Need, Policy, Payment, Income)
"""Parents before children."""
NUMBERS = text("SELECT nextval('crm.deal_numbers') FROM generate_series(1, :n)")


FORGET_PLANS = text("DISCARD PLANS")
"""What was planned while the tables were empty scans them whole when they are not."""


@dataclass
class Written:
    """The action, and how many records of each kind it made."""

    action: UUID
    counts: dict[str, int] = field(default_factory=dict)
    rests: int = 0
    """Instalments beside them that stand for what the workbook leaves unsaid of premiums."""


async def write(
    database: Database, actor: Actor, portfolio: Portfolio, told: Told | None = None, action: UUID | None = None
) -> Written:
    """Write the workbook's good rows as the actor; a failure half-way takes back what was written.

    Raises `Denied` for a person who may not import. `told` hears how much is done of how much.
    """
    if not actor.rights.may("deal", "import"):
        raise Denied(N_("Your role does not allow an import."))
    writing = _Writing(database, actor, Written(action or uuid7()), told or (lambda done, of: None))
    try:
        await writing.run(portfolio)
    except BaseException:
        await writing.take_back()
        raise
    return writing.written


class _Writing:
    """One import on its way."""

    def __init__(self, database: Database, actor: Actor, written: Written, told: Told) -> None:
        self.database = database
        self.actor = actor
        self.written = written
        self.told = told
        self.done = 0

    async def run(self, portfolio: Portfolio) -> None:
        """All batches, clients first."""
        async with self._transaction() as work:
            self.plan = await make_plan(work, portfolio)
            self.maker = Maker(self.plan.catalogue, self.actor.id, work.at, work.today)
        for clients in batches(self.plan.new_clients):
            async with self._transaction() as work:
                made = {client.row: list(self.maker.client(client)) for client in clients}
                await self._add(work, [record for records in made.values() for record in records])
            self.plan.clients |= {row: records[0].id for row, records in made.items()}
            self._tell(len(clients))
        for deals in batches(self.plan.deals):
            async with self._transaction() as work:
                records = await self._deals(work, deals, self.plan)
                await self._add(work, records)
                await self._balance(work, [record.id for record in records if isinstance(record, Policy)])
            self._tell(len(deals))
        for more in batches(self.plan.more):
            async with self._transaction() as work:
                policies = [one.policy.id for one in more]
                await forget_rests(work, policies)
                await self._add(work, [record for one in more for record in self.maker.instalments(*one)])
                await self._balance(work, policies)
            self._tell(len(more))

    async def take_back(self) -> None:
        """Undo the batches that are committed, if there are any."""
        async with self.database.transaction(self.actor, Via.IMPORT, "audit.undo", scope=Scope.ALL) as work:
            if await work.scalar(select(actions.c.id).where(actions.c.id == self.written.action)):
                await undo(work, self.written.action)

    async def _deals(self, work: Work, deals: Sequence[tuple[Group, KnownDeal | None]], plan: Plan) -> list[Record]:
        numbers = deque((await work.scalars(NUMBERS, {"n": sum(known is None for _, known in deals)})).all())
        records: list[Record] = []
        for group, known in deals:
            if known is None:
                code = f"D-{work.today.year}-{numbers.popleft():05d}"
                records.extend(self.maker.deal(group, plan.clients[group.client.row], code))
            else:
                if known.is_closed and not group.has_lapsed(work.today):
                    (await work.get_record(Deal, known.id, lock=True)).reopen(work.act())
                records.extend(self.maker.joined(group, known))
        await work.flush()
        return records

    async def _add(self, work: Work, records: Sequence[Record]) -> None:
        """Write records, parents first."""
        await work.execute(FORGET_PLANS)
        for kind in ORDER:
            of_kind = [record for record in records if isinstance(record, kind)]
            if of_kind:
                await insert_all(work, of_kind)
                self.written.counts[kind.__identity__] = self.written.counts.get(kind.__identity__, 0) + len(of_kind)

    async def _balance(self, work: Work, policies: Sequence[UUID]) -> None:
        """What the workbook leaves unsaid of premiums."""
        if made := await balance(work, policies):
            self.written.rests += made

    def _transaction(self) -> AbstractAsyncContextManager[Work]:
        return self.database.transaction(self.actor, Via.IMPORT, SLUG, scope=Scope.ALL, action_id=self.written.action)

    def _tell(self, done: int) -> None:
        self.done += done
        self.told(self.done, self.plan.size)


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Pieces of at most `BATCH`."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
