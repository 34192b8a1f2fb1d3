"""One open stream: what waits to be sent, as far as its person may read it."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from admin.streams.news import Bell, News, Place, Signed, framed, identity_of
from admin.streams.opened import Opened, Spot
from models.actor import Actor

BEAT_SECONDS = 15.0
"""A quiet stream says so often that it lives, and how far it has come."""
LONGEST = 500
"""Messages that wait for a slow browser; beyond them it is told to look anew."""


class Person(NamedTuple):
    """Somebody who has a record open, and the fields of it that they write in."""

    id: UUID
    name: str
    fields: tuple[str, ...] = ()


class Listener:
    """A browser that listens: `since` is where it stood before, None for one that has just come."""

    def __init__(
        self,
        actor: Actor,
        session_id: UUID,
        since: Place | None = None,
        opened: Opened = Opened(),  # noqa: B008 - never changed
        *,
        hears_deals: bool = True,
    ) -> None:
        self.id = uuid7()
        self.handle = secrets.token_urlsafe(16)
        """By which the browser, and nobody else, says what is on its screen."""
        self.actor = actor
        self.session_id = session_id
        self.last = since
        self.opened = opened
        """What is on the screen, to be shown to the others there."""
        self.seen_at = monotonic()
        """When the browser said last that it is there."""
        self.hears_deals = hears_deals
        """Whether more than the person's own notifications is told."""
        self.is_closed = False
        self._shown: dict[Spot, tuple[Person, ...]] = {}
        self._waiting: deque[bytes] = deque()
        self._something = asyncio.Event()
        self._spoke = monotonic()

    def begin(self, here: Place, *, is_lost: bool) -> None:
        """The first words: from where on the stream tells. Who has lost the thread looks anew and begins here."""
        self.last = here if is_lost else self.last or here
        self.say(framed("hello", {"me": self.actor.id, "stream": self.handle}, self.last))
        if is_lost:
            self.say(framed("reset", {}, here))

    def offer(self, event: News, message: bytes) -> None:
        """Pass an event on, unless it was passed on before or the person's role does not read such records."""
        if self.last is not None and event.place <= self.last:
            return
        self.last = event.place
        identity = identity_of(event.table)
        if self.hears_deals and identity and self.actor.rights.may(identity, "read"):
            self.say(message)

    def ring(self, event: News, bell: Bell) -> None:
        """A notification of this person's has come, or was read."""
        if self.last is None or event.place > self.last:
            self.last = event.place
            self.say(bell.message(event))

    def turn_to(self, opened: Opened) -> None:
        """Something else is on the screen now; who was shown elsewhere is forgotten, as the browser forgets them."""
        self.opened, self.seen_at = opened, monotonic()
        self._shown = {spot: people for spot, people in self._shown.items() if opened.holds(spot)}

    def keys_of(self, identity: str, here: Iterable[UUID]) -> set[UUID]:
        """Records of an entity of which something is to be told or taken back; `here`: those that anybody has open."""
        mine = {spot.key for spot in self.opened.records if spot.identity == identity}
        present = set(here) if identity in self.opened.lists else mine & set(here)
        return present | {spot.key for spot, people in self._shown.items() if people and spot.identity == identity}

    def show(self, spot: Spot, people: tuple[Person, ...]) -> None:
        """Who has a record open, if it is not known; to whom nobody was shown it is never told that nobody is there."""
        if self._shown.get(spot, ()) != people:
            self._shown[spot] = people
            told = {"identity": spot.identity, "record_id": spot.key, "people": [one._asdict() for one in people]}
            self.say(framed("presence", told))

    def has_seen(self, place: Place) -> None:
        """Everything up to here was passed on or is none of this person's business."""
        self.last = max(self.last or place, place)

    def reset(self, place: Place) -> None:
        """What was missed cannot be told one by one: the browser should look anew."""
        self.last = place
        self._waiting.clear()
        self._shown.clear()
        self.say(framed("reset", {}, place))

    def say(self, message: bytes) -> None:
        """Put a message in the row."""
        if len(self._waiting) >= LONGEST and self.last is not None:
            self.reset(self.last)
            return
        self._waiting.append(message)
        self._something.set()

    def beat(self, now: float) -> None:
        """Say that the stream lives, if it has been quiet; `now` by the monotonic clock."""
        if not self._waiting and now - self._spoke >= BEAT_SECONDS:
            self.say(framed("beat", {}, self.last))

    def close(self) -> None:
        """End the stream; the browser comes again and is asked anew who it is."""
        self.is_closed = True
        self._something.set()

    def is_still(self, signed: Signed | None) -> bool:
        """Whether the session opens the same doors as when the stream began."""
        actor = self.actor
        return signed == Signed(actor.id, actor.role, actor.scope, actor.rights.grants, actor.team_id)

    async def messages(self) -> AsyncGenerator[bytes, None]:
        """What comes, joined where several wait; ends when the stream is closed."""
        while not self.is_closed:
            await self._something.wait()
            self._something.clear()
            together = b"".join(self._waiting)
            self._waiting.clear()
            self._spoke = monotonic()
            if together and not self.is_closed:
                yield together
