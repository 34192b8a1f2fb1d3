"""The answer of a stream: the library's, without its watch over every single message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from sse_starlette import EventSourceResponse
from starlette.types import Message, Receive, Scope, Send

SEND_SECONDS = 30.0
"""How long a browser may take for a message before it is given up, at most."""
SHORTEST = 20.0
"""How long it may take at least; longer than two beats are apart, so that waiting for one never counts."""

END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class Streamed(EventSourceResponse):
    """Server-sent events out of ready bytes.

    Five hundred browsers hear of one change at the same moment: what is done for each of them is all there is to save.
    A deadline for every message costs as much as sending it, so one deadline serves many messages.
    """

    def __init__(self, messages: AsyncGenerator[bytes, None], ended: Callable[[], None] = lambda: None) -> None:
        """`ended` is called once the answer is over, also where no message was ever sent."""
        super().__init__(messages, ping=0)
        self._messages, self._ended = messages, ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and say that it is over."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()

    async def _stream_response(self, send: Send) -> None:
        """Pass the messages on. Raises `TimeoutError` for a browser that does not take them."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            await self._pass_on(send)
        except asyncio.CancelledError:  # the server is told to stop; without its end the answer counts as broken
            await send(END)
            raise
        await send(END)

    async def _pass_on(self, send: Send) -> None:
        now = asyncio.get_running_loop().time
        async with aclosing(self._messages) as messages, asyncio.timeout(SEND_SECONDS) as patience:
            async for message in messages:
                until = patience.when() or 0.0
                if until - now() < SHORTEST:
                    patience.reschedule(now() + SEND_SECONDS)
                await send({"type": "http.response.body", "body": message, "more_body": True})
