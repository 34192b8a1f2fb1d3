"""RabbitMQ by aio-pika: durable topic exchanges, persistent messages that the broker confirms. Off without an address.

The library's own robust connection keeps to its log why it cannot come back. Ours is made anew by who publishes next,
so that the run says what is wrong now.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import NamedTuple

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, DeliveryMode, ExchangeType
from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AMQPChannelError,
    DeliveryError,
    InvalidFrameError,
    ProbableAuthenticationError,
)

from jobs.clients.outcomes import Refused
from settings import settings

ANSWER_SECONDS, CLOSE_SECONDS = 15.0, 2.0
NAME = "polisdesk"
"""How the connection is called on the broker's own pages."""


class Place(NamedTuple):
    """An exchange, and the channel on which it was declared."""

    channel: AbstractChannel
    exchange: AbstractExchange


class Broker:
    """A broker at an address: one connection, and on it a channel for each exchange."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opening = asyncio.Lock()
        self.connection: AbstractConnection | None = None
        self.places: dict[str, Place] = {}

    async def publish(
        self, exchange: str, routing_key: str, body: bytes, *, identity: str, name: str, at: datetime
    ) -> None:
        """One message, until the broker has confirmed it; `name` is the CloudEvents type. Raises `Refused`."""
        message = aio_pika.Message(
            body,
            content_type="application/cloudevents+json",
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=identity,
            type=name,
            timestamp=at,
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                place = await self.place(exchange)
                await place.exchange.publish(message, routing_key, mandatory=False)
        except CONNECTION_EXCEPTIONS as problem:
            raise Refused(reason(problem)) from problem

    async def place(self, name: str) -> Place:
        """The exchange, declared where it was not yet; what the broker refuses about it closes its channel only."""
        async with self.opening:
            connection = await self.connected()
            found = self.places.get(name)
            if found is None or found.channel.is_closed:
                channel = await connection.channel()
                found = Place(channel, await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True))
                self.places[name] = found
            return found

    async def connected(self) -> AbstractConnection:
        """The connection, made where there is none or it was lost."""
        if self.connection is None or not self.connection.connected.is_set():
            await self.close()
            self.connection = await aio_pika.connect(self.address, client_properties={"connection_name": NAME})
        return self.connection

    async def close(self) -> None:
        """Take leave of the broker; the next message makes another connection."""
        leaving, self.connection = self.connection, None
        self.places.clear()
        if leaving is not None:
            with suppress(*CONNECTION_EXCEPTIONS):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await leaving.close()


def reason(problem: BaseException) -> str:
    """Why a message was not taken, without the address's user and password.

    Of a virtual host the library does not pass on what the broker said, only that it was no leave to come in.
    """
    match problem:
        case ProbableAuthenticationError():
            return f"the broker refuses the user or the password: {problem}"
        case InvalidFrameError() if "Connection.OpenOk" in str(problem):
            return "the broker has no such virtual host, or not for this user"
        case AMQPChannelError():
            return f"the broker refuses the exchange: {problem}"
        case DeliveryError():
            return f"the broker did not take the message: {problem}"
        case TimeoutError():
            return f"the broker did not answer within {ANSWER_SECONDS:g} s"
    return f"the broker is away: {problem or type(problem).__name__}"


class Off:
    """No broker: nothing leaves."""

    async def publish(
        self, exchange: str, routing_key: str, body: bytes, *, identity: str, name: str, at: datetime
    ) -> None:
        """Nothing happens."""

    async def close(self) -> None:
        """Nothing happens."""


@cache
def _broker(address: str) -> Broker:
    return Broker(address)


def amqp() -> Broker | Off:
    """The broker of this installation."""
    if not settings.events_amqp_url:
        return Off()
    return _broker(settings.events_amqp_url)
