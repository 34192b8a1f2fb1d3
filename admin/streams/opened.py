"""What a browser says to have on its screen: records, the fields of them that are being written, and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from starlette.datastructures import FormData, QueryParams

from admin.views.registry import load

MOST_RECORDS, MOST_LISTS = 20, 8
"""Of one browser, all its tabs together; what is beyond is passed over."""


class Spot(NamedTuple):
    """A record, of whatever entity."""

    identity: str
    key: UUID


class Opened(NamedTuple):
    """Records, each with the fields that somebody writes in, and the lists that are looked at."""

    records: Mapping[Spot, frozenset[str]] = {}
    lists: frozenset[str] = frozenset()

    @property
    def identities(self) -> frozenset[str]:
        """Entities of which something is shown."""
        return self.lists | {spot.identity for spot in self.records}

    def holds(self, spot: Spot) -> bool:
        """Whether the record may be on the screen."""
        return spot.identity in self.lists or spot in self.records


def opened(told: QueryParams | FormData) -> Opened:
    """`open`: `deal/<id>`, or `deal/<id>/title` while that field is written; `list`: `deal`. Nonsense is nothing."""
    records: dict[Spot, frozenset[str]] = {}
    for text in texts(told, "open", MOST_RECORDS):
        identity, _, rest = text.partition("/")
        key, _, field = rest.partition("/")
        try:
            spot = Spot(identity, UUID(key))
        except ValueError:
            continue
        if is_shown(identity):
            columns = load()[identity].table.c
            records[spot] = records.get(spot, frozenset()) | ({field} if field in columns else set())
    return Opened(records, frozenset(name for name in texts(told, "list", MOST_LISTS) if is_shown(name)))


def texts(told: QueryParams | FormData, name: str, most: int) -> Iterable[str]:
    """What was said under a name."""
    return (str(one) for one in told.getlist(name)[:most])


def is_shown(identity: str) -> bool:
    """Whether the panel has pages of such records."""
    view = load().get(identity)
    return view is not None and not view.is_sealed
