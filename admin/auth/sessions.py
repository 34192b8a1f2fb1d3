"""Who a request comes from: one statement on a small pool of its own, never cached, so that logout works at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import text

from admin.auth.tokens import digest, new_token
from jobs.embedded import libpq_address
from models import clock
from models.actor import Actor, Scope, Via
from models.people import LoginSession
from models.rights import rights
from models.session import Database, dumps
from settings import Settings

POOL_SIZE = 4
AGENT_LENGTH = 200
GONE = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError, ConnectionError)


class SignedIn(NamedTuple):
    """An actor and the session (or API token) that proves them."""

    actor: Actor
    session_id: UUID


class Opened(NamedTuple):
    """A new session."""

    token: str
    session_id: UUID


NOTE = text("SELECT audit.note(:event, 'auth.sessions', :record, NULL, NULL, CAST(:told AS jsonb))")
"""A row in the log of what no trigger sees."""


class Sessions:
    """Sessions and API tokens of the database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.idle = timedelta(hours=settings.session_idle_hours)
        self.longest = timedelta(hours=settings.session_max_hours)
        self.dsn = libpq_address(database.engine.url)
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def of_session(self, token: str) -> SignedIn | None:
        """The person of a session's cookie; None for an ended, idle or unknown one."""
        row = await self.row("SELECT * FROM auth.session_actor($1, $2)", digest(token), self.idle)
        return signed_in(row) if row else None

    async def of_api_token(self, token: str) -> SignedIn | None:
        """The person of an API token."""
        row = await self.row("SELECT * FROM auth.token_actor($1)", digest(token))
        return signed_in(row) if row else None

    async def open(self, actor: Actor, *, ip: str = "", agent: str = "", request_id: str = "") -> Opened:
        """Begin a session; its token is given here and kept nowhere."""
        token, now = new_token(), clock.now()
        session = LoginSession(
            user_id=actor.id,
            token_hash=digest(token),
            expires_at=now + self.longest,
            last_seen_at=now,
            ip=ip or None,
            user_agent=agent[:AGENT_LENGTH] or None,
        )
        async with self.database.transaction(actor, Via.PANEL, "session.sign_in", request_id=request_id) as work:
            work.add(session)
            await work.flush()
            await work.execute(
                NOTE, {"event": "auth.session.signed_in", "record": session.id, "told": dumps({"ip": ip})}
            )
        return Opened(token, session.id)

    async def row(self, statement: str, *values: object) -> Any:
        """The first row of one statement outside any transaction; once more where the server has been restarted."""
        if self._pool is None:
            await self._open_pool()
        try:
            return await self._pool.fetchrow(statement, *values)
        except GONE:
            await self._pool.expire_connections()
            return await self._pool.fetchrow(statement, *values)

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _open_pool(self) -> None:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(self.dsn, min_size=1, max_size=POOL_SIZE, reset=keep)


async def keep(_connection: Any) -> None:
    """Single statements leave nothing behind, so a connection needs no reset (a round trip saved)."""


def signed_in(row: Any) -> SignedIn:
    """The actor in a row of `auth.session_actor` and its like."""
    actor = Actor(
        row["user_id"],
        row["full_name"],
        Scope(row["scope"]),
        rights(tuple(row["grants"])),
        row["role"],
        row["team_id"],
        row["locale"],
    )
    return SignedIn(actor, row["session_id"])
