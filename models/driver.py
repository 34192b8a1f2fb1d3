"""The driver's connection beneath a session: a transaction begins, ends and speaks without the layers between."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

PATIENCE = 5.0
"""Seconds for taking a transaction back before the connection is given up."""
log = logging.getLogger("polisdesk.models")


class NothingCommitted(RuntimeError):
    """A transaction with a failed statement in it was ended as if it were whole."""


class Driver:
    """One transaction on the connection of a session; what is sent here is seen there, and the other way round."""

    def __init__(self, connection: AsyncConnection) -> None:
        assert connection.sync_connection is not None
        self.connection: Any = connection.sync_connection.connection.driver_connection

    @property
    def is_lost(self) -> bool:
        """Whether the server is away, or has cut us off."""
        return bool(self.connection.is_closed())

    async def begin(self, first: str = "") -> None:
        """Open the transaction, with a first statement without values in the same message."""
        await self.connection.execute(f"BEGIN; {first}" if first else "BEGIN")

    async def fetch(self, statement: str, *values: Any) -> Sequence[Any]:
        """The rows of a statement with `$1`, prepared once a connection."""
        rows: Sequence[Any] = await self.connection.fetch(statement, *values)
        return rows

    async def tell(self, statements: str) -> None:
        """Send statements without values, several in one message; what they answer is not looked at."""
        await self.connection.execute(statements)

    async def commit(self, last: str = "") -> None:
        """End the transaction for good, after a last statement without values in the same message.

        Raises `NothingCommitted` where a statement had failed before: PostgreSQL then rolls back and only says so.
        """
        status = await self.connection.execute(f"{last}; COMMIT" if last else "COMMIT")
        if status != "COMMIT":
            raise NothingCommitted(status)

    async def leave(self) -> None:
        """Take back what was not committed; a connection that cannot do so is closed, and the pool makes another."""
        if self.connection.is_closed() or not self.connection.is_in_transaction():
            return
        try:
            await self.connection.execute("ROLLBACK", timeout=PATIENCE)
        except Exception as error:
            log.warning("A connection is given up: %s", error)
            self.connection.terminate()
        except BaseException:
            self.connection.terminate()
            raise


def watch_pool(engine: AsyncEngine) -> None:
    """Nobody gets a connection that is closed, and none goes back with a transaction of somebody's in it."""

    @event.listens_for(engine.sync_engine, "checkout")
    def must_be_open(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
        if dbapi_connection.driver_connection.is_closed():
            raise DisconnectionError

    @event.listens_for(engine.sync_engine, "checkin")
    def must_be_idle(dbapi_connection: Any, _record: Any) -> None:
        if dbapi_connection is not None and dbapi_connection.driver_connection.is_in_transaction():
            dbapi_connection.driver_connection.terminate()
