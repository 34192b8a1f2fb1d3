"""Records that people keep at hand: pinned ones are rows of their own, and nobody else's matter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, reference
from models.errors import Refused
from models.session import Work
from models.texts import N_

MOST = 12
TOO_MANY = N_("At most {most} records are pinned. Take one off first.")


class Pin(Record):
    """A record that a person has pinned. What it points to is looked up under the policies of its own table."""

    __tablename__ = "pins"
    __table_args__: Any = (UniqueConstraint("user_id", "identity", "record_id"), {"schema": "auth"})
    __identity__ = "pin"
    __event__ = "auth.pin"
    __rows__ = Rows.PERSONAL
    __title__ = "identity"
    __once__ = frozenset({"identity", "record_id"})

    user_id: Mapped[UUID] = reference("auth.users", index=False)
    identity: Mapped[str]
    record_id: Mapped[UUID]


async def pin(work: Work, identity: str, key: UUID) -> None:
    """Keep a record at hand; a second time is the first. Raises `Refused` where there are enough of them."""
    mine = Pin.user_id == work.actor.id
    if await work.scalar(select(Pin.id).where(mine, Pin.identity == identity, Pin.record_id == key)):
        return
    if (await work.scalar(select(func.count()).select_from(Pin).where(mine)) or 0) >= MOST:
        raise Refused(TOO_MANY, most=MOST)
    work.add(Pin(user_id=work.actor.id, identity=identity, record_id=key))


async def unpin(work: Work, identity: str, key: UUID) -> None:
    """Keep it no longer."""
    mine = (Pin.user_id == work.actor.id, Pin.identity == identity, Pin.record_id == key)
    await work.execute(delete(Pin).where(*mine))


async def pinned(work: Work) -> list[tuple[str, UUID]]:
    """What the actor keeps, in the order in which it was pinned: identities and keys."""
    mine = select(Pin.identity, Pin.record_id).where(Pin.user_id == work.actor.id).order_by(Pin.created_at, Pin.id)
    return [(row.identity, row.record_id) for row in await work.execute(mine)]
