"""Which clients of the workbook are here already, by the same rules as which of its rows are one client.

One is found by what identifies both: an organisation by its tax number, others by name and what `namesakes` compares.
Who is known by the name alone is found by it: among those likewise known first, then where there is one on either side.
Each client who is here is found once, so that namesakes stay as many as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from jobs.portfolio.clients import Client
from jobs.portfolio.namesakes import has_identity, same
from models.choices import ClientKind, ContactKind
from models.client import Client as ClientRecord
from models.client import ClientContact
from models.names import client_key
from models.session import Work

Fits = Callable[[Client, Client], bool]


async def known_clients(work: Work, clients: Sequence[Client]) -> dict[int, UUID]:
    """Row → the client who is here already."""
    here = await _read(work, {client_key(client.name) for client in clients}, {client.inn for client in clients})
    by_name: defaultdict[str, list[tuple[UUID, Client]]] = defaultdict(list)
    by_inn: dict[str, tuple[UUID, Client]] = {}
    for key, record in here:
        by_name[client_key(record.name)].append((key, record))
        if record.inn and record.kind is ClientKind.COMPANY:
            by_inn.setdefault(record.inn, (key, record))
    named: defaultdict[str, list[Client]] = defaultdict(list)
    for client in clients:
        named[client_key(client.name)].append(client)
    found: dict[int, UUID] = {}
    for name, rows in named.items():
        _pair(rows, by_name[name], found)
    taken = set(found.values())
    for client in clients:
        known = by_inn.get(client.inn or "") if client.kind is ClientKind.COMPANY else None
        if client.row not in found and known and known[0] not in taken:
            found[client.row] = known[0]
    return found


async def _read(work: Work, names: set[str], inns: set[str | None]) -> list[tuple[UUID, Client]]:
    """The clients who may be meant, with all their telephones, the oldest first."""
    table = ClientRecord.__table__
    statement = (
        select(table.c.id, table.c.name, table.c.kind, table.c.birth_date, table.c.inn, table.c.phone, table.c.email)
        .where(table.c.deleted_at.is_(None))
        .order_by(table.c.id)
    )
    found = []
    for key, name, kind, born, inn, phone, email in await work.execute(statement):
        if client_key(name) in names or (inn and inn in inns):
            phones = (phone,) if phone else ()
            email = email.casefold() if email else None
            found.append((key, Client(0, name, ClientKind(kind), birth_date=born, inn=inn, phones=phones, email=email)))
    by_key = dict(found)
    contacts = select(ClientContact.client_id, ClientContact.value).where(
        ClientContact.deleted_at.is_(None), ClientContact.kind == ContactKind.PHONE.value
    )
    for key, value in await work.execute(contacts) if found else ():
        if key in by_key:
            by_key[key].phones += (value,)
    return found


def _pair(rows: list[Client], here: list[tuple[UUID, Client]], found: dict[int, UUID]) -> None:
    """Find the rows of one name among the clients of that name."""
    free = list(here)
    left = _matched(rows, free, _is_same, found)
    left = _matched(left, free, _are_bare, found)
    if len(rows) == len(here) == len(left) == 1 and same(left[0], here[0][1]) is not False:
        _matched(left, free, lambda one, other: not (has_identity(one) and has_identity(other)), found)


def _matched(
    rows: Iterable[Client], free: list[tuple[UUID, Client]], fits: Fits, found: dict[int, UUID]
) -> list[Client]:
    left = []
    for row in rows:
        place = next((n for n, (_, record) in enumerate(free) if fits(row, record)), None)
        if place is None:
            left.append(row)
        else:
            found[row.row] = free.pop(place)[0]
    return left


def _is_same(one: Client, other: Client) -> bool:
    return same(one, other) is True


def _are_bare(one: Client, other: Client) -> bool:
    return not has_identity(one) and not has_identity(other)
