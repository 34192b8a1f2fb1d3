"""The workbook written: all that is taken and not here yet, in batches under one action that one undo takes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text
from uuid_utils.compat import uuid7

from jobs.portfolio.catalogue import Catalogue, read_catalogue
from jobs.portfolio.grouping import Group, group
from jobs.portfolio.known import known_clients, known_policies
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


@dataclass
class Written:
    """The action, and how many records of each kind it made."""

    action: UUID
    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class _Plan:
    """What is missing here and will be made."""

    catalogue: Catalogue
    clients: dict[int, UUID]
    new_clients: list[int]
    groups: list[Group]


async def write(database: Database, actor: Actor, portfolio: Portfolio, told: Told | None = None) -> Written:
    """Write the workbook's good rows as the actor; a failure half-way takes back what was written.

    Raises `Denied` for a person who may not import. `told` hears how much is done of how much.
    """
    if not actor.rights.may("deal", "import"):
        raise Denied(N_("Your role does not allow an import."))
    written = Written(uuid7())
    try:
        await _write(database, actor, portfolio, written, told or (lambda done, of: None))
    except BaseException:
        if written.counts:
            async with database.transaction(actor, Via.IMPORT, "audit.undo", scope=Scope.ALL) as work:
                await undo(work, written.action)
        raise
    return written


async def _write(database: Database, actor: Actor, portfolio: Portfolio, written: Written, told: Told) -> None:
    async with _transaction(database, actor, written) as work:
        plan = await _plan(work, portfolio)
        maker = Maker(plan.catalogue, actor.id, work.at, work.today)
    total = len(plan.new_clients) + len(plan.groups)
    rows = {client.row: client for client in portfolio.clients}
    done = 0
    for batch in _batches(plan.new_clients):
        async with _transaction(database, actor, written) as work:
            made = {row: list(maker.client(rows[row])) for row in batch}
            await _add(work, [record for records in made.values() for record in records], written)
            plan.clients.update({row: records[0].id for row, records in made.items()})
        told(done := done + len(batch), total)
    for groups in _batches(plan.groups):
        async with _transaction(database, actor, written) as work:
            numbers = deque((await work.scalars(NUMBERS, {"n": len(groups)})).all())
            records: list[Record] = []
            for one in groups:
                code = f"D-{work.today.year}-{numbers.popleft():05d}"
                records.extend(maker.deal(one, plan.clients[one.client.row], code))
            await _add(work, records, written)
        told(done := done + len(groups), total)


def _transaction(database: Database, actor: Actor, written: Written) -> AbstractAsyncContextManager[Work]:
    return database.transaction(actor, Via.IMPORT, SLUG, scope=Scope.ALL, action_id=written.action)


async def _plan(work: Work, portfolio: Portfolio) -> _Plan:
    taken = [policy for policy in portfolio.policies if policy.verdict.taken]
    catalogue = await read_catalogue(work, taken)
    here = await known_policies(work, catalogue, taken)
    clients = [client for client in portfolio.clients if client.verdict.taken]
    known = await known_clients(work, clients)
    groups = group([policy for policy in taken if policy.row not in here], portfolio.payments)
    return _Plan(catalogue, known, [client.row for client in clients if client.row not in known], groups)


async def _add(work: Work, records: Sequence[Record], written: Written) -> None:
    """Write records, parents first."""
    for kind in ORDER:
        of_kind = [record for record in records if isinstance(record, kind)]
        if of_kind:
            await insert_all(work, of_kind)
            written.counts[kind.__identity__] = written.counts.get(kind.__identity__, 0) + len(of_kind)


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
