"""Who is where, told to those who have the record open or its list: only what each of them may see at this moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from admin.streams.listener import Listener, Person
from admin.streams.news import News
from admin.streams.opened import Spot
from admin.streams.presence import Here, Presence
from admin.streams.sight import Sight, sights_of


async def tell_who_is_here(
    connection: Any, presence: Presence, listeners: Collection[Listener], stirred: Collection[Spot] | None
) -> None:
    """Of these records, or of everything that these listeners have on their screens, where nothing is named."""
    named = None if stirred is None else {spot.identity for spot in stirred}
    for identity in {name for one in listeners for name in one.opened.identities if named is None or name in named}:
        here = await presence.of(identity)
        asked = {one: one.keys_of(identity, here) for one in listeners}
        if stirred is not None:
            keys = {spot.key for spot in stirred}
            asked = {one: wanted & keys for one, wanted in asked.items()}
        await tell(connection, identity, here, {one: keys for one, keys in asked.items() if keys})


async def tell(connection: Any, identity: str, here: Here, asked: dict[Listener, set[UUID]]) -> None:
    """One question to the policies for all these listeners, and for those whom they would be shown."""
    if not asked:
        return
    keys = set[UUID]().union(*asked.values())
    people = {one.actor.id for one in asked} | {person.id for key in keys for person in here.get(key, ())}
    sights = await sights_of(connection, identity, keys, people)
    for one, wanted in asked.items():
        for key in wanted:
            one.show(Spot(identity, key), seen_by(one.actor.id, identity, key, here.get(key, []), sights))


def seen_by(
    viewer: UUID, identity: str, key: UUID, here: Collection[Person], sights: dict[UUID, Sight]
) -> tuple[Person, ...]:
    """Whom the viewer is shown at a record: those who see it, with the fields that the viewer may read."""
    own = sights.get(viewer)
    if own is None or key not in own.keys:
        return ()
    return tuple(
        person._replace(fields=tuple(f for f in person.fields if own.rights.may_field(identity, f, "read")))
        for person in here
        if person.id in sights and key in sights[person.id].keys
    )


async def lookers_at(
    connection: Any, events: Collection[News], listeners: Iterable[Listener]
) -> dict[Spot, list[Listener]]:
    """Of what hangs on no deal and no client only those hear who look at it, as far as the policies show it to them."""
    spots = {event.spot for event in events}
    wanted = {spot: [one for one in listeners if one.opened.holds(spot)] for spot in spots}
    found: dict[Spot, list[Listener]] = {}
    for identity in {spot.identity for spot, those in wanted.items() if those}:
        ours = {spot: those for spot, those in wanted.items() if spot.identity == identity}
        people = {one.actor.id for those in ours.values() for one in those}
        sights = await sights_of(connection, identity, (spot.key for spot in ours), people)
        for spot, those in ours.items():
            found[spot] = [one for one in those if (own := sights.get(one.actor.id)) and spot.key in own.keys]
    return found
