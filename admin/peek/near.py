"""Records at hand: those that somebody has pinned, and those that they have opened in this browser lately."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from admin.i18n import _
from admin.views.base import View
from admin.views.record.replies import details
from admin.views.record.showing import titles_of
from admin.views.registry import load
from models.actor import Actor
from models.pins import pinned
from models.session import Work

MOST_OPENED = 12
SPELLED = re.compile(r"([a-z-]+):([0-9a-f-]{36})")
Pair = tuple[str, UUID]


class Near(NamedTuple):
    """A record as a line: its icon, what it is called, what kind it is, and where it is."""

    icon: str
    title: str
    kind: str
    href: str


async def pins_of(work: Work, actor: Actor) -> list[Near]:
    """What the actor has pinned, as far as they still see it."""
    return await told(work, actor, await pinned(work))


async def opened_of(work: Work, actor: Actor, spelled: str, without: Sequence[Near] = ()) -> list[Near]:
    """What a browser says that its person has opened: keys alone, and only those whose records they see."""
    lines = await told(work, actor, pairs_in(spelled))
    known = {line.href for line in without}
    return [line for line in lines if line.href not in known]


def pairs_in(spelled: str) -> list[Pair]:
    """The records that an address names: `deal:key,client:key`."""
    found = []
    for identity, key in SPELLED.findall(spelled[:2_000])[:MOST_OPENED]:
        try:
            found.append((identity, UUID(key)))
        except ValueError:
            continue
    return found


async def told(work: Work, actor: Actor, pairs: Sequence[Pair]) -> list[Near]:
    """The records as lines in their order; what the actor may not read or does not see is left out."""
    readable = [(load()[name], key) for name, key in pairs if name in load() and actor.rights.may(name, "read")]
    wanted: dict[View, list[UUID]] = {}
    for view, key in readable:
        wanted.setdefault(view, []).append(key)
    titles = await titles_of(work, {view: keys for view, keys in wanted.items() if not view.is_sealed})
    return [
        Near(f"ti ti-{view.icon}", titles[key], _(view.name), details(view, key))
        for view, key in readable
        if key in titles
    ]
