"""One reader of the log for all streams of a process: woken by NOTIFY, kept true by looking regularly."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
from starlette.datastructures import QueryParams

from admin.metrics import METRICS
from admin.streams.listener import Listener
from admin.streams.news import (
    Audience,
    News,
    Place,
    audience,
    bells,
    horizon,
    news,
    still_signed_in,
)
from admin.streams.opened import Spot, opened
from admin.streams.presence import Presence
from admin.streams.showing import lookers_at, tell_who_is_here

LOOK_SECONDS = 1.0
"""The truth: NOTIFY only makes it quicker."""
RECHECK_SECONDS = 30.0
"""How often sessions are asked after; changes of people, roles and sessions in the log ask at once."""
AT_ONCE, REPLAYED = 500, 500
"""Events of one reading, and those that a browser is told that comes back; after more it looks anew."""
PAUSE_SECONDS = 1.0
GATHER_SECONDS = 0.1
"""What comes so close together is told at once: people who walk through cells are many messages otherwise."""
RESHOW_SECONDS = 5.0
"""How often it is looked whether those who were shown are still there, and may still be seen."""
PEOPLE = frozenset({"auth.sessions", "auth.users", "auth.roles", "auth.teams", "auth.api_tokens"})
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
log = logging.getLogger("polisdesk.streams")


class Hub:
    """Listeners and the one connection that all of them need."""

    def __init__(self, dsn: str, idle: timedelta, redis: Callable[[], str]) -> None:
        self.place: Place | None = None
        self._presence = Presence(redis, self._stir, self._hear_of)
        self._stirred: set[Spot] = set()
        self._turned: set[Listener] = set()
        self._gathering: asyncio.TimerHandle | None = None
        self._shown_at = 0.0
        self._dsn, self._idle = dsn, idle
        self._listeners: set[Listener] = set()
        self._newcomers: set[Listener] = set()
        self._wake = asyncio.Event()
        self._checked = 0.0
        self._is_lost = False
        self._reading: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read, once."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_for_ever(), name="streams")
            self._beating = asyncio.create_task(self._beat_for_ever(), name="beats")
            self._presence.start()

    async def close(self) -> None:
        """Stop reading and end every stream."""
        for listener in self._listeners | self._newcomers:
            listener.close()
        await self._presence.close()
        running = [task for task in (self._reading, self._beating) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def streams_of(self, person: UUID) -> int:
        """How many streams of a person this process has open."""
        return sum(listener.actor.id == person for listener in self._listeners | self._newcomers)

    def admit(self, listener: Listener) -> None:
        """It counts from now on, before its first message is asked for; `dismiss` ends it, whatever happens."""
        self._newcomers.add(listener)
        self.start()
        self._wake.set()
        METRICS.streams += 1
        self._presence.enter(listener)

    def dismiss(self, listener: Listener) -> None:
        """Its stream is over."""
        METRICS.streams -= 1
        self._newcomers.discard(listener)
        self._listeners.discard(listener)
        self._presence.leave(listener)

    async def said(self, handle: str, text: str) -> None:
        """What a browser has on its screen now, by the handle of its stream; the stream may be another process's."""
        if not self._hear_of(handle, text):
            await self._presence.pass_on(handle, text)

    def _hear_of(self, handle: str, text: str) -> bool:
        """Whether the stream is one of ours."""
        for listener in self._listeners | self._newcomers:
            if listener.handle == handle:
                before = listener.opened
                listener.turn_to(opened(QueryParams(text)))
                if listener.opened != before:
                    self._presence.enter(listener)
                    self._turned.add(listener)
                    self._wake_soon()
                return True
        return False

    def _stir(self, spots: Iterable[Spot]) -> None:
        """Somebody has come to records or left them; those of us who have them on the screen are told."""
        self._stirred |= {spot for spot in spots if any(one.opened.holds(spot) for one in self._listeners)}
        if self._stirred:
            self._wake_soon()

    def _wake_soon(self) -> None:
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._gathered)

    def _gathered(self) -> None:
        self._gathering = None
        self._wake.set()

    async def _beat_for_ever(self) -> None:
        """One clock for all streams, database or not: a timer for each wait of each stream costs as much as sending."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = monotonic()
            for listener in self._listeners | self._newcomers:
                listener.beat(now)

    async def _read_for_ever(self) -> None:
        while True:
            try:
                await self._read()
            except LOST as problem:
                if not self._is_lost:  # said once, not at every try
                    log.warning("The log cannot be read for the streams: %s", type(problem).__name__)
                self._is_lost = True
                await asyncio.sleep(PAUSE_SECONDS)

    async def _read(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.add_listener("audit", lambda *_told: self._wake.set())
            connection.add_termination_listener(lambda *_told: self._wake.set())
            now = await horizon(connection)
            if self.place is None or self.place.epoch != now.epoch:
                self._begin_at(now)
            while True:
                self._wake.clear()
                await self._look(connection)
                self._is_lost = False
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)
        finally:
            connection.terminate()

    def _begin_at(self, place: Place) -> None:
        self.place = place
        for listener in self._listeners:
            listener.reset(place)

    async def _look(self, connection: Any) -> None:
        assert self.place is not None
        await self._welcome(connection, self.place)
        if not self._listeners:
            self.place = await horizon(connection)
            return
        people_changed = False
        while found := await news(connection, self.place, AT_ONCE):
            await self._tell(connection, found, self._listeners)
            self.place = found[-1].place
            for listener in self._listeners:
                listener.has_seen(self.place)
            people_changed = people_changed or any(event.table in PEOPLE for event in found)
            if len(found) < AT_ONCE:
                break
        if people_changed or monotonic() - self._checked > RECHECK_SECONDS:
            await self._check_sessions(connection)
        await self._show(connection)

    async def _welcome(self, connection: Any, here: Place) -> None:
        """Take newcomers in; those who come back are told what they missed, with one reading for all of them."""
        newcomers = set(self._newcomers)
        behind = [one for one in newcomers if one.last is not None and one.last < here]
        first = min((one.last for one in behind if one.last and one.last.epoch == here.epoch), default=here)
        missed = await news(connection, first, REPLAYED + 1) if first < here else []
        too_many = len(missed) > REPLAYED
        for one in newcomers:
            stranger = one.last is not None and one.last.epoch != here.epoch
            one.begin(here, is_lost=stranger or (too_many and one in behind))
        await self._tell(connection, missed[:REPLAYED], newcomers)
        arrived = newcomers & self._newcomers
        self._newcomers -= arrived
        self._listeners |= arrived
        self._turned |= arrived

    async def _show(self, connection: Any) -> None:
        """Who is where: to those whose screen has changed everything on it, to the others where something stirred."""
        stirred, turned = set(self._stirred), self._turned & self._listeners
        self._stirred.clear()
        self._turned.clear()
        if is_time := monotonic() - self._shown_at > RESHOW_SECONDS:
            self._shown_at = monotonic()
        if is_time or turned:
            await tell_who_is_here(connection, self._presence, self._listeners if is_time else turned, None)
        if stirred and not is_time:
            await tell_who_is_here(connection, self._presence, self._listeners - turned, stirred)

    async def _tell(self, connection: Any, events: list[News], listeners: Iterable[Listener]) -> None:
        """Work the audience out once for all, then pass each event to those who may know of it."""
        told = [event for event in events if event.subject]
        loose = [event for event in events if event.is_loose]
        ringing = await bells(connection, events)
        by_person: defaultdict[UUID, list[Listener]] = defaultdict(list)
        for listener in listeners:
            by_person[listener.actor.id].append(listener)
        if not (told or ringing or loose) or not by_person:
            return
        seers = await audience(connection, told, by_person) if told else Audience(())
        lookers = await lookers_at(connection, loose, listeners)
        for event in events:
            if event.subject:
                message = event.message()
                for person in seers.of(event.subject) & by_person.keys():
                    for listener in by_person[person]:
                        listener.offer(event, message)
            elif event.is_loose:
                message = event.message()
                for listener in lookers.get(event.spot, ()):
                    listener.offer(event, message)
            elif event.record_id and (bell := ringing.get(event.record_id)):
                for listener in by_person.get(bell.user_id, ()):
                    listener.ring(event, bell)

    async def _check_sessions(self, connection: Any) -> None:
        """End the streams whose session has ended or opens other doors now."""
        self._checked = monotonic()
        listeners = set(self._listeners)
        signed = await still_signed_in(connection, {one.session_id for one in listeners}, self._idle)
        for one in listeners:
            if not one.is_still(signed.get(one.session_id)):
                one.close()
