"""A broker of AMQP 0-9-1 on a free port: keeps what is published to it and answers as told. Nothing can be consumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pamqp import commands
from pamqp.body import ContentBody
from pamqp.constants import FRAME_HEADER_SIZE
from pamqp.frame import frame_parts, marshal, unmarshal
from pamqp.header import ContentHeader, ProtocolHeader
from pamqp.heartbeat import Heartbeat

USER, PASSWORD, VHOST = "polisdesk", "s3cret-of-the-broker", "office"
CAPABILITIES = {"publisher_confirms": True, "basic.nack": True, "authentication_failure_close": True}
ACK, NACK, CUT, FORGET, SILENCE = "ack", "nack", "cut", "forget", "silence"
"""What becomes of a message: kept and confirmed; refused; kept, and hung up before the answer; confirmed without being
kept, as no honest broker does; kept without an answer."""


class Got(NamedTuple):
    """A message that was kept."""

    exchange: str
    routing_key: str
    properties: commands.Basic.Properties
    body: bytes


@dataclass
class Broker:
    """Where it is, what came, and what becomes of the next messages (`ACK` when nothing more is said)."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    exchanges: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Type and durability by name."""
    names: list[str] = field(default_factory=list)
    """How each connection that was let in calls itself."""
    farewells: int = 0
    """Connections that were closed as the protocol says."""
    beats: int = 0
    server: asyncio.Server | None = None
    sessions: set[Session] = field(default_factory=set)

    def address(self, password: str = PASSWORD, vhost: str = VHOST) -> str:
        """As in EVENTS_AMQP_URL."""
        return f"amqp://{USER}:{password}@127.0.0.1:{self.port}/{vhost}"

    async def come(self) -> None:
        """Serve, on the same port each time."""
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def go(self) -> None:
        """Hang up on everybody and serve no more."""
        if self.server is not None:
            self.server.close()
            for session in set(self.sessions):
                session.writer.transport.abort()
            await self.server.wait_closed()
            self.server = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        session = Session(self, reader, writer)
        self.sessions.add(session)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await session.run()
        finally:
            self.sessions.discard(session)
            writer.close()


class End(Exception):
    """This connection is over."""


class Session:
    """One connection: who it is, then its channels."""

    def __init__(self, broker: Broker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.broker = broker
        self.reader = reader
        self.writer = writer
        self.published: dict[int, int] = {}
        """How many messages came on each channel since it asked for confirmations: their tags."""

    async def run(self) -> None:
        """From the first byte to the last."""
        with suppress(End):
            await self.let_in()
            while True:
                await self.answer(*await self.frame())

    async def let_in(self) -> None:
        """The handshake. Raises `End` for who may not come in."""
        if await self.reader.readexactly(8) != ProtocolHeader(0, 9, 1).marshal():
            raise End
        self.send(0, commands.Connection.Start(server_properties={"capabilities": CAPABILITIES}))
        start = await self.expect(commands.Connection.StartOk)
        if (start.mechanism, start.response) != ("PLAIN", f"\0{USER}\0{PASSWORD}"):
            words = "Login was refused using authentication mechanism PLAIN. For details see the broker logfile."
            await self.shut(403, f"ACCESS_REFUSED - {words}")
        self.send(0, commands.Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=60))
        await self.expect(commands.Connection.TuneOk)
        opened = await self.expect(commands.Connection.Open)
        if opened.virtual_host != VHOST:
            await self.shut(530, f"NOT_ALLOWED - vhost {opened.virtual_host} not found")
        self.send(0, commands.Connection.OpenOk())
        self.broker.names.append(start.client_properties.get("connection_name", ""))

    async def answer(self, channel: int, frame: Any) -> None:
        """What a frame asks for. Raises `End` when it was the last."""
        match frame:
            case Heartbeat():
                self.broker.beats += 1
                self.send(0, Heartbeat())
            case commands.Connection.Close():
                self.broker.farewells += 1
                self.send(0, commands.Connection.CloseOk())
                await self.writer.drain()
                raise End
            case commands.Channel.Open():
                self.send(channel, commands.Channel.OpenOk())
            case commands.Channel.Close():
                self.send(channel, commands.Channel.CloseOk())
            case commands.Confirm.Select():
                self.published[channel] = 0
                self.send(channel, commands.Confirm.SelectOk())
            case commands.Exchange.Declare():
                self.declare(channel, frame)
            case commands.Basic.Publish():
                await self.publish(channel, frame)

    def declare(self, channel: int, frame: commands.Exchange.Declare) -> None:
        """An exchange, as it is or not at all."""
        wanted = (frame.exchange_type, frame.durable)
        if self.broker.exchanges.setdefault(frame.exchange, wanted) != wanted:
            words = f"PRECONDITION_FAILED - inequivalent arg 'type' for exchange '{frame.exchange}'"
            self.send(channel, commands.Channel.Close(406, words, 40, 10))
        else:
            self.send(channel, commands.Exchange.DeclareOk())

    async def publish(self, channel: int, frame: commands.Basic.Publish) -> None:
        """Keep a message and answer, or what was said otherwise."""
        header = await self.expect(ContentHeader)
        body = b""
        while len(body) < header.body_size:
            body += (await self.expect(ContentBody)).value
        if frame.exchange not in self.broker.exchanges:
            self.send(channel, commands.Channel.Close(404, f"NOT_FOUND - no exchange '{frame.exchange}'", 60, 40))
            return
        what = self.broker.answers.pop(0) if self.broker.answers else ACK
        if what in (ACK, CUT, SILENCE):
            self.broker.got.append(Got(frame.exchange, frame.routing_key, header.properties, body))
        if what == CUT:
            self.writer.transport.abort()
            raise End
        if channel in self.published:
            self.published[channel] += 1
            if what != SILENCE:
                kind = commands.Basic.Nack if what == NACK else commands.Basic.Ack
                self.send(channel, kind(self.published[channel]))

    async def shut(self, code: int, words: str) -> None:
        """Close from this side. Raises `End`."""
        self.send(0, commands.Connection.Close(code, words, 0, 0))
        await self.writer.drain()
        raise End

    async def frame(self) -> tuple[int, Any]:
        """The next frame and its channel."""
        head = await self.reader.readexactly(FRAME_HEADER_SIZE)
        rest = await self.reader.readexactly((frame_parts(head)[2] or 0) + 1)
        _size, channel, found = unmarshal(head + rest)
        return channel, found

    async def expect(self, kind: type[Any]) -> Any:
        """The next frame, which must be of a kind. Raises `End` for another."""
        _channel, found = await self.frame()
        if not isinstance(found, kind):
            raise End
        return found

    def send(self, channel: int, frame: Any) -> None:
        self.writer.write(marshal(frame, channel))


@asynccontextmanager
async def brokering() -> AsyncIterator[Broker]:
    """Serves until the end of the block."""
    broker = Broker()
    await broker.come()
    try:
        yield broker
    finally:
        await broker.go()
