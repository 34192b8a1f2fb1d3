"""What the local server knows: chats, messages, updates that wait, faults on order, and everything it accepted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

BOT = {"id": 4242, "is_bot": True, "first_name": "Polisdesk", "username": "polisdesk_local_bot"}
Json = dict[str, Any]


@dataclass
class Fault:
    """What goes wrong with the next calls of a method (`*` = any): 429, 500, 403, 400 or timeout."""

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 30.0

    def fits(self, method: str) -> bool:
        """Whether it is this call's turn."""
        return self.times > 0 and self.method in ("*", method)


@dataclass
class Accepted:
    """A call: when (seconds of a monotonic clock), which, with what, and the code of its refusal if it was refused."""

    at: float
    method: str
    told: Json
    refusal: int = 0


@dataclass
class State:
    """The whole server's memory; it ends with the process."""

    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Accepted] = field(default_factory=list)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    updates: list[Json] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    commands: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    last_message: int = 0
    last_update: int = 1000
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def next_message(self) -> int:
        """The number of a new message."""
        self.last_message += 1
        return self.last_message

    def accept(self, method: str, told: Json) -> None:
        """Keep a call that took effect."""
        self.accepted.append(Accepted(monotonic(), method, told))

    def fault_for(self, method: str) -> Fault | None:
        """The fault that was ordered for this call, used up by it."""
        for fault in self.faults:
            if fault.fits(method):
                fault.times -= 1
                return fault
        return None

    async def update(self, content: Json) -> Json:
        """A new update for the bot, waiting to be asked for."""
        self.last_update += 1
        made = {"update_id": self.last_update, **content}
        async with self.news:
            self.updates.append(made)
            self.news.notify_all()
        return made

    async def wait_for_updates(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Updates from an offset on, those before it confirmed and forgotten; waits for some as long as it is told."""
        if offset > 0:
            self.updates = [one for one in self.updates if one["update_id"] >= offset]
        try:
            async with asyncio.timeout(seconds), self.news:
                await self.news.wait_for(lambda: self.updates)
        except TimeoutError:
            return []
        return self.updates[:limit]


def person(chat: int) -> Json:
    """The person of a private chat."""
    return {"id": chat, "is_bot": False, "first_name": "Person", "language_code": "ru"}


def chat_of(chat: int) -> Json:
    """A chat as messages hold it; numbers below zero are groups."""
    return {"id": chat, "type": "private", "first_name": "Person"} if chat > 0 else {"id": chat, "type": "group"}
