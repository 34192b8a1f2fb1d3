"""Who has which record open: kept in Valkey for all processes, forgotten by itself; without Valkey nobody is shown."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any, cast
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from admin.streams.listener import Listener, Person
from admin.streams.opened import Opened, Spot
from models import clock

SILENT_SECONDS = 20.0
"""How long a browser counts that says nothing any more; it says every eight seconds that it is there."""
REFRESH_SECONDS = 5.0
PAUSE_SECONDS = 3.0
ANSWER_SECONDS = 1.0
"""How long Valkey may think; one that hangs must hold up neither the streams nor their ends."""
STIRRED, SAID = "presence", "presence:said"
"""Channels: where somebody has come or gone, and what a browser said to a process that has not its stream."""
LOST = (RedisError, OSError, TimeoutError)
log = logging.getLogger("polisdesk.streams")
Here = dict[UUID, list[Person]]
"""Who has which records of an entity open, each person once."""


class Presence:
    """What this process's streams have open, and news of those of all processes."""

    def __init__(
        self,
        address: Callable[[], str],
        stirred: Callable[[Iterable[Spot]], None],
        said: Callable[[str, str], object],
    ) -> None:
        self._address, self._stirred, self._said = address, stirred, said
        self._redis: Redis | None = None
        self._here: set[Listener] = set()
        self._noted: dict[Listener, Opened] = {}
        self._is_lost = False
        self._deaf_until = 0.0
        self._again = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._running: dict[Listener, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to hear of the others, once."""
        if not self._tasks:
            self._redis = Redis.from_url(self._address(), socket_connect_timeout=PAUSE_SECONDS)
            self._tasks = [asyncio.create_task(self._for_ever(work)) for work in (self._hear, self._refresh)]

    async def close(self) -> None:
        """Stop; who was here is forgotten in a while."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._running.values(), return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    def enter(self, listener: Listener) -> None:
        """Somebody has opened what their stream names, or something else than before."""
        self._here.add(listener)
        if listener.opened.records or self._noted.get(listener):
            self._soon(listener, self._note)

    def leave(self, listener: Listener) -> None:
        """The stream has ended."""
        self._here.discard(listener)
        if listener in self._noted or listener in self._running:
            self._soon(listener, self._strike)

    async def pass_on(self, handle: str, said: str) -> None:
        """Tell the other processes what a browser said; its stream is with one of them. Lost where Valkey is away."""
        if self._redis is not None and monotonic() >= self._deaf_until:
            with suppress(*LOST):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._redis.publish(SAID, json.dumps([handle, said]))

    async def of(self, identity: str) -> Here:
        """Who has records of an entity open; nobody where Valkey does not answer, and then it is let alone."""
        if self._redis is None or monotonic() < self._deaf_until:
            return {}
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                kept: dict[bytes, bytes] = await cast(Awaitable[Any], self._redis.hgetall(key_of(identity)))
        except LOST:
            self._deaf_until = monotonic() + PAUSE_SECONDS
            return {}
        return together(json.loads(value) for value in kept.values())

    async def _note(self, listener: Listener) -> None:
        if self._redis is None or listener not in self._here:
            return
        before, now = self._noted.get(listener, Opened()), listener.opened
        until = clock.now().timestamp() + SILENT_SECONDS - (monotonic() - listener.seen_at)
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipe:
            for identity, records in by_identity(now).items():
                told = {"id": str(listener.actor.id), "name": listener.actor.name, "until": until, "open": records}
                pipe.hset(key_of(identity), str(listener.id), json.dumps(told))
                pipe.expire(key_of(identity), int(SILENT_SECONDS) * 2)
            for identity in by_identity(before).keys() - by_identity(now).keys():
                pipe.hdel(key_of(identity), str(listener.id))
            if moved := [
                spot for spot in {**before.records, **now.records} if before.records.get(spot) != now.records.get(spot)
            ]:
                pipe.publish(STIRRED, spelled(moved))
            await pipe.execute()
        self._noted[listener] = now

    async def _strike(self, listener: Listener) -> None:
        assert self._redis is not None
        before = self._noted.pop(listener, Opened())
        if not before.records:
            return
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipe:
            for identity in by_identity(before):
                pipe.hdel(key_of(identity), str(listener.id))
            pipe.publish(STIRRED, spelled(before.records))
            await pipe.execute()

    async def _hear(self) -> None:
        assert self._redis is not None
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(STIRRED, SAID)
            self._is_back()
            async for message in channel.listen():
                told = json.loads(message["data"])
                if message["channel"].decode() == STIRRED:
                    self._stirred(Spot(identity, UUID(key)) for identity, key in told)
                else:
                    self._said(*told)

    async def _refresh(self) -> None:
        """Now and then, and soon where something could not be noted; a browser that says nothing runs out by itself."""
        while True:
            self._again.clear()
            for listener in [one for one in self._here if one.opened.records]:
                await self._note(listener)
                if self._is_lost or self._deaf_until:
                    self._is_back()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), REFRESH_SECONDS)

    def _is_back(self) -> None:
        """Valkey answers: all of ours may have been told wrongly that nobody is there."""
        self._is_lost, self._deaf_until = False, 0.0
        self._stir_ours()

    def _stir_ours(self) -> None:
        self._stirred({spot for listener in self._here for spot in listener.opened.records})

    async def _for_ever(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except LOST as problem:
                if not self._is_lost:  # said once, not at every try
                    log.warning("Valkey cannot be reached, nobody is shown as present: %s", type(problem).__name__)
                    self._is_lost, self._deaf_until = True, monotonic() + PAUSE_SECONDS
                    self._stir_ours()
            await asyncio.sleep(PAUSE_SECONDS)

    def _soon(self, listener: Listener, work: Callable[[Listener], Coroutine[Any, Any, None]]) -> None:
        """By a task of its own: no stream waits for Valkey, and one that is cancelled still says that it is gone."""
        if self._redis is None:
            return
        before = self._running.get(listener)

        async def in_order() -> None:
            if before is not None:
                await before
            try:
                await work(listener)
            except LOST:
                self._again.set()
            if self._running.get(listener) is asyncio.current_task():
                del self._running[listener]

        self._running[listener] = asyncio.create_task(in_order())


def together(told: Iterable[dict[str, Any]]) -> Here:
    """What the streams say, by record and person; what has run out is left out."""
    now = clock.now().timestamp()
    fields: defaultdict[UUID, defaultdict[tuple[UUID, str], set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in told:
        if one["until"] > now:
            for key, written in one["open"].items():
                fields[UUID(key)][UUID(one["id"]), one["name"]] |= set(written)
    return {
        key: sorted(
            (Person(id, name, tuple(sorted(written))) for (id, name), written in people.items()),
            key=lambda person: (person.name, person.id),
        )
        for key, people in fields.items()
    }


def by_identity(opened: Opened) -> dict[str, dict[str, list[str]]]:
    """Records and their fields, by entity, as they are kept."""
    found: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    for spot, fields in opened.records.items():
        found[spot.identity][str(spot.key)] = sorted(fields)
    return found


def spelled(spots: Iterable[Spot]) -> str:
    """Records as a message names them."""
    return json.dumps([[spot.identity, str(spot.key)] for spot in spots])


def key_of(identity: str) -> str:
    """Where those are kept who have records of an entity open."""
    return f"presence:{identity}"
