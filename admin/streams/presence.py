"""Who has which deal open: kept in Valkey for all processes, forgotten by itself; without Valkey nobody is shown."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple, cast
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from admin.streams.listener import Listener
from models import clock

KEPT_SECONDS = 45
"""How long a stream counts that has ended without a word."""
REFRESH_SECONDS = 15.0
PAUSE_SECONDS = 3.0
ANSWER_SECONDS = 1.0
"""How long Valkey may think; one that hangs must hold up neither the streams nor their ends."""
CHANNEL = "presence"
LOST = (RedisError, OSError, TimeoutError)
log = logging.getLogger("polisdesk.streams")


class Person(NamedTuple):
    """Somebody who has a deal open."""

    id: UUID
    name: str


class Presence:
    """The open deals of this process's streams, and news of those of all processes."""

    def __init__(self, address: Callable[[], str], stirred: Callable[[UUID], None]) -> None:
        self._address, self._stirred = address, stirred
        self._redis: Redis | None = None
        self._here: set[Listener] = set()
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
        """Somebody has opened what their stream names."""
        self._here.add(listener)
        self._soon(listener, self._note)

    def leave(self, listener: Listener) -> None:
        """The stream has ended."""
        self._here.discard(listener)
        self._soon(listener, self._strike)

    async def of(self, deal: UUID) -> list[Person]:
        """Who has the deal open, each person once; nobody where Valkey does not answer, and then it is let alone."""
        if self._redis is None or monotonic() < self._deaf_until:
            return []
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                kept: dict[bytes, bytes] = await cast(Awaitable[Any], self._redis.hgetall(key_of(deal)))
        except LOST:
            self._deaf_until = monotonic() + PAUSE_SECONDS
            return []
        now = clock.now().timestamp()
        told = [json.loads(value) for value in kept.values()]
        found = {UUID(one["id"]): Person(UUID(one["id"]), one["name"]) for one in told if one["until"] > now}
        return sorted(found.values(), key=lambda person: (person.name, person.id))

    async def _note(self, listener: Listener) -> None:
        assert self._redis is not None
        actor, until = listener.actor, clock.now().timestamp() + KEPT_SECONDS
        told = json.dumps({"id": str(actor.id), "name": actor.name, "until": until})
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipe:
            for deal in listener.deals:
                pipe.hset(key_of(deal), str(listener.id), told)
                pipe.expire(key_of(deal), KEPT_SECONDS)
                pipe.publish(CHANNEL, str(deal))
            await pipe.execute()

    async def _strike(self, listener: Listener) -> None:
        assert self._redis is not None
        async with asyncio.timeout(ANSWER_SECONDS), self._redis.pipeline(transaction=False) as pipe:
            for deal in listener.deals:
                pipe.hdel(key_of(deal), str(listener.id))
                pipe.publish(CHANNEL, str(deal))
            await pipe.execute()

    async def _hear(self) -> None:
        assert self._redis is not None
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            self._is_back()
            async for message in channel.listen():
                self._stirred(UUID(message["data"].decode()))

    async def _refresh(self) -> None:
        """Now and then, and soon where something could not be noted."""
        while True:
            self._again.clear()
            for listener in [one for one in self._here if one.deals]:
                await self._note(listener)
                if self._is_lost or self._deaf_until:
                    self._is_back()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._again.wait(), REFRESH_SECONDS)

    def _is_back(self) -> None:
        """Valkey answers: all of ours may have been told wrongly that nobody is there."""
        self._is_lost, self._deaf_until = False, 0.0
        self._stir(self._here)

    def _stir(self, listeners: Iterable[Listener]) -> None:
        for deal in {deal for listener in listeners for deal in listener.deals}:
            self._stirred(deal)

    async def _for_ever(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except LOST as problem:
                if not self._is_lost:  # said once, not at every try
                    log.warning("Valkey cannot be reached, nobody is shown as present: %s", type(problem).__name__)
                    self._is_lost, self._deaf_until = True, monotonic() + PAUSE_SECONDS
                    self._stir(self._here)
            await asyncio.sleep(PAUSE_SECONDS)

    def _soon(self, listener: Listener, work: Callable[[Listener], Coroutine[Any, Any, None]]) -> None:
        """By a task of its own: no stream waits for Valkey, and one that is cancelled still says that it is gone."""
        if not listener.deals or self._redis is None:
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


def key_of(deal: UUID) -> str:
    """Where those are kept who have a deal open."""
    return f"presence:{deal}"
