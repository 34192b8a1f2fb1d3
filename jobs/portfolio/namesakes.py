"""Which rows of the clients' sheet are one client, and which are namesakes.

Rows of one name (`client_key`) are one client when nothing contradicts it and something says so:

- equal tax numbers say so, different ones contradict, whatever else stands there; else
- equal birth dates say so, different ones contradict; else
- a common telephone or e-mail says so;
- a row with none of these four goes to the only client of its name.

An organisation is known by its tax number alone, under any name. A birth date or a tax number that cannot be is left
out and plays no part. Of the rows of one client the best written is the client (not in capitals, no stray spaces, ё as
ё; of equals the first), wherever it stands; the others are duplicates and fill its gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from jobs.portfolio.clients import Client
from models.choices import ClientKind
from models.names import client_key

Group = list[Client]


class Clients:
    """All rows of the sheet in order, and the clients among them by name."""

    def __init__(self, rows: Iterable[Client]) -> None:
        self.rows = list(rows)
        self._by_name: defaultdict[str, list[Group]] = defaultdict(list)
        self._organisations: dict[str, Group] = {}
        for client in self.rows:
            if client.name:
                self._place(client)
        self._named = {name: [_merged(group) for group in groups] for name, groups in self._by_name.items()}

    def named(self, name: str) -> list[Client]:
        """The clients of this name: more than one are namesakes."""
        return self._named.get(client_key(name), [])

    def _place(self, client: Client) -> None:
        groups = self._by_name[client_key(client.name)]
        group = _group_of(client, groups) or self._organisation(client)
        if group is None:
            group = []
        group.append(client)
        if not any(group is known for known in groups):
            groups.append(group)
        if client.inn and client.kind is ClientKind.COMPANY:
            self._organisations.setdefault(client.inn, group)

    def _organisation(self, client: Client) -> Group | None:
        return self._organisations.get(client.inn or "") if client.kind is ClientKind.COMPANY else None


def _group_of(client: Client, groups: list[Group]) -> Group | None:
    if not has_identity(client):
        return groups[0] if len(groups) == 1 else None
    for group in groups:
        answers = [same(client, other) for other in group]
        if False not in answers and (True in answers or not any(map(has_identity, group))):
            return group
    return None


def has_identity(client: Client) -> bool:
    """Whether anything but the name is known of the client."""
    return bool(client.inn or client.birth_date or client.phones or client.email)


def same(one: Client, other: Client) -> bool | None:
    """Whether two rows of one name are one client; None where nothing says so."""
    if one.inn and other.inn:
        return one.inn == other.inn
    if one.birth_date and other.birth_date:
        return one.birth_date == other.birth_date
    return bool(set(one.phones) & set(other.phones) or (one.email and one.email == other.email)) or None


def _merged(group: Group) -> Client:
    """The group's client, the other rows marked as its duplicates (once, though a group may have several names)."""
    client = next((row.original for row in group if row.original), None) or min(group, key=lambda row: row.untidiness)
    for row in group:
        if row is not client and row.original is None:
            client.absorb(row)
    return client
