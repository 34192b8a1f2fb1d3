"""What the log says, in its own order and without values; whose it is to know, and who is still signed in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from admin.streams.opened import Spot
from admin.views.registry import view_of_table

NOTICES = "notifications.notifications"
"""Whose events are told to their person alone."""


class Place(NamedTuple):
    """A place in the log; everything before it has been seen. Places of one epoch are ordered."""

    epoch: int
    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.xid}-{self.seq}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """The place that `Last-Event-ID` names; None for nothing or nonsense."""
        parts = text.split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            return None
        place = cls(*map(int, parts))
        return place if max(place) < 2**63 else None


class News(NamedTuple):
    """One event of the log: what happened to which record, by whom."""

    place: Place
    at: datetime
    action_id: UUID
    request_id: str | None
    actor_id: UUID
    actor: str | None
    type: str
    table: str
    op: str
    record_id: UUID | None
    deal_id: UUID | None
    client_id: UUID | None

    @property
    def subject(self) -> UUID | None:
        """The deal, else the client, by which the policies decide who sees it; a bell has an owner instead."""
        return None if self.table == NOTICES else self.deal_id or self.client_id

    @property
    def is_loose(self) -> bool:
        """Whether it is of a record that the panel shows and that hangs on no deal and no client."""
        return not self.subject and self.table != NOTICES and bool(self.record_id and identity_of(self.table))

    @property
    def spot(self) -> Spot:
        """The record that it is of."""
        assert self.record_id is not None
        return Spot(identity_of(self.table), self.record_id)

    def message(self) -> bytes:
        """The event as a stream carries it."""
        told = self._asdict() | {"identity": identity_of(self.table), "at": self.at.isoformat()}
        del told["place"]
        return framed("change", told, self.place)


class Signed(NamedTuple):
    """What a session opens at this moment."""

    user_id: UUID
    role: str
    scope: str
    grants: tuple[str, ...]
    team_id: UUID | None


class Audience:
    """Who may know of which deals and clients."""

    def __init__(self, rows: Iterable[tuple[UUID | None, UUID]]) -> None:
        self._of: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
        for record, person in rows:
            self._of[record].add(person)

    def of(self, record: UUID | None) -> set[UUID]:
        """The people who may know of a deal or client."""
        return self._of.get(None, set()) | self._of.get(record, set()) if record else set()


class Bell(NamedTuple):
    """One notification: whose it is, of what, and whether it has been read."""

    id: UUID
    user_id: UUID
    event: str
    deal_id: UUID | None
    is_read: bool

    def message(self, news: News) -> bytes:
        """As a stream carries it to its person."""
        told = {"id": self.id, "event": self.event, "deal_id": self.deal_id, "is_read": self.is_read}
        return framed("notification", told | {"at": news.at.isoformat()}, news.place)


def identity_of(table: str) -> str:
    """What the panel calls the records of a table; empty for what it does not show."""
    view = view_of_table(table)
    return "" if view is None or view.is_sealed else view.identity


def framed(name: str, told: Any, place: Place | None = None) -> bytes:
    """A message of a stream by its format: the place is what the browser names when it comes back."""
    identified = f"id: {place}\n" if place else ""
    return f"{identified}event: {name}\ndata: {json.dumps(told, ensure_ascii=False, default=str)}\n\n".encode()


async def horizon(connection: Any) -> Place:
    """Where a reader stands who has seen everything up to now."""
    row = await connection.fetchrow("SELECT * FROM audit.horizon()")
    return Place(row["epoch"], int(row["xid"]), 0)


async def news(connection: Any, after: Place, most: int) -> list[News]:
    """The next events after a place of this epoch."""
    rows = await connection.fetch("SELECT * FROM audit.news($1, $2, $3)", str(after.xid), after.seq, most)
    return [News(Place(after.epoch, int(row["xid"]), row["seq"]), *tuple(row)[2:]) for row in rows]


async def audience(connection: Any, subjects: Iterable[News], people: Iterable[UUID]) -> Audience:
    """Who of these people may know of these events."""
    told = list(subjects)
    deals = {event.deal_id for event in told if event.deal_id}
    clients = {event.client_id for event in told if event.client_id and not event.deal_id}
    rows = await connection.fetch("SELECT * FROM audit.audience($1, $2, $3)", list(deals), list(clients), list(people))
    return Audience((row["record_id"], row["user_id"]) for row in rows)


async def bells(connection: Any, events: Iterable[News]) -> dict[UUID, Bell]:
    """The notifications that these events are about."""
    keys = [event.record_id for event in events if event.table == NOTICES]
    rows = await connection.fetch("SELECT * FROM audit.bells($1)", keys) if keys else []
    return {row["id"]: Bell(*row) for row in rows}


async def still_signed_in(connection: Any, sessions: Iterable[UUID], idle: timedelta) -> dict[UUID, Signed]:
    """What each of these sessions opens; those that have ended are left out."""
    rows = await connection.fetch("SELECT * FROM auth.still_signed_in($1, $2)", list(sessions), idle)
    return {
        row["session_id"]: Signed(row["user_id"], row["role"], row["scope"], tuple(row["grants"]), row["team_id"])
        for row in rows
    }
