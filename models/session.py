"""The only commit: one transaction for a form, a cell, an import, a button of the bot and an undo alike."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session
from uuid_utils.compat import uuid7

from models import clock
from models.actor import Actor, Scope, Via
from models.base import Record
from models.driver import Driver, watch_pool
from models.errors import NotFound, Problem
from models.facts import Fact, hooks_of
from models.refusals import worded
from models.verbs import Act

R = TypeVar("R", bound=Record)

SETTINGS = (
    "SELECT set_config('role', $1, true), set_config('app.actor_id', $2, true),"
    " set_config('app.action_id', $3, true), set_config('app.action', $4, true),"
    " set_config('app.via', $5, true), set_config('app.request_id', $6, true),"
    " set_config('app.asked', $7, true), set_config('app.undoes', '', true)"
)
"""Everything that the policies and the log know of a transaction; local to it."""
DERIVE = "SELECT crm.derive_touched()"


class Work(AsyncSession):
    """A session that belongs to one actor and one action; it never commits by itself."""

    driver: Driver
    actor: Actor
    via: Via
    action: str
    action_id: UUID
    at: datetime
    today: date
    role: str
    """The role of the scope that the transaction was opened with."""
    has_written: bool = False

    def act(self) -> Act:
        """The doing of a verb in this work."""
        return Act(self.actor, self.at, self.today, self)

    def tell(self, fact: Fact) -> None:
        """Say what happened; hooks follow before the commit."""
        self.info.setdefault("facts", []).append(fact)

    async def settle(self) -> None:
        """Write what is pending and let the hooks follow, until nothing more happens."""
        if not self.in_transaction() and "facts" not in self.info:
            return  # the driver alone was asked
        await self.flush()
        while facts := self.info.pop("facts", []):
            for fact in facts:
                for hook in hooks_of(fact.name):
                    await hook(self.act(), fact)
                    await self.flush()

    async def get_record(self, record: type[R], key: UUID, *, lock: bool = False) -> R:
        """A record that the actor sees. Raises `NotFound` for any other, foreign ones included."""
        statement = select(record).where(record.id == key)
        if lock:
            statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
        found = await self.scalar(statement)
        if found is None:
            raise NotFound
        return found

    async def widen(self) -> None:
        """Take scope `all` for the rest of the transaction: the record is about to leave the actor's sight."""
        await self.flush()
        await self.driver.tell("SELECT set_config('role', 'crm_all', true)")

    async def commit(self) -> None:
        """Not here: `transaction()` alone ends what it began."""
        raise RuntimeError("a transaction is committed by leaving it, and rolled back by an exception")

    rollback = commit

    @asynccontextmanager
    async def apart(self, *, keep: bool = True) -> AsyncIterator[Work]:
        """A part of this transaction that fails alone: what it wrote is taken back, the rest stands.

        It begins with the scope of the transaction and leaves nothing in the memory of the others. With `keep` false
        nothing of it stays in any case. Raises a `Problem` in words for what is refused.
        """
        part = type(self)(bind=self.bind, sync_session_class=_SyncWork, expire_on_commit=False, autoflush=False)
        for name in ("driver", "actor", "via", "action", "action_id", "at", "today", "role"):
            setattr(part, name, getattr(self, name))
        await self.flush()
        await self.driver.tell(f"SAVEPOINT apart; SELECT set_config('role', '{self.role}', true)")
        try:
            yield part
            await part.settle()
        except Problem:
            await self._leave(part, keep=False)
            raise
        except Exception as error:
            await self._leave(part, keep=False)
            if (problem := worded(error)) is None:
                raise
            raise problem from error
        await self._leave(part, keep=keep)

    async def _leave(self, part: Work, *, keep: bool) -> None:
        end = "RELEASE SAVEPOINT apart" if keep else "ROLLBACK TO SAVEPOINT apart; RELEASE SAVEPOINT apart"
        await self.driver.tell(f"{end}; SELECT set_config('role', '{self.role}', true)")
        if keep:
            self.has_written = self.has_written or part.has_written or bool(part.info.get("has_written"))
        await part.close()

    async def undoing(self, action: UUID) -> None:
        """Note in the log that this action takes another one back."""
        await self.execute(text("SELECT set_config('app.undoes', :action, true)"), {"action": str(action)})
        self.has_written = True


class _SyncWork(Session):
    """The synchronous half of `Work`; it knows whether anything was written."""


@event.listens_for(_SyncWork, "before_flush")
def _flushing(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.deleted or any(session.is_modified(one) for one in session.dirty):
        session.info["has_written"] = True


@event.listens_for(_SyncWork, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if not state.is_select:
        state.session.info["has_written"] = True


class Database:
    """One door's way to PostgreSQL."""

    def __init__(self, url: str, *, pool_size: int = 10, echo: bool = False) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url, pool_size=pool_size, max_overflow=5, pool_pre_ping=False, echo=echo, json_serializer=dumps
        )
        self.engine.dialect.use_insertmanyvalues_wo_returning = True  # triggers of statements fire once, not once a row
        watch_pool(self.engine)
        self._by_hand = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same pool, where SQLAlchemy leaves beginning and ending a transaction to us."""
        self._sessions = async_sessionmaker(
            class_=Work, sync_session_class=_SyncWork, expire_on_commit=False, autoflush=False
        )

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(
        self,
        actor: Actor,
        via: Via = Via.PANEL,
        action: str = "",
        *,
        asked: Any = None,
        scope: Scope | None = None,
        action_id: UUID | None = None,
        request_id: str = "",
        first: str = "",
    ) -> AsyncIterator[Work]:
        """Run as this actor, let hooks follow, derive, commit; `first` is told before anything else.

        Raises a `Problem` in words for what is refused.
        """
        connection = await self._by_hand.connect()
        work = self._sessions(bind=connection)
        work.driver = driver = Driver(connection)
        work.actor, work.via, work.action = actor, via, action
        work.action_id = action_id or uuid7()
        work.at = clock.now()
        work.today = clock.today()
        told = dumps(plain(asked)) if asked is not None else ""
        work.role = role = f"crm_{scope or actor.scope}"
        try:
            await driver.begin(first)
            await driver.fetch(SETTINGS, role, str(actor.id), str(work.action_id), action, via, request_id, told)
            yield work
            await work.settle()
            await driver.commit(DERIVE if work.has_written or work.info.get("has_written") else "")
        except Problem:
            raise
        except Exception as error:
            problem = worded(error)
            if problem is None:
                raise
            raise problem from error
        finally:
            try:
                await driver.leave()
            finally:
                if work.in_transaction():
                    await work.close()
                await connection.close()


def dumps(value: Any) -> str:
    """JSON with sums, days and keys as strings."""
    return json.dumps(value, ensure_ascii=False, default=str)


def plain(value: Any) -> Any:
    """A verb's input as a dictionary, without what is empty."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: part for name, part in asdict(value).items() if part not in (None, "")}
    return value
